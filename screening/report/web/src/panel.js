// One compound, large: drawing, pose, why it is here, what it resembles, every value, SMILES, note.

import {drawCompound, markedAtoms} from './drawing.js';
import {byId, count, el, plural} from './dom.js';
import {standingsTable} from './standings.js';
import {flagList, starButton, track, valueText} from './table.js';

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {  // no clipboard under file:// in some browsers
    const area = el('textarea', {}, text);
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
  button.textContent = 'Copied';
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
}

export class Panel {
  constructor(app, {closed, step, open}) {
    Object.assign(this, {app, closed, step, openHit: open});
    this.node = byId('panel');
  }

  get open() { return !this.node.hidden; }

  show(index, focus) {
    this.node.hidden = false;
    document.body.classList.add('with-panel');
    this.node.replaceChildren(...this.content(index).filter(Boolean));
    this.node.scrollTop = 0;
    if (focus) this.node.querySelector('h2').focus();
  }

  close() {
    if (!this.open) return;
    const held = this.node.contains(document.activeElement);
    this.node.hidden = true;
    document.body.classList.remove('with-panel');
    this.closed(held);
  }

  content(index) {
    const {compounds} = this.app;
    const id = compounds.id[index];
    const button = (text, name, action) => el('button', {type: 'button', class: 'icon', 'aria-label': name, title: name, onclick: action}, text);
    const head = el('div', {class: 'panel-head'},
      el('p', {class: 'panel-place'}, `Place ${count(compounds.place[index])}`),
      el('div', {class: 'panel-actions'}, starButton(this.app, index), button('\u2191', 'Previous compound (k)', () => this.step(-1)),
        button('\u2193', 'Next compound (j)', () => this.step(1)), button('\u00d7', 'Close (Escape)', () => this.close())),
      el('h2', {tabindex: '-1'}, id.length > 300 ? `${id.slice(0, 300)}\u2026` : id));
    return [head, this.drawing(index), this.app.poseView.section(index), ...this.groups(index), this.resembles(index), this.smiles(index), this.note(id)];
  }

  drawing(index) {
    const {app} = this, drawing = app.drawingOf(index), width = Math.min(400, innerWidth - 40);
    const found = app.filters.matched(index);
    const marks = found ?? markedAtoms(drawing);
    const active = app.activeOf(index);
    const legend = found ? 'Coloured: what the SMARTS finds.' : marks.size ? `Coloured: what it shares with ${active?.id ?? 'its nearest active'} (surroundings of two bonds).` : null;
    return el('div', {class: 'panel-drawing'}, drawCompound(drawing, width, 250, `Structure of ${app.compounds.id[index].slice(0, 80)}`, {bond: 34, marks}),
      legend ? el('p', {class: 'fine'}, legend) : null);
  }

  /** The nearest active, and the most similar other hits: a click opens one. */
  resembles(index) {
    const {app} = this, active = app.activeOf(index), neighbours = app.neighboursOf(index);
    if (!active && !neighbours.length) return null;
    const {compounds} = app, size = [128, 84];
    const card = (drawing, title, text, opened) => el(opened ? 'button' : 'div', {class: 'neighbour', type: opened ? 'button' : null, onclick: opened},
      drawCompound(drawing, ...size, '', {bond: 18}), el('b', {class: 'clip'}, title), el('small', {class: 'clip'}, text));
    return el('section', {id: 'neighbours'}, el('h3', {}, 'What it resembles'), el('div', {class: 'neighbours'},
      active ? card(active.drawing, active.id.slice(0, 80), 'nearest known active') : null,
      neighbours.map(({hit, similarity}) => card(app.drawingOf(hit), compounds.id[hit].slice(0, 80), `place ${count(compounds.place[hit])}, Tanimoto ${similarity.toFixed(2)}`,
        () => this.openHit(hit)))));
  }

  smiles(index) {
    const smiles = this.app.compounds.smiles[index];
    const button = el('button', {type: 'button', class: 'small', 'aria-label': 'Copy the SMILES', onclick: () => copy(smiles, button)}, 'Copy');
    return el('section', {}, el('div', {class: 'row'}, el('h3', {}, 'SMILES'), button), el('code', {class: 'smiles'}, smiles));
  }

  note(id) {
    const {picks} = this.app;
    const note = el('textarea', {rows: 3, 'aria-labelledby': 'note-label', placeholder: 'Kept in this browser; in the CSV and SDF when downloaded',
      oninput: () => picks.note(id, note.value)});
    note.value = picks.notes.get(id) ?? '';
    return el('section', {}, el('h3', {id: 'note-label'}, 'Note'), note,
      picks.kept ? null : el('p', {class: 'fine'}, 'This browser keeps nothing for this file: download the starred compounds before you close it.'));
  }

  /** The values under their headings, in the order of the columns; what is listed beside the pose is not said again. */
  groups(index) {
    const {poses, compounds} = this.app;
    const listed = new Set(poses.of(index).flatMap((pose) => ['interactions', 'strongest_residues_kcal_mol'].map((what) => `${what}_${poses.targetOf(pose)}`)));
    const groups = new Map();
    for (const column of compounds.columns) {
      if (listed.has(column.key)) continue;
      const name = column.group || 'Values';
      groups.set(name, [...groups.get(name) ?? [], column]);
    }
    return [...groups].map(([name, columns]) => el('section', {}, el('h3', {}, name), el('dl', {class: 'values'},
      columns.map((column) => el('div', {title: column.help},
        el('dt', {class: columns.length === 1 && column.title === name ? 'visually-hidden' : ''}, column.title), this.value(column, index)))),
      name === 'Why it is here' ? [standingsTable(this.app.data, index), this.story(index)] : null));
  }

  /** Where it stands among the hits by each stage's own score, and with whom it is in a cluster. */
  story(index) {
    const {compounds} = this.app;
    const rows = [];
    const stages = compounds.columns.filter((column) => column.numbers && column.better && !Number.isNaN(column.numbers[index]));
    for (const column of stages.length > 1 ? stages : []) {
      const {place, of} = compounds.placeBy(column, index);
      rows.push(el('div', {}, el('dt', {}, column.title), el('dd', {}, el('span', {class: 'number'}, count(place), el('small', {}, ` of ${count(of)}`)))));
    }
    const cluster = this.app.clusters.of(index);
    if (cluster) rows.push(el('div', {}, el('dt', {}, 'Cluster'), el('dd', {class: 'wide'}, cluster.members.length > 1
      ? el('button', {type: 'button', class: 'small', onclick: () => this.app.filters.setCluster(cluster.number)}, `${plural(cluster.members.length, 'compound')}, show`) : 'alone')));
    return rows.length ? [el('h3', {class: 'sub'}, 'Its place among the hits by'), el('dl', {class: 'values'}, rows)] : null;
  }

  value(column, index) {
    if (column.kind === 'flags') return el('dd', {class: 'wide'}, flagList(column.texts[index]));
    if (!column.numbers) return el('dd', {class: 'wide'}, column.texts[index] || '\u2013');
    return el('dd', {}, track(column, column.numbers[index]),
      el('span', {class: 'number'}, valueText(column, index), column.unit ? el('small', {}, ` ${column.unit}`) : null));
  }
}
