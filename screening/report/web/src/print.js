// On paper: the first twenty of what is shown, as cards.

import {drawCompound} from './drawing.js';
import {byId, el} from './dom.js';
import {valueText} from './table.js';

const kCards = 20;

export function preparePrint(app) {
  addEventListener('beforeprint', () => {
    const {compounds} = app;
    const indices = app.table.displayed().slice(0, kCards);
    byId('print-hits').replaceChildren(...indices.map((i) => el('article', {class: 'print-card'},
      drawCompound(app.drawingOf(i), 220, 130, `Structure of ${compounds.id[i].slice(0, 80)}`, {bond: 22}),
      el('div', {}, el('h3', {}, `${compounds.place[i]}. ${compounds.id[i].slice(0, 80)}`),
        el('dl', {}, compounds.columns.slice(0, 8).flatMap((column) =>
          [el('dt', {}, column.title), el('dd', {}, `${valueText(column, i)} ${column.numbers ? column.unit : ''}`)]))))));
  });
}
