// A range with two thumbs over a histogram of the values, and two fields for those who know the number.

import {el} from './dom.js';

const kSteps = 200, kBars = 32;

/** Where the values lie: bars as wide as the track. */
function histogram(column) {
  const bars = new Array(kBars).fill(0), span = column.max - column.min || 1;
  for (const value of column.numbers) if (!Number.isNaN(value)) ++bars[Math.min(kBars - 1, Math.floor(kBars * (value - column.min) / span))];
  const most = Math.max(...bars);
  return el('span', {class: 'histogram', 'aria-hidden': 'true'}, bars.map((n) => {
    const bar = el('span');
    bar.style.height = `${n ? Math.max(6, 100 * Math.sqrt(n / most)) : 0}%`;
    return bar;
  }));
}

export class Slider {
  /** @param changed  called with {min, max}; infinite where there is no bound */
  constructor(column, changed) {
    Object.assign(this, {column, changed});
    const title = column.unit ? `${column.title} (${column.unit})` : column.title;
    const named = {min: `${title}, at least`, max: `${title}, at most`};
    const each = (make) => ({min: make('min'), max: make('max')});
    this.fields = each((which) => el('input', {type: 'number', step: 'any', placeholder: column[which].toFixed(column.decimals), 'aria-label': named[which],
      oninput: () => { this.showThumbs(this.read()); this.changed(this.read()); }}));
    this.thumbs = each((which) => el('input', {type: 'range', min: 0, max: kSteps, value: which === 'min' ? 0 : kSteps, 'aria-label': `${named[which]}, slider`,
      oninput: () => this.dragged(which)}));
    for (const which of ['min', 'max']) this.speak(which, column[which]);
    this.node = el('fieldset', {class: 'range'}, el('legend', {title: column.help}, title), histogram(column),
      el('span', {class: 'thumbs'}, this.thumbs.min, this.thumbs.max), el('span', {class: 'bounds'}, this.fields.min, el('span', {'aria-hidden': 'true'}, '\u2013'), this.fields.max));
  }

  speak(which, value) { this.thumbs[which].setAttribute('aria-valuetext', value.toFixed(this.column.decimals)); }

  dragged(which) {
    const {min, max} = this.thumbs, {column} = this;
    if (Number(min.value) > Number(max.value)) this.thumbs[which].value = this.thumbs[which === 'min' ? 'max' : 'min'].value;
    const step = Number(this.thumbs[which].value);
    const value = column.min + (column.max - column.min) * step / kSteps;
    const scale = 10 ** column.decimals;  // outwards, so that the value at the end stays in
    this.fields[which].value = step === (which === 'min' ? 0 : kSteps) ? '' : String((which === 'min' ? Math.floor : Math.ceil)(value * scale) / scale);
    this.speak(which, value);
    this.changed(this.read());
  }

  read() {
    const {min, max} = this.fields;
    return {min: min.value === '' ? -Infinity : Number(min.value), max: max.value === '' ? Infinity : Number(max.value)};
  }

  write({min, max}) {
    this.fields.min.value = min === -Infinity ? '' : String(min);
    this.fields.max.value = max === Infinity ? '' : String(max);
    this.showThumbs({min, max});
  }

  showThumbs({min, max}) {
    const {column} = this, span = column.max - column.min || 1;
    const step = (value) => Math.round(kSteps * Math.min(1, Math.max(0, (value - column.min) / span)));
    this.thumbs.min.value = min === -Infinity ? 0 : step(min);
    this.thumbs.max.value = max === Infinity ? kSteps : step(max);
  }
}
