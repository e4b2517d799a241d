// What stands below everything: rejects with their names, methods, provenance.

import {byId, count, el, percent} from './dom.js';

function showRejects(stages) {
  const rejects = stages.flatMap((stage) => stage.reasons.map(([reason, n, ids]) => ({stage: stage.name, reason, n, ids}))).sort((a, b) => b.n - a.n);
  const all = rejects.reduce((sum, reject) => sum + reject.n, 0);
  if (!rejects.length) return;
  const named = ({n, ids}) => ids.length === 0 ? null : el('details', {}, el('summary', {}, n > ids.length ? `the first ${count(ids.length)}` : 'which'),
    el('span', {class: 'ids'}, ids.map((id) => el('span', {}, id.slice(0, 120)))));
  byId('rest').append(el('div', {class: 'block', id: 'rejects'}, el('h2', {}, 'Left out, by reason'),
    el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Left out, by reason'}, el('table', {class: 'plain'},
      el('thead', {}, el('tr', {}, ['Reason', 'Stage', 'Compounds', 'Share'].map((name) => el('th', {scope: 'col'}, name)))),
      el('tbody', {}, rejects.map((reject) => el('tr', {}, el('td', {}, reject.reason.replaceAll('_', ' '), named(reject)), el('td', {}, reject.stage),
        el('td', {class: 'number'}, count(reject.n)), el('td', {class: 'number'}, percent(reject.n, all))))))),
    el('p', {class: 'fine'}, 'rejects.csv has them all, with file, line, detail and remedy.')));
}

export function showRest(data) {
  showRejects(data.funnel);
  const column = el('div', {class: 'column'});
  if (data.methods) column.append(el('div', {class: 'block'}, el('h2', {}, 'Methods'), el('p', {class: 'methods'}, data.methods)));
  if (data.provenance.length) {
    column.append(el('div', {class: 'block'}, el('h2', {}, 'Provenance'), el('dl', {class: 'provenance'},
      data.provenance.flatMap(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]))));
  }
  if (column.childElementCount) byId('rest').append(column);
  byId('foot').append(el('p', {}, 'This file is complete in itself: it asks no network for anything, and stars and notes stay in this browser.'),
    data.confidentiality ? el('p', {class: 'confidential'}, data.confidentiality) : '');
}
