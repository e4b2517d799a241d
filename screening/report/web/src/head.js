// What stands above the table: head, funnel, targets, notes.

import {byId, count, el, percent, plural, shown} from './dom.js';

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

const kBrief = {'ROC AUC': 2, 'EF 1 %': 1};

/** Weights, and in brief how well known actives were found; the whole of it stands under "Can I trust it?". */
export function showTargets(targets) {
  if (!targets.length) return byId('targets').remove();
  const total = targets.reduce((sum, target) => sum + target.weight, 0) || 1;
  const measured = targets.some(({enrichment}) => enrichment.length), redocked = targets.some(({redocking}) => redocking.length);
  const weight = (target) => {
    const bar = el('span', {class: 'weight', 'aria-hidden': 'true'}, el('span'));
    bar.firstChild.style.width = `${100 * target.weight / total}%`;
    return el('td', {}, el('span', {class: 'number'}, percent(target.weight, total)), bar);
  };
  const figure = (target, name) => {
    const estimate = target.enrichment[0]?.figures.find(([one]) => one === name)?.[1];
    return el('td', {class: 'number'}, estimate ? shown(estimate[0], kBrief[name]) : '\u2013',
      estimate ? el('small', {}, ` ${shown(estimate[1], kBrief[name])}\u2013${shown(estimate[2], kBrief[name])}`) : null);
  };
  const names = ['Target', 'Weight', 'Known actives', ...(measured ? Object.keys(kBrief) : []), ...(redocked ? ['Redocked'] : [])];
  byId('targets').append(h2('Targets'),
    el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Targets'}, el('table', {class: 'plain'},
      el('thead', {}, el('tr', {}, names.map((name) => el('th', {scope: 'col'}, name)))),
      el('tbody', {}, targets.map((target) => el('tr', {}, el('th', {scope: 'row'}, target.name), weight(target), el('td', {class: 'number'}, count(target.actives)),
        measured ? Object.keys(kBrief).map((name) => figure(target, name)) : null,
        redocked ? el('td', {class: 'number'}, target.redocking.map(({rmsd_A: off, problem}) => problem ? 'failed' : `${shown(off, 2)} \u00c5`).join(', ') || '\u2013') : null))))),
    measured ? el('p', {class: 'fine'}, 'Measured on actives that were held back, with 95 % intervals; more under ', el('a', {href: '#trust-heading'}, 'Can I trust it?')) : '');
}

export function showNotes(notes) {
  if (!notes.length) return;
  byId('notes').hidden = false;
  byId('notes').append(el('div', {class: 'notes'}, h2('Before you trust this list'), notes.map((note) => el('p', {}, note))));
}
