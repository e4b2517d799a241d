// Clusters of the hits: one card each with its best member, size and spread of scores.

import {drawCompound, markedAtoms} from './drawing.js';
import {byId, count, el, plural, shown} from './dom.js';

const kFirst = 12;

export class Clusters {
  constructor(app, numbers) {
    this.app = app;
    this.byNumber = new Map();
    (numbers ?? []).forEach((number, hit) => {
      if (number === null) return;
      if (!this.byNumber.has(number)) this.byNumber.set(number, {number, members: []});
      this.byNumber.get(number).members.push(hit);
    });
    this.all = [...this.byNumber.values()].filter(({members}) => members.length > 1)
      .sort((a, b) => a.members[0] - b.members[0]);
    this.numbers = numbers ?? [];
  }

  of(hit) { return this.byNumber.get(this.numbers[hit]); }

  show(how) {
    const host = byId('clusters');
    if (!this.all.length) return host.remove();
    const alone = this.byNumber.size - this.all.length;
    const cards = el('div', {class: 'cluster-cards'}, this.all.slice(0, kFirst).map((cluster) => this.card(cluster)));
    const more = this.all.length > kFirst ? el('button', {type: 'button', onclick: () => {
      cards.append(...this.all.slice(kFirst).map((cluster) => this.card(cluster)));
      more.remove();
    }}, `Show all ${count(this.all.length)} clusters`) : null;
    host.append(el('div', {class: 'section-head'}, el('h2', {id: 'clusters-heading'}, 'Clusters'),
      el('p', {class: 'fine'}, `${plural(this.all.length, 'cluster')}, those with the best member first; ${plural(alone, 'compound')} alone. ${how}`)), cards, more ?? '');
  }

  card({number, members}) {
    const {app} = this, {compounds} = app, best = members[0];
    const score = compounds.score;
    const spread = score ? this.spread(members, score) : null;
    return el('article', {class: 'cluster'},
      el('button', {type: 'button', class: 'cluster-best', 'aria-label': `Open ${compounds.id[best].slice(0, 80)}`, onclick: () => app.openHit(best)},
        drawCompound(app.drawingOf(best), 190, 112, `Structure of ${compounds.id[best].slice(0, 80)}`, {bond: 20, marks: markedAtoms(app.drawingOf(best))})),
      el('div', {}, el('h3', {}, el('span', {class: 'clip'}, compounds.id[best].slice(0, 80))),
        el('p', {class: 'fine'}, `best at place ${count(compounds.place[best])}`),
        spread,
        el('button', {type: 'button', class: 'small', onclick: () => app.filters.setCluster(number)}, `Show all ${count(members.length)}`)));
  }

  /** Every member's score as a tick on the range of all hits. */
  spread(members, column) {
    const values = members.map((i) => column.numbers[i]).filter((value) => !Number.isNaN(value));
    if (!values.length) return null;
    const low = Math.min(...values), high = Math.max(...values);
    const line = el('span', {class: 'spread', 'aria-hidden': 'true'}, values.slice(0, 200).map((value) => {
      const tick = el('span');
      tick.style.left = `${column.max > column.min ? 100 * (value - column.min) / (column.max - column.min) : 50}%`;
      return tick;
    }));
    return el('p', {class: 'cluster-spread'}, el('small', {}, `${column.title} ${shown(low, column.decimals)} to ${shown(high, column.decimals)}`), line);
  }
}
