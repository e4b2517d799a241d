// On paper: the first twenty of what is shown, as cards.

import {drawCompound} from './drawing.js';
import {byId, el} from './dom.js';
import {valueText} from './table.js';

const kCards = 20, kValues = 8;

export function preparePrint(app) {
  addEventListener('beforeprint', () => {
    const {compounds} = app;
    const indices = app.table.displayed().slice(0, kCards);
    const isLong = (column) => /^(interactions|strongest_residues)_/.test(column.key);
    const short = compounds.columns.filter((column) => !isLong(column)).slice(0, kValues);
    const held = compounds.columns.filter((column) => column.key.startsWith('interactions_'));
    byId('print-hits').replaceChildren(...indices.map((i) => el('article', {class: 'print-card'},
      drawCompound(app.drawingOf(i), 170, 120, `Structure of ${compounds.id[i].slice(0, 80)}`, {bond: 20}),
      el('div', {}, el('h3', {}, `${compounds.place[i]}. ${compounds.id[i].slice(0, 80)}`),
        el('dl', {}, short.filter((column) => column.numbers || column.texts[i]).flatMap((column) =>
          [el('dt', {}, column.title), el('dd', {}, `${valueText(column, i)} ${column.numbers ? column.unit : ''}`)]))),
      held.filter((column) => column.texts[i]).map((column) => el('p', {class: 'held'}, el('b', {}, `${column.title}: `), column.texts[i])))));
  });
}
