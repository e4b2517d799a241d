// Which compounds are shown: text, SMARTS, bounds per number column, a cluster, stars.

import {byId, count, el, plural, shown} from './dom.js';
import {Slider} from './slider.js';
import {SmartsFilter} from './smarts_filter.js';

export class Filters {
  /** @param changed  called when other compounds are shown; `remarked` when other parts of them are coloured */
  constructor(app, changed, remarked) {
    const {compounds, picks} = app;
    Object.assign(this, {compounds, picks, changed, remarked, text: '', starred: false, cluster: null, bounds: new Map(), sliders: new Map()});
    this.clusters = app.clusters;
    this.smarts = new SmartsFilter(app);
    this.columns = [compounds.placeColumn, ...compounds.numeric];
    this.mask = new Uint8Array(compounds.size).fill(1);
    this.shown = compounds.size;
    for (const column of this.columns) this.sliders.set(column.field, new Slider(column, (bounds) => this.setBounds(column.field, bounds, false)));
    byId('filters').append(el('div', {class: 'filter-grid'}, [...this.sliders.values()].map(({node}) => node)));
    this.chips = el('div', {class: 'chips'});
    byId('filters').after(this.chips);
  }

  setBounds(field, {min, max}, write = true) {
    if (min === -Infinity && max === Infinity) this.bounds.delete(field);
    else this.bounds.set(field, {min, max});
    if (write) this.sliders.get(field).write({min, max});
    this.apply();
  }

  setSmarts(text) {
    this.smarts.set(text);
    this.apply();
    this.remarked();
  }

  setCluster(number) {
    this.cluster = number;
    this.apply();
    byId('hits-heading').scrollIntoView({block: 'start'});
  }

  /** Atoms to be coloured in a drawing because the SMARTS finds them; null when it looks for nothing. */
  matched(index) { return this.smarts.matched(index); }

  clear() {
    Object.assign(this, {text: '', starred: false, cluster: null});
    if (this.smarts.text !== '') this.setSmarts('');
    for (const field of [...this.bounds.keys()]) {
      this.bounds.delete(field);
      this.sliders.get(field).write({min: -Infinity, max: Infinity});
    }
    this.apply();
  }

  get active() { return this.text !== '' || this.starred || this.cluster !== null || this.smarts.active || this.bounds.size > 0; }

  apply() {
    const {compounds, picks, mask, smarts} = this;
    const words = this.text.toLowerCase().split(/\s+/).filter(Boolean);
    const bounds = [...this.bounds].map(([field, limits]) => ({...limits, numbers: this.columns.find((column) => column.field === field).numbers}));
    this.shown = 0;
    for (let i = 0; i < compounds.size; ++i) {
      const passes = (!this.starred || picks.stars.has(compounds.id[i])) &&
        (this.cluster === null || this.clusters.numbers[i] === this.cluster) && (!smarts.mask || smarts.mask[i] === 1) &&
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
    const chips = [...this.bounds].map(([field, {min, max}]) => {
      const {title, decimals} = this.columns.find((column) => column.field === field);
      const limit = (value) => shown(value, Number.isInteger(value) ? 0 : Math.max(decimals, 1));
      const text = min === -Infinity ? `${title} \u2264 ${limit(max)}` : max === Infinity ? `${title} \u2265 ${limit(min)}`
        : `${title} ${limit(min)} to ${limit(max)}`;
      return chip(text, () => this.setBounds(field, {min: -Infinity, max: Infinity}));
    });
    if (this.smarts.active) chips.push(chip(`SMARTS ${this.smarts.text.slice(0, 60)}`, () => this.setSmarts('')));
    if (this.cluster !== null) {
      const best = this.clusters.byNumber.get(this.cluster).members[0];
      chips.push(chip(`Cluster of ${this.compounds.id[best].slice(0, 60)}`, () => { this.cluster = null; this.apply(); }));
    }
    this.chips.replaceChildren(...chips, ...(chips.length > 1 ? [el('button', {type: 'button', class: 'chip quiet', onclick: () => this.clear()}, 'Clear all')] : []));
  }

  summary(hitsInAll) {
    const {size} = this.compounds;
    const inAll = hitsInAll > size ? `, the best of ${plural(hitsInAll, 'hit')}` : '';
    return this.active ? `${count(this.shown)} of ${plural(size, 'compound')}` : `${plural(size, 'compound')}${inAll}`;
  }
}
