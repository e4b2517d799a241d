// Scatter plots tied to the table: a click opens a compound, a dragged box becomes a filter.

import uPlot from 'uplot';
import {drawCompound} from './drawing.js';
import {byId, el} from './dom.js';
import {valueText} from './table.js';

const colour = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const named = (column) => column.unit ? `${column.title} (${column.unit})` : column.title;

class Scatter {
  constructor(app, host, opened) {
    Object.assign(this, {app, host, opened});
    this.tip = el('div', {class: 'tip', hidden: true, 'aria-hidden': 'true'});
    host.addEventListener('mouseleave', () => { this.tip.hidden = true; });
    new ResizeObserver(() => this.plot?.setSize(this.size())).observe(host);
  }

  size() { return {width: Math.max(240, this.host.clientWidth), height: this.host.clientWidth < 420 ? 260 : 320}; }

  draw(x, y) {
    this.plot?.destroy();
    Object.assign(this, {x, y});
    this.order = Array.from(x.numbers.keys()).filter((i) => !Number.isNaN(x.numbers[i]) && !Number.isNaN(y.numbers[i]))
      .sort((a, b) => x.numbers[a] - x.numbers[b]);
    const points = (fill, size) => ({paths: () => null, points: {show: true, size, width: 0, fill: colour(fill), stroke: colour(fill)}});
    const axis = (column, extra) => ({label: named(column), labelSize: 24, labelFont: '12px system-ui, sans-serif', font: '11px system-ui, sans-serif',
      stroke: colour('--muted'), grid: {stroke: colour('--line'), width: 1}, ticks: {show: false}, ...extra});
    const small = this.order.length > 2000 ? 3.5 : 5;
    this.plot = new uPlot({
      ...this.size(), legend: {show: false}, scales: {x: {time: false}},
      cursor: {x: false, y: false, points: {show: false}, drag: {x: true, y: true, uni: 24, setScale: false}},
      series: [{}, points('--point-out', small), points('--point', small), points('--point-star', small + 4), points('--point-current', small + 6)],
      axes: [axis(x, {size: 34}), axis(y, {size: 50})],
      hooks: {setSelect: [() => this.brushed()], setCursor: [() => this.hovered()]},
    }, this.series(), this.host);
    this.plot.over.addEventListener('click', () => {
      const index = this.nearest();
      if (index !== null && !this.justBrushed) this.opened(index);
      this.justBrushed = false;
    });
    this.plot.over.append(this.tip);
    this.host.setAttribute('role', 'img');
    this.host.setAttribute('aria-label', `${named(y)} against ${named(x)}, ${this.order.length} compounds; the table holds the same values`);
  }

  series() {
    const {mask} = this.app.filters, {stars} = this.app.picks, {id} = this.app.compounds;
    const ys = (wanted) => this.order.map((i) => wanted(i) ? this.y.numbers[i] : null);
    return [this.order.map((i) => this.x.numbers[i]), ys((i) => !mask[i]), ys((i) => mask[i]),
      ys((i) => stars.has(id[i])), ys((i) => i === this.app.current)];
  }

  refresh() { this.plot?.setData(this.series(), false), this.plot?.redraw(); }

  /** The shown compound within 12 pixels of the pointer. */
  nearest() {
    const {left, top} = this.plot.cursor;
    if (!(left >= 0)) return null;
    let best = null, least = 144;
    const from = this.plot.posToVal(left - 12, 'x'), to = this.plot.posToVal(left + 12, 'x');
    for (const i of this.order) {
      const x = this.x.numbers[i];
      if (x < from || x > to || !this.app.filters.mask[i]) continue;
      const dx = this.plot.valToPos(x, 'x') - left, dy = this.plot.valToPos(this.y.numbers[i], 'y') - top;
      if (dx * dx + dy * dy < least) [best, least] = [i, dx * dx + dy * dy];
    }
    return best;
  }

  hovered() {
    const index = this.nearest();
    this.plot.over.style.cursor = index === null ? 'crosshair' : 'pointer';
    this.tip.hidden = index === null;
    if (index === null || index === this.tipFor && !this.tip.hidden && this.tip.firstChild && this.place()) return;
    this.tipFor = index;
    const {compounds, drawingOf} = this.app;
    const value = (column) => `${column.title} ${column.texts ? valueText(column, index) : column.numbers[index]}`;
    this.tip.replaceChildren(drawCompound(drawingOf(index), 170, 110, '', {bond: 20}), el('b', {class: 'clip'}, compounds.id[index].slice(0, 60)),
      el('span', {}, `${value(this.x)}, ${value(this.y)}`));
    this.place();
  }

  place() {
    const {left, top} = this.plot.cursor, {clientWidth, clientHeight} = this.plot.over;
    this.tip.style.left = `${left > clientWidth / 2 ? left - 202 : left + 16}px`;
    this.tip.style.top = `${Math.max(0, Math.min(top - 60, clientHeight - 170))}px`;
    return true;
  }

  brushed() {
    const {left, top, width, height} = this.plot.select;
    if (width < 4 && height < 4) return;
    this.justBrushed = true;
    const {over} = this.plot;
    const round = (value, column, up) => {
      const step = 10 ** column.decimals;
      return (up ? Math.ceil(value * step) : Math.floor(value * step)) / step;
    };
    const bound = (column, scale, from, to) => this.app.filters.setBounds(column.field, {
      min: round(this.plot.posToVal(from, scale), column, false), max: round(this.plot.posToVal(to, scale), column, true)});
    if (width < over.clientWidth) bound(this.x, 'x', left, left + width);
    if (height < over.clientHeight) bound(this.y, 'y', top + height, top);
    this.plot.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
  }
}

export class Plots {
  constructor(app, opened) {
    const {compounds} = app;
    const {score, numeric} = compounds;
    this.all = [];
    if (!score || !numeric.length || compounds.size < 2) return byId('plots').remove();
    Object.assign(this, {app, opened, figures: el('div', {class: 'plot-row'})});
    byId('plots').append(el('div', {class: 'section-head'}, el('h2', {id: 'plots-heading'}, 'Plots'),
      el('p', {class: 'fine'}, 'Click a point to open the compound; drag a box to filter table and plots.')), this.figures);
    this.fixed(compounds.placeColumn, score, `${score.title} by place`);
    const atoms = numeric.find(({key}) => key === 'heavy_atoms');
    // A docking score grows with size: seen against affinity, where there is one, or else against the score.
    const affinity = numeric.find(({key}) => key.startsWith('affinity_')) ?? score;
    if (atoms && atoms !== affinity) this.fixed(atoms, affinity, `Does size make it? ${affinity.title} against heavy atoms`);
    if (numeric.length > 2) this.chosen(atoms);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.refresh());
  }

  add(caption) {
    const host = el('div', {class: 'plot'});
    this.figures.append(el('figure', {}, el('figcaption', {}, caption), host));
    const scatter = new Scatter(this.app, host, this.opened);
    this.all.push(scatter);
    return scatter;
  }

  fixed(x, y, caption) { this.add(caption).draw(x, y); }

  /** Any two columns. */
  chosen(except) {
    const {numeric, score} = this.app.compounds;
    const others = numeric.filter((column) => column !== score && column !== except);
    const properties = others.filter((column) => /propert|descriptor/i.test(column.group));
    const [x, y] = properties.length > 1 ? properties : others.length > 1 ? others : [others[0], score];
    const choose = (name, column) => {
      const select = el('select', {'aria-label': name, onchange: () => redraw()}, numeric.map((one) => el('option', {value: one.field}, named(one))));
      select.value = column.field;
      return select;
    };
    const selects = [choose('Upwards', y), choose('Across', x)];
    const scatter = this.add([selects[0], ' against ', selects[1]]);
    const column = (select) => numeric.find(({field}) => field === select.value);
    const redraw = () => scatter.draw(column(selects[1]), column(selects[0]));
    redraw();
  }

  refresh() { for (const scatter of this.all) scatter.refresh(); }
}
