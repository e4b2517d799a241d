// Which residues hold which of the best hits: one row a residue, one column a hit.

import {contactsOf, kindOf, residueOf} from './contacts.js';
import {byId, count, el, plural} from './dom.js';
import {svg} from './svg.js';

const kHits = 100, kResidues = 30, kCell = 13, kLeft = 96, kTop = 4, kBottom = 22;

/** Of several contacts with one residue the rarest kind is shown: a hydrogen bond says more than a touch. */
const kRank = ['metal', 'salt_bridge', 'hbond', 'halogen_bond', 'cation_pi', 'pi_stacking_parallel', 'pi_stacking_t', 'water_bridge', 'energy', 'hydrophobic'];
const rank = (kind) => (kRank.indexOf(kind) + kRank.length + 1) % (kRank.length + 1);

export function showContactMap(app) {
  const {compounds, poses} = app, host = byId('contact-map');
  const targets = [...new Set(poses.pocket)].map((pocket) => poses.pockets[pocket].target);
  if (!targets.length) return host.remove();
  const draw = (target) => {
    const hits = [];
    for (let i = 0; i < compounds.size && hits.length < kHits; ++i) {
      const pose = poses.of(i).find((one) => poses.targetOf(one) === target);
      if (pose !== undefined) hits.push({i, contacts: contactsOf(app, i, pose)});
    }
    return mapOf(app, hits, target);
  };
  const body = el('div', {}, draw(targets[0]));
  const choose = targets.length > 1 ? el('select', {'aria-label': 'Target of the contact map', onchange: () => body.replaceChildren(draw(choose.value))},
    targets.map((target) => el('option', {value: target}, target))) : null;
  host.append(el('figure', {}, el('figcaption', {}, `What holds the best ${kHits}: residues across hits`, choose), body));
}

function mapOf(app, hits, target) {
  const rows = new Map();
  hits.forEach(({contacts}, column) => contacts.forEach((contact) => {
    if (!rows.has(contact.residue)) rows.set(contact.residue, new Map());
    const row = rows.get(contact.residue), known = row.get(column);
    if (!known || rank(contact.kind) < rank(known.kind)) row.set(column, contact);
  }));
  const best = [...rows].sort((a, b) => b[1].size - a[1].size).slice(0, kResidues)
    .sort((a, b) => (residueOf(a[0])?.number ?? 0) - (residueOf(b[0])?.number ?? 0));
  if (!best.length) return el('p', {class: 'fine'}, 'No contacts are known.');
  const width = kLeft + hits.length * kCell + 40, height = kTop + best.length * kCell + kBottom;
  const {compounds} = app;
  const cells = [], kinds = new Map();
  best.forEach(([residue, row], r) => row.forEach((contact, column) => {
    const {name, sign, colour} = kindOf(contact.kind), {i} = hits[column];
    kinds.set(name, {sign, colour, name});
    cells.push(svg('g', {class: 'cell', 'data-hit': i, transform: `translate(${kLeft + column * kCell} ${kTop + r * kCell})`},
      svg('title', {}, `${compounds.id[i].slice(0, 80)} (place ${compounds.place[i]}), ${residueOf(residue)?.shown ?? residue}: ${name.toLowerCase()}`),
      svg('rect', {width: kCell - 1, height: kCell - 1, fill: colour}), svg('text', {x: (kCell - 1) / 2, y: 9.5, 'text-anchor': 'middle'}, sign)));
  }));
  const share = (row) => `${Math.round(100 * row.size / hits.length)} %`;
  const chart = svg('svg', {viewBox: `0 0 ${width} ${height}`, width, height, class: 'chart contact-map', role: 'img',
    'aria-label': `Contacts of ${plural(hits.length, 'hit')} with ${plural(best.length, 'residue')} of ${target}; the compound panel lists each hit's`},
    best.map(([residue, row], r) => [
      svg('text', {class: 'name', x: kLeft - 8, y: kTop + r * kCell + 10, 'text-anchor': 'end'}, `${residueOf(residue)?.shown ?? residue}`),
      svg('rect', {class: 'row', x: kLeft, y: kTop + r * kCell, width: hits.length * kCell - 1, height: kCell - 1}),
      svg('text', {class: 'tick', x: kLeft + hits.length * kCell + 5, y: kTop + r * kCell + 10}, share(row))]),
    cells,
    [0, ...Array.from({length: Math.floor(hits.length / 10)}, (_, n) => 10 * (n + 1) - 1)].map((column) =>
      svg('text', {class: 'tick', x: kLeft + (column + 0.5) * kCell, y: height - 8, 'text-anchor': 'middle'}, count(compounds.place[hits[column].i]))));
  chart.addEventListener('click', (event) => {
    const cell = event.target.closest('.cell');
    if (cell) app.openHit(Number(cell.dataset.hit));
  });
  const legend = el('p', {class: 'fine key'}, [...kinds.values()].map(({sign, colour, name}) => {
    const mark = el('span', {class: 'key-sign', 'aria-hidden': 'true'}, sign);
    mark.style.background = colour;
    return [mark, name];
  }), ' Below: places; at the right: share of these hits. Click a cell to open the hit.');
  return el('div', {}, el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Contact map'}, chart), legend);
}
