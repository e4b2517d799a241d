// The ranked table. Only the rows on screen exist; a structure is drawn when its row appears.

import {FilterModule, FormatModule, FrozenColumnsModule, InteractionModule, ResizeColumnsModule, ResizeTableModule, SortModule,
        Tabulator} from 'tabulator-tables';
import {drawCompound, markedAtoms} from './drawing.js';
import {byId, count, el, narrow, shown} from './dom.js';

/**
 * Follows the table's size alone. Tabulator's own module also makes the rows anew when the table scrolls into view, and a row that is
 * made anew between a mouse's down and up swallows the click.
 */
class FollowSize extends ResizeTableModule {
  initializeVisibilityObserver() { this.visible = this.initialized = true; }
}

Tabulator.registerModule([FilterModule, FormatModule, FrozenColumnsModule, InteractionModule, ResizeColumnsModule, FollowSize, SortModule]);

const kRow = {wide: 120, card: 136};

export function starButton(app, index) {
  const id = app.compounds.id[index];
  const button = el('button', {type: 'button', class: 'star', 'data-row': index, onclick: (event) => {
    event.stopPropagation();
    app.picks.toggle(id);
  }});
  showStar(button, app.picks.stars.has(id), id);
  return button;
}

export function showStar(button, on, id) {
  button.textContent = on ? '\u2605' : '\u2606';
  button.setAttribute('aria-pressed', on);
  button.setAttribute('aria-label', `Star ${id.slice(0, 80)}`);
}

/** A value as text: numbers with their decimals, nothing as a dash. */
export function valueText(column, index) {
  if (!column.numbers) return column.texts[index] || '\u2013';
  const value = column.numbers[index];
  return Number.isNaN(value) ? column.texts[index].trim() || '\u2013' : shown(value, column.decimals);
}

export function flagList(text) {
  const flags = text.split(';').map((flag) => flag.trim()).filter(Boolean);
  return el('span', {class: 'flags'}, flags.length ? flags.map((flag) => el('span', {class: 'flag'}, flag)) : '\u2013');
}

/** A line with a dot: where the value stands between the least and the greatest of the hits. */
export function track(column, value) {
  const line = el('span', {class: 'track', 'aria-hidden': 'true'});
  if (Number.isNaN(value) || !(column.max > column.min)) return line;
  const dot = el('span');
  dot.style.left = `${100 * (value - column.min) / (column.max - column.min)}%`;
  line.append(dot);
  return line;
}

/** Missing values last in both directions; ties by place. */
function numberSorter(a, b, rowA, rowB, column, direction) {
  const sign = direction === 'asc' ? 1 : -1;
  const byPlace = () => sign * (rowA.getData().i - rowB.getData().i);
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) && Number.isNaN(b) ? byPlace() : Number.isNaN(a) ? sign : -sign;
  return a - b || byPlace();
}

const textSorter = (a, b, rowA, rowB, column, direction) =>
  (a < b ? -1 : a > b ? 1 : (direction === 'asc' ? 1 : -1) * (rowA.getData().i - rowB.getData().i));

function title(column) {
  return () => el('span', {class: 'column-title', title: column.help}, column.title,
    column.unit ? el('small', {}, column.unit) : null);
}

function structureCell(app, width, height) {
  return (cell) => {
    const {i} = cell.getData(), drawing = app.drawingOf(i);
    return drawCompound(drawing, width, height, `Structure of ${app.compounds.id[i].slice(0, 80)}`, {marks: app.filters.matched(i) ?? markedAtoms(drawing)});
  };
}

function valueColumn(app, column) {
  const isScore = column === app.compounds.score;
  const common = {field: column.field, titleFormatter: title(column), title: column.title};
  if (column.numbers) {
    return {...common, width: Math.max(88, 30 + 8 * Math.max(...column.title.split(' ').map((word) => word.length))), hozAlign: 'right',
      headerHozAlign: 'right', sorter: numberSorter, headerSortStartingDir: 'desc', cssClass: isScore ? 'score' : 'figure',
      formatter: (cell) => {
        const {i} = cell.getData();
        const text = el('span', {}, valueText(column, i));
        return isScore ? el('span', {class: 'with-track'}, text, track(column, column.numbers[i])) : text;
      }};
  }
  return {...common, minWidth: 132, widthGrow: 1, sorter: textSorter, formatter: (cell) => {
    const text = column.texts[cell.getData().i];
    return column.kind === 'flags' ? flagList(text) : el('span', {class: 'clip', title: text.slice(0, 500)}, text || '\u2013');
  }};
}

function wideColumns(app) {
  const {compounds} = app;
  return [
    {title: 'Star', field: 'star', width: 44, headerSort: false, resizable: false, frozen: true, cssClass: 'star-cell',
     titleFormatter: () => el('span', {class: 'visually-hidden'}, 'Star'), formatter: (cell) => starButton(app, cell.getData().i)},
    {title: 'Place', field: 'place', width: 72, hozAlign: 'right', headerHozAlign: 'right', frozen: true, sorter: numberSorter, cssClass: 'place',
     titleFormatter: title({title: 'Place'}), formatter: (cell) => el('span', {}, count(cell.getData().place))},
    {title: 'Structure', field: 'i', width: 208, headerSort: false, frozen: true, cssClass: 'drawing-cell',
     titleFormatter: title({title: 'Structure'}), formatter: structureCell(app, 190, kRow.wide - 8)},
    {title: 'Compound', field: 'id', minWidth: 136, widthGrow: 1.2, sorter: textSorter, cssClass: 'id',
     titleFormatter: title({title: 'Compound'}),
     formatter: (cell) => {
       const id = compounds.id[cell.getData().i];
       return el('span', {class: 'clip', title: id.slice(0, 500)}, id.slice(0, 200));
     }},
    ...compounds.columns.map((column) => valueColumn(app, column)),
  ];
}

/** Below 640 px: one card a row. */
function cardColumns(app) {
  const {compounds} = app;
  const flags = compounds.columns.filter((column) => column.kind === 'flags');
  const flagsOf = (i) => flags.map((column) => column.texts[i]).filter(Boolean).join(';');
  return [
    {title: 'Structure', field: 'i', width: Math.min(176, Math.round(0.46 * innerWidth)), headerSort: false, cssClass: 'drawing-cell',
     formatter: structureCell(app, Math.min(164, Math.round(0.46 * innerWidth) - 10), kRow.card - 10)},
    {title: 'Compound', field: 'place', minWidth: 120, sorter: numberSorter, cssClass: 'card', formatter: (cell) => {
      const {i} = cell.getData();
      return el('div', {class: 'card-body'},
        el('div', {class: 'card-top'}, el('span', {class: 'card-place'}, count(compounds.place[i])), starButton(app, i)),
        el('span', {class: 'clip card-id'}, compounds.id[i].slice(0, 200)),
        compounds.score ? el('span', {class: 'card-score'}, el('small', {}, `${compounds.score.title} `), valueText(compounds.score, i)) : null,
        flagsOf(i) ? flagList(flagsOf(i)) : null);
    }},
  ];
}

export class HitTable {
  constructor(app, {opened, built}) {
    this.app = app;
    const {compounds} = app;
    const rows = compounds.id.map((id, i) => {
      const row = {i, id, place: compounds.place[i]};
      for (const column of compounds.columns) row[column.field] = column.numbers ? column.numbers[i] : column.texts[i];
      return row;
    });
    const card = narrow();
    byId('hits').classList.toggle('cards', card);
    this.tabulator = new Tabulator('#table', {
      data: rows, index: 'i', columns: card ? cardColumns(app) : wideColumns(app), layout: 'fitColumns',
      columnDefaults: {resizable: 'header'},  // a handle in each cell would take clicks that are meant to open a row
      rowHeight: card ? kRow.card : kRow.wide, height: this.height(card ? kRow.card : kRow.wide),
      placeholder: compounds.size ? 'No compound passes these filters.' : 'There are no hits.', columnHeaderVertAlign: 'bottom', headerVisible: !card,
      rowFormatter: (row) => this.mark(row.getElement(), row.getData().i),
    });
    this.tabulator.on('rowClick', (event, row) => opened(row.getData().i));
    for (const event of ['dataSorted', 'dataFiltered']) this.tabulator.on(event, () => { this.order = null; });
    this.tabulator.on('tableBuilt', () => {
      this.ready = true;
      this.nameParts();
      this.makeHeadersKeys();
      built();
    });
  }

  height(row) { return Math.max(260, Math.min(this.app.compounds.size * row + 64, Math.round(0.82 * innerHeight))); }

  /** What Tabulator leaves unsaid to those who hear the page: one grid of rows, with a name and a size. */
  nameParts() {
    const grid = byId('table');
    grid.removeAttribute('aria-owns');
    grid.setAttribute('aria-label', 'Ranked compounds');
    grid.setAttribute('aria-rowcount', this.app.compounds.size + 1);
    grid.querySelector('.tabulator-tableholder').setAttribute('role', 'rowgroup');
    grid.querySelector('.tabulator-table').setAttribute('role', 'presentation');
  }

  /** Sorting by keyboard: a header takes the focus and Enter or Space. */
  makeHeadersKeys() {
    for (const column of byId('table').querySelectorAll('.tabulator-col.tabulator-sortable')) {
      column.tabIndex = 0;
      column.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        event.stopPropagation();
        column.click();
      });
    }
  }

  mark(element, index) {
    element.classList.toggle('current', index === this.app.current);
    element.setAttribute('aria-selected', index === this.app.current);
  }

  /** Marks the current compound's row, and brings it into view when `scroll` says so. */
  async show(index, before, scroll) {
    for (const i of [before, index]) {
      const row = i === null ? false : this.tabulator.getRow(i);
      if (row) this.mark(row.getElement(), i);
    }
    if (scroll && index !== null && this.app.filters.mask[index]) {
      await this.tabulator.scrollToRow(index, 'nearest', false).catch(() => {});
    }
  }

  refilter() {
    if (!this.ready) return;
    if (this.app.filters.active) this.tabulator.setFilter((row) => this.app.filters.mask[row.i] === 1);
    else this.tabulator.clearFilter(true);
  }

  /** Draws the structures anew: what is coloured in them has changed. */
  redraw() { if (this.ready) this.tabulator.redraw(true); }

  sort(field, direction) { this.tabulator.setSort(field, direction); }

  /** Indices as shown: filtered and sorted. */
  displayed() {
    this.order ??= this.tabulator.getData('active').map((row) => row.i);
    return this.order;
  }
}
