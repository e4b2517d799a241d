// One compound, large: drawing, why it is here, every value, SMILES, note.

import {drawCompound} from './drawing.js';
import {byId, count, el} from './dom.js';
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
  constructor(app, {closed, step}) {
    Object.assign(this, {app, closed, step});
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
    const {compounds, picks} = this.app;
    const id = compounds.id[index];
    const button = (text, name, action) => el('button', {type: 'button', class: 'icon', 'aria-label': name, title: name, onclick: action}, text);
    const width = Math.min(400, innerWidth - 40);
    const head = el('div', {class: 'panel-head'},
      el('p', {class: 'panel-place'}, `Place ${count(compounds.place[index])}`),
      el('div', {class: 'panel-actions'}, starButton(this.app, index), button('\u2191', 'Previous compound (k)', () => this.step(-1)),
        button('\u2193', 'Next compound (j)', () => this.step(1)), button('\u00d7', 'Close (Escape)', () => this.close())),
      el('h2', {tabindex: '-1'}, id.length > 300 ? `${id.slice(0, 300)}\u2026` : id));
    const copyButton = el('button', {type: 'button', class: 'small'}, 'Copy');
    copyButton.setAttribute('aria-label', 'Copy the SMILES');
    copyButton.addEventListener('click', () => copy(compounds.smiles[index], copyButton));
    const note = el('textarea', {rows: 3, 'aria-labelledby': 'note-label', placeholder: 'Kept in this browser; in the CSV when downloaded',
      oninput: () => picks.note(id, note.value)});
    note.value = picks.notes.get(id) ?? '';
    return [head,
      el('div', {class: 'panel-drawing'}, drawCompound(this.app.drawingOf(index), width, 250, `Structure of ${id.slice(0, 80)}`, 34)),
      this.app.poses.section(index, this.contacts(index)),
      ...this.groups(index),
      el('section', {}, el('div', {class: 'row'}, el('h3', {}, 'SMILES'), copyButton), el('code', {class: 'smiles'}, compounds.smiles[index])),
      el('section', {}, el('h3', {id: 'note-label'}, 'Note'), note,
        picks.kept ? null : el('p', {class: 'fine'}, 'This browser keeps nothing for this file: download the starred compounds before you close it.'))];
  }

  /** The residues that hold the hit in the target that its pose is in. */
  contacts(index) {
    const target = this.app.poses.byHit.get(index)?.target;
    return this.app.compounds.columns.find((column) => column.key === `strongest_residues_kcal_mol_${target}`)?.texts[index] ?? '';
  }

  /** The values under their headings, in the order of the columns. */
  groups(index) {
    const groups = new Map();
    for (const column of this.app.compounds.columns) {
      const name = column.group || 'Values';
      groups.set(name, [...groups.get(name) ?? [], column]);
    }
    return [...groups].map(([name, columns]) => el('section', {}, el('h3', {}, name), el('dl', {class: 'values'},
      columns.map((column) => el('div', {title: column.help},
        el('dt', {class: columns.length === 1 && column.title === name ? 'visually-hidden' : ''}, column.title), this.value(column, index))))));
  }

  value(column, index) {
    if (column.kind === 'flags') return el('dd', {class: 'wide'}, flagList(column.texts[index]));
    if (!column.numbers) return el('dd', {class: 'wide'}, column.texts[index] || '\u2013');
    return el('dd', {}, track(column, column.numbers[index]),
      el('span', {class: 'number'}, valueText(column, index), column.unit ? el('small', {}, ` ${column.unit}`) : null));
  }
}
