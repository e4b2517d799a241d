// Which compounds are shown: text, bounds per number column, stars.

import {byId, count, el, plural, shown} from './dom.js';

export class Filters {
  constructor(compounds, picks, changed) {
    Object.assign(this, {compounds, picks, changed, text: '', starred: false, bounds: new Map(), inputs: new Map()});
    this.columns = [compounds.placeColumn, ...compounds.numeric];
    this.mask = new Uint8Array(compounds.size).fill(1);
    this.shown = compounds.size;
    this.fields = this.columns.map((column) => this.field(column));
    byId('filters').append(el('div', {class: 'filter-grid'}, this.fields));
    this.chips = el('div', {class: 'chips'});
    byId('filters').after(this.chips);
  }

  field(column) {
    const title = column.unit ? `${column.title} (${column.unit})` : column.title;
    const input = (which) => el('input', {type: 'number', step: 'any', placeholder: column[which].toFixed(column.decimals),
      'aria-label': `${title}, ${which === 'min' ? 'at least' : 'at most'}`,
      oninput: () => this.setBounds(column.field, this.read(column.field), false)});
    const inputs = {min: input('min'), max: input('max')};
    this.inputs.set(column.field, inputs);
    return el('fieldset', {}, el('legend', {title: column.help}, title), inputs.min, el('span', {'aria-hidden': 'true'}, '\u2013'), inputs.max);
  }

  read(field) {
    const {min, max} = this.inputs.get(field);
    return {min: min.value === '' ? -Infinity : Number(min.value), max: max.value === '' ? Infinity : Number(max.value)};
  }

  setBounds(field, {min, max}, write = true) {
    if (min === -Infinity && max === Infinity) this.bounds.delete(field);
    else this.bounds.set(field, {min, max});
    if (write) {
      this.inputs.get(field).min.value = min === -Infinity ? '' : String(min);
      this.inputs.get(field).max.value = max === Infinity ? '' : String(max);
    }
    this.apply();
  }

  clear() {
    this.text = '';
    this.starred = false;
    for (const field of [...this.bounds.keys()]) {
      this.bounds.delete(field);
      this.inputs.get(field).min.value = this.inputs.get(field).max.value = '';
    }
    this.apply();
  }

  get active() { return this.text !== '' || this.starred || this.bounds.size > 0; }

  apply() {
    const {compounds, picks, mask} = this;
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    const bounds = [...this.bounds].map(([field, limits]) => ({...limits, numbers: this.columns.find((column) => column.field === field).numbers}));
    this.shown = 0;
    for (let i = 0; i < compounds.size; ++i) {
      const passes = (!this.starred || picks.stars.has(compounds.id[i])) &&
        bounds.every(({min, max, numbers}) => numbers[i] >= min && numbers[i] <= max) &&
        (!words.length || words.every((word) => compounds.haystack(i).includes(word)));
      mask[i] = passes ? 1 : 0;
      this.shown += mask[i];
    }
    this.showChips();
    this.changed();
  }

  showChips() {
    const chip = (text, off) => el('button', {type: 'button', class: 'chip', 'aria-label': `Remove the filter ${text}`, onclick: off},
      text, el('span', {'aria-hidden': 'true'}, ' \u00d7'));
    this.chips.replaceChildren(...[...this.bounds].map(([field, {min, max}]) => {
      const {title, decimals} = this.columns.find((column) => column.field === field);
      const limit = (value) => shown(value, Number.isInteger(value) ? 0 : Math.max(decimals, 1));
      const text = min === -Infinity ? `${title} \u2264 ${limit(max)}` : max === Infinity ? `${title} \u2265 ${limit(min)}`
        : `${title} ${limit(min)} to ${limit(max)}`;
      return chip(text, () => this.setBounds(field, {min: -Infinity, max: Infinity}));
    }), ...(this.bounds.size > 1 ? [el('button', {type: 'button', class: 'chip quiet', onclick: () => this.clear()}, 'Clear all')] : []));
  }

  summary(hitsInAll) {
    const {size} = this.compounds;
    const inAll = hitsInAll > size ? `, the best of ${plural(hitsInAll, 'hit')}` : '';
    return this.active ? `${count(this.shown)} of ${plural(size, 'compound')}` : `${plural(size, 'compound')}${inAll}`;
  }
}
