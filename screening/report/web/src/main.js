// Reads the data blocks, puts the page together, and ties table, panel, plots and picks to one another.

import {Clusters} from './clusters.js';
import {Compounds} from './compounds.js';
import {showContactMap} from './contact_map.js';
import {byId, el} from './dom.js';
import {openDrawings} from './drawings.js';
import {Filters} from './filters.js';
import {showFunnel, showHead, showNotes, showTargets} from './head.js';
import {kKeys, listen} from './keyboard.js';
import {openNeighbours} from './neighbours.js';
import {Panel} from './panel.js';
import {Picks} from './picks.js';
import {Plots} from './plots.js';
import {PoseData} from './pose_data.js';
import {PoseView} from './poses.js';
import {preparePrint} from './print.js';
import {showRest} from './rest.js';
import {HitTable, showStar} from './table.js';
import {makeToolbar} from './toolbar.js';
import {showTrust} from './trust.js';
import {showWeights} from './weights.js';

/** The known active that a hit resembles most: {id, drawing}; null when it is not known. */
function activesOf(app, actives) {
  const column = app.compounds.columns.find((one) => one.key === 'nearest_active');
  const number = new Map(actives.map((id, i) => [id, i]));
  return (index) => {
    const id = column?.texts[index], at = number.get(id);
    return at === undefined ? null : {id, drawing: app.drawingOf(app.compounds.size + at)};
  };
}

async function open(data) {
  const app = {data, compounds: new Compounds(data), picks: new Picks(`${data.title}\n${data.subtitle}`), current: null};
  [app.drawingOf, app.poses, app.neighboursOf] = await Promise.all([
    openDrawings(byId('report-drawings'), data.labels), PoseData.open(), openNeighbours(app.compounds.size)]);
  app.activeOf = activesOf(app, data.actives);
  app.poseView = new PoseView(app);
  app.clusters = new Clusters(app, data.hits.cluster);
  return app;
}

/** Everything that follows a choice of a compound or a change of what is shown. */
function tie(app) {
  let refreshToolbar = () => {};
  app.plots = {refresh() {}};
  app.filters = new Filters(app, () => {
    app.table.refilter();
    app.plots.refresh();
    refreshToolbar();
  }, () => {
    app.table.redraw();
    if (app.panel.open) app.panel.show(app.current, false);
  });
  const select = (index, {open: opened = false, focus = false, scroll = false} = {}) => {
    const before = app.current;
    app.current = index;
    app.table.show(index, before, scroll);
    if (index !== null && (opened || app.panel.open)) app.panel.show(index, focus);
    app.plots.refresh();
  };
  const step = (by) => {
    const order = app.table.displayed();
    if (!order.length) return;
    const at = order.indexOf(app.current);
    select(order[at < 0 ? 0 : Math.min(order.length - 1, Math.max(0, at + by))], {scroll: true});
  };
  app.openHit = (index) => select(index, {open: true, scroll: true});
  app.panel = new Panel(app, {step, open: app.openHit, closed: (held) => { if (held) document.querySelector('.tabulator-tableholder')?.focus(); }});
  app.table = new HitTable(app, {
    opened: (index) => select(index, {open: true}),
    built: () => {
      document.documentElement.dataset.ready = 'true';
      setTimeout(() => showBelow(app));  // the table first
    },
  });
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
    smarts: () => byId('smarts').focus(),
  });
}

function showBelow(app) {
  app.plots = new Plots(app, app.openHit);
  showContactMap(app);
  app.clusters.show(app.data.clustering);
  showTrust(app);
  document.documentElement.dataset.whole = 'true';
}

async function start() {
  const data = JSON.parse(byId('report-data').textContent);
  showHead(data);
  showFunnel(data.funnel);
  showTargets(data.targets);
  showNotes(data.notes);
  showWeights(data);
  showRest(data);
  tie(await open(data).then((app) => {
    preparePrint(app);
    return app;
  }));
  byId('keys').append(...kKeys.flatMap(([key, what]) => [el('kbd', {}, key), ` ${what} `]));
}

start().catch((error) => {
  byId('main').prepend(el('p', {class: 'wait', role: 'alert'},
    'This browser cannot open the report: a version of Firefox, Chrome, Edge or Safari from 2023 or later can. The same hits are in hits.csv.'));
  throw error;
});
