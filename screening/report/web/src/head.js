// What stands around the table: head, funnel, targets, notes, rejects, methods, provenance.

import {byId, count, el, percent, plural} from './dom.js';

const h2 = (text) => el('h2', {}, text);

export function showHead(data) {
  document.title = `${data.title} \u2013 Digitalis report`;
  const date = data.provenance.find(([name]) => name.toLowerCase() === 'date')?.[1];
  const figures = [
    data.funnel.length ? [count(data.funnel[0].in), 'compounds screened'] : null,
    [count(data.hits_in_all), data.hits_in_all === 1 ? 'hit' : 'hits'],
    data.targets.length ? [count(data.targets.length), data.targets.length === 1 ? 'target' : 'targets'] : null,
  ].filter(Boolean);
  byId('head').append(
    el('div', {class: 'masthead'},
      el('p', {class: 'eyebrow'}, el('span', {class: 'brand'}, 'Digitalis'), ' screening report', date ? el('span', {class: 'date'}, date) : null),
      el('h1', {}, data.title),
      data.subtitle ? el('p', {class: 'subtitle'}, data.subtitle) : null,
      data.confidentiality ? el('p', {class: 'confidential'}, data.confidentiality) : null),
    el('dl', {class: 'figures'}, figures.map(([number, name]) => el('div', {}, el('dt', {}, name), el('dd', {}, number)))));
}

/** Bars on a logarithmic scale: a funnel from a billion to a hundred would otherwise be one bar. */
export function showFunnel(stages) {
  if (!stages.length) return byId('funnel').remove();
  const most = Math.log10(1 + Math.max(...stages.map((stage) => stage.in)));
  const width = (n) => `${most ? 100 * Math.log10(1 + n) / most : 0}%`;
  const bar = (n, name) => {
    const node = el('span', {class: name});
    node.style.width = width(n);
    return node;
  };
  byId('funnel').append(h2('From library to hits'), el('ol', {class: 'stages'}, stages.map((stage) => {
    const gone = Math.max(0, stage.in - stage.out);
    const row = [
      el('span', {class: 'stage-name'}, stage.name),
      el('span', {class: 'bar', 'aria-hidden': 'true'}, bar(stage.in, 'in'), bar(stage.out, 'out')),
      el('span', {class: 'stage-count'}, el('b', {}, count(stage.out)), el('small', {}, ` of ${count(stage.in)} (${percent(stage.out, stage.in)})`))];
    if (!stage.reasons.length) return el('li', {}, el('div', {class: 'stage'}, row));
    const reasons = [...stage.reasons].sort((a, b) => b[1] - a[1]);
    return el('li', {}, el('details', {},
      el('summary', {class: 'stage'}, row),
      el('p', {class: 'gone'}, `${plural(gone, 'compound')} left here`),
      el('ul', {class: 'reasons'}, reasons.map(([reason, n]) => el('li', {}, el('span', {}, reason), el('b', {}, count(n)))))));
  })), el('p', {class: 'fine'}, 'Bars are on a logarithmic scale. Open a stage to see why compounds left.'));
}

export function showTargets(targets) {
  if (!targets.length) return byId('targets').remove();
  const names = [...new Set(targets.flatMap((target) => target.figures.map(([name]) => name)))];
  const total = targets.reduce((sum, target) => sum + target.weight, 0) || 1;
  const weight = (target) => {
    const bar = el('span', {class: 'weight', 'aria-hidden': 'true'}, el('span'));
    bar.firstChild.style.width = `${100 * target.weight / total}%`;
    return el('td', {}, el('span', {class: 'number'}, percent(target.weight, total)), bar);
  };
  byId('targets').append(h2('Targets and how far to trust them'),
    el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Targets'}, el('table', {class: 'plain'},
      el('thead', {}, el('tr', {}, ['Target', 'Weight', 'Known actives', 'Held back', ...names].map((name) => el('th', {scope: 'col'}, name)))),
      el('tbody', {}, targets.map((target) => {
        const figures = new Map(target.figures);
        return el('tr', {}, el('th', {scope: 'row'}, target.name), weight(target), el('td', {class: 'number'}, count(target.actives)),
          el('td', {class: 'number'}, count(target.held_back)), names.map((name) => el('td', {class: 'number'}, figures.get(name) ?? '\u2013')));
      })))),
    el('p', {class: 'fine'}, 'Figures are measured on the actives held back; intervals in brackets.'));
}

export function showNotes(notes) {
  if (!notes.length) return;
  byId('notes').hidden = false;
  byId('notes').append(el('div', {class: 'notes'}, h2('Before you trust this list'), notes.map((note) => el('p', {}, note))));
}

export function showRest(data) {
  const rejects = data.funnel.flatMap((stage) => stage.reasons.map(([reason, n]) => ({stage: stage.name, reason, n})))
    .sort((a, b) => b.n - a.n);
  const all = rejects.reduce((sum, reject) => sum + reject.n, 0);
  if (rejects.length) {
    byId('rest').append(el('div', {class: 'block', id: 'rejects'}, h2('Left out, by reason'),
      el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Left out, by reason'}, el('table', {class: 'plain'},
        el('thead', {}, el('tr', {}, ['Reason', 'Stage', 'Compounds', 'Share'].map((name) => el('th', {scope: 'col'}, name)))),
        el('tbody', {}, rejects.map(({stage, reason, n}) => el('tr', {}, el('td', {}, reason), el('td', {}, stage),
          el('td', {class: 'number'}, count(n)), el('td', {class: 'number'}, percent(n, all)))))))));
  }
  const column = el('div', {class: 'column'});
  if (data.methods) column.append(el('div', {class: 'block'}, h2('Methods'), el('p', {class: 'methods'}, data.methods)));
  if (data.provenance.length) {
    column.append(el('div', {class: 'block'}, h2('Provenance'), el('dl', {class: 'provenance'},
      data.provenance.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]))));
  }
  if (column.childElementCount) byId('rest').append(column);
  byId('foot').append(el('p', {}, 'This file is complete in itself: it asks no network for anything, and stars and notes stay in this browser.'),
    data.confidentiality ? el('p', {class: 'confidential'}, data.confidentiality) : '');
}
