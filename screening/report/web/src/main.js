// Reads the data blocks, puts the page together, and ties table, panel, plots and picks to one another.

import {Compounds} from './compounds.js';
import {byId, count, el} from './dom.js';
import {download, fileName, toCsv} from './download.js';
import {openDrawings} from './drawings.js';
import {Filters} from './filters.js';
import {showFunnel, showHead, showNotes, showRest, showTargets} from './head.js';
import {listen} from './keyboard.js';
import {Panel} from './panel.js';
import {Picks} from './picks.js';
import {Plots} from './plots.js';
import {Poses} from './poses.js';
import {preparePrint} from './print.js';
import {HitTable, showStar} from './table.js';

function makeToolbar(app) {
  const {compounds, picks, filters, data} = app;
  const search = el('input', {type: 'search', id: 'search', placeholder: 'Find an ID, a flag, a part of a SMILES', 'aria-label': 'Find compounds',
    oninput: () => { filters.text = search.value; filters.apply(); }});
  const toggle = el('button', {type: 'button', 'aria-expanded': 'false', 'aria-controls': 'filters', onclick: () => {
    byId('filters').hidden = !byId('filters').hidden;
    toggle.setAttribute('aria-expanded', String(!byId('filters').hidden));
  }}, 'Filters');
  const starred = el('button', {type: 'button', 'aria-pressed': 'false', id: 'only-starred', onclick: () => {
    filters.starred = !filters.starred;
    filters.apply();
  }});
  const save = (what, indices) => download(fileName(data.title, what), toCsv(compounds, picks, indices));
  const saveStarred = el('button', {type: 'button', id: 'save-starred', onclick: () =>
    save('starred', compounds.id.map((id, i) => i).filter((i) => picks.stars.has(compounds.id[i])))}, 'Starred as CSV');
  const saveShown = el('button', {type: 'button', id: 'save-shown', onclick: () => save('filtered', app.table.displayed())}, 'Shown as CSV');
  const sort = el('select', {class: 'only-cards', 'aria-label': 'Sort by', onchange: () => {
    const [field, direction] = sort.value.split(' ');
    app.table.sort(field, direction);
  }}, el('option', {value: 'place asc'}, 'By place'), compounds.numeric.flatMap((column) => [
    el('option', {value: `${column.field} desc`}, `${column.title}, greatest first`),
    el('option', {value: `${column.field} asc`}, `${column.title}, least first`)]));
  byId('toolbar').append(search, toggle, starred, sort, el('span', {class: 'gap'}), saveShown, saveStarred);
  return () => {
    if (search.value !== filters.text) search.value = filters.text;
    starred.textContent = picks.stars.size ? `\u2605 Starred (${count(picks.stars.size)})` : '\u2606 Starred';
    starred.setAttribute('aria-pressed', String(filters.starred));
    saveStarred.disabled = picks.stars.size === 0;
    toggle.classList.toggle('on', filters.bounds.size > 0);
    byId('count').textContent = filters.summary(data.hits_in_all);
  };
}

async function start() {
  const data = JSON.parse(byId('report-data').textContent);
  showHead(data);
  showFunnel(data.funnel);
  showTargets(data.targets);
  showNotes(data.notes);
  showRest(data);

  const app = {data, compounds: new Compounds(data), picks: new Picks(`${data.title}\n${data.subtitle}`), current: null};
  app.drawingOf = await openDrawings(byId('report-drawings'), data.labels);
  app.poses = await Poses.open();
  let refreshToolbar = () => {};
  app.filters = new Filters(app.compounds, app.picks, () => {
    app.table.refilter();
    app.plots.refresh();
    refreshToolbar();
  });

  const select = (index, {open = false, focus = false, scroll = false} = {}) => {
    const before = app.current;
    app.current = index;
    app.table.show(index, before, scroll);
    if (index !== null && (open || app.panel.open)) app.panel.show(index, focus);
    app.plots.refresh();
  };
  const step = (by) => {
    const order = app.table.displayed();
    if (!order.length) return;
    const at = order.indexOf(app.current);
    select(order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))], {scroll: true});
  };
  app.panel = new Panel(app, {step, closed: (held) => { if (held) document.querySelector('.tabulator-tableholder')?.focus(); }});
  app.table = new HitTable(app, {
    opened: (index) => select(index, {open: true}),
    built: () => {
      app.plots = new Plots(app, (index) => select(index, {open: true, scroll: true}));
      document.documentElement.dataset.ready = 'true';
    },
  });
  app.plots = {refresh() {}};
  refreshToolbar = makeToolbar(app);
  refreshToolbar();
  app.picks.listeners.push(() => {
    for (const button of document.querySelectorAll('.star')) {
      const id = app.compounds.id[button.dataset.row];
      showStar(button, app.picks.stars.has(id), id);
    }
    if (app.filters.starred) app.filters.apply();
    else app.plots.refresh();
    refreshToolbar();
  });
  listen({
    step,
    star: () => { if (app.current !== null) app.picks.toggle(app.compounds.id[app.current]); },
    open: () => { if (app.current !== null) select(app.current, {open: true, focus: true}); },
    close: () => app.panel.close(),
    search: () => byId('search').focus(),
  });
  byId('keys').append(...[['j', 'next'], ['k', 'previous'], ['s', 'star'], ['Enter', 'open'], ['Esc', 'close'], ['/', 'find']]
    .flatMap(([key, what]) => [el('kbd', {}, key), ` ${what} `]));
  preparePrint(app);
}

start().catch((error) => {
  byId('main').prepend(el('p', {class: 'wait', role: 'alert'},
    'This browser cannot open the report: a version of Firefox, Chrome, Edge or Safari from 2023 or later can. The same hits are in hits.csv.'));
  throw error;
});
