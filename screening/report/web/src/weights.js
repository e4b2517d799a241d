// What outcome tables and evidence say of the targets: each one's share with its 95 % interval, and what each table contributes.

import {byId, el, shown} from './dom.js';
import {picture, svg} from './svg.js';

const percent = (share) => `${shown(100 * share, 1)} %`;

/** Dots with whiskers on one scale; an open mark shows the share if all diseases weighed the same. */
function whiskers(rows, name) {
  const width = 560, left = 130, right = 74, line = 30, top = 8, bottom = 26;
  const height = top + rows.length * line + bottom;
  const most = Math.max(...rows.flatMap(({estimate, other}) => [estimate[2], other ?? 0])) || 1;
  const step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25, 0.5].find((one) => most / one <= 5) ?? 1;
  const x = (share) => left + (width - left - right) * share / (Math.ceil(most / step) * step);
  const ticks = Array.from({length: Math.ceil(most / step) + 1}, (_, i) => i * step);
  return picture(width, height, name,
    ticks.map((tick) => [svg('line', {class: 'grid', x1: x(tick), x2: x(tick), y1: top, y2: height - bottom}),
      svg('text', {class: 'tick', x: x(tick), y: height - 8, 'text-anchor': 'middle'}, `${shown(100 * tick, step < 0.01 ? 1 : 0)} %`)]),
    rows.map(({title, estimate: [value, low, high], other}, i) => {
      const y = top + (i + 0.5) * line;
      return svg('g', {}, svg('title', {}, `${title}: ${percent(value)}, 95 % interval ${percent(low)} to ${percent(high)}`),
        svg('text', {class: 'name', x: left - 12, y: y + 4, 'text-anchor': 'end'}, title.length > 16 ? `${title.slice(0, 15)}\u2026` : title),
        svg('line', {class: 'whisker', x1: x(low), x2: x(high), y1: y, y2: y}),
        [low, high].map((end) => svg('line', {class: 'whisker', x1: x(end), x2: x(end), y1: y - 5, y2: y + 5})),
        other === undefined ? null : svg('path', {class: 'other', d: `M${x(other)} ${y - 6}l6 6l-6 6l-6 -6Z`}),
        svg('circle', {class: 'dot', cx: x(value), cy: y, r: 5}),
        svg('text', {class: 'value', x: width - right + 12, y: y + 4}, percent(value)));
    }));
}

export function showWeights({targets, outcomes}) {
  const weighed = targets.filter((target) => target.outcome).sort((a, b) => b.outcome.share[0] - a.outcome.share[0]);
  if (!weighed.length) return byId('weights').remove();
  const table = (head, rows, label) => el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label}, el('table', {class: 'plain'},
    el('thead', {}, el('tr', {}, head.map((name) => el('th', {scope: 'col'}, name)))),
    el('tbody', {}, rows.map(([first, ...others]) => el('tr', {}, el('th', {scope: 'row'}, first), others.map((value) => el('td', {class: 'number'}, value)))))));
  const chart = (rows, name) => el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': name}, whiskers(rows, name));
  const tables = outcomes.tables.length ? el('div', {}, el('h3', {class: 'chart-title'}, 'What each table contributes'),
    table(['Table', 'Moves the diseases\u2019 weights by', 'Moves the targets\u2019 weights by', 'Best hits it changes'], outcomes.tables.map((one) => [one.table_id,
      percent(one.disease_shift), percent(one.target_shift), one.ranking_change === undefined ? '\u2013' : percent(one.ranking_change)]), 'What each table contributes'),
    el('p', {class: 'fine'}, 'How far the weights would lie from these without the table (half the sum of the differences), and the share of the best hits that would not be among them.')) : null;
  byId('weights').append(el('div', {class: 'section-head'}, el('h2', {id: 'weights-heading'}, 'What weighs the targets')),
    el('div', {class: 'pair'},
      el('div', {}, el('h3', {class: 'chart-title'}, 'Targets'),
        chart(weighed.map((target) => ({title: target.name, estimate: target.outcome.share, other: target.outcome.equal_diseases})), 'Weights of the targets with 95 % intervals'),
        el('p', {class: 'fine key'}, el('span', {class: 'key-dot'}), 'share of the score with its 95 % interval', el('span', {class: 'key-other'}), 'if all diseases weighed the same'),
        table(['Target', 'Mostly by', 'which makes'], weighed.map(({name, outcome}) => [name, outcome.leading_disease,
          outcome.leading_share === undefined ? '\u2013' : percent(outcome.leading_share)]), 'Leading disease of each target')),
      el('div', {}, outcomes.diseases.length ? [el('h3', {class: 'chart-title'}, 'Diseases'),
        chart(outcomes.diseases.slice(0, 20).map(([title, estimate]) => ({title, estimate})), 'Weights of the diseases with 95 % intervals')] : null, tables)));
}
