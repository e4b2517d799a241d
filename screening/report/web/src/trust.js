// Can I trust it: how well known actives were found, where docking put ligands whose place is known, which poses passed the checks of geometry.

import {byId, count, el, plural, shown} from './dom.js';
import {projected, readMol} from './overlay.js';
import {picture, svg} from './svg.js';

const kDecimals = {'ROC AUC': 2, 'EF 1 %': 1, 'BEDROC (20)': 2};
const kGood_A = 2;

/** The staircase of a ranking: actives found against decoys passed. */
function rocCurve({places, found, listed}, name) {
  const size = 150, at = (x, y) => `${(x * size).toFixed(1)} ${((1 - y) * size).toFixed(1)}`;
  let path = `M${at(0, 0)}`;
  places.forEach((place, i) => {
    const decoys = (place - 1 - i) / Math.max(1, listed - found);
    path += `L${at(decoys, i / found)}L${at(decoys, (i + 1) / found)}`;
  });
  return picture(size + 34, size + 34, name, svg('g', {transform: 'translate(28 6)'},
    svg('rect', {class: 'frame', width: size, height: size}), svg('line', {class: 'chance', x1: 0, y1: size, x2: size, y2: 0}),
    svg('path', {class: 'curve', d: `${path}L${at(1, 1)}`}),
    svg('text', {class: 'tick', x: size / 2, y: size + 20, 'text-anchor': 'middle'}, 'decoys passed'),
    svg('text', {class: 'tick', x: -size / 2, y: -10, 'text-anchor': 'middle', transform: 'rotate(-90)'}, 'actives found')));
}

function enrichmentTable(targets) {
  const rows = targets.flatMap((target) => target.enrichment.map((one) => ({target, one})));
  if (!rows.length) return el('p', {}, 'No known actives were held back, so nobody knows how well this ranking finds them. hold_back = 0.5 in a target of the campaign keeps half of them for this.');
  const names = [...new Set(rows.flatMap(({one}) => one.figures.map(([name]) => name)))];
  const cell = (figures, name) => {
    const estimate = figures.get(name);
    if (!estimate) return el('td', {class: 'number'}, '\u2013');
    const [value, low, high] = estimate.map((number) => shown(number, kDecimals[name] ?? 2));
    return el('td', {class: 'number'}, value, el('small', {}, ` ${low} to ${high}`));
  };
  return el('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'How well known actives were found'}, el('table', {class: 'plain'},
    el('thead', {}, el('tr', {}, ['Target', 'Stage', 'Held back', 'Ranked', ...names].map((name) => el('th', {scope: 'col'}, name)))),
    el('tbody', {}, rows.map(({target, one}) => {
      const figures = new Map(one.figures);
      return el('tr', {}, el('th', {scope: 'row'}, target.name), el('td', {}, one.stage), el('td', {class: 'number'}, count(target.held_back)),
        el('td', {class: 'number'}, `${count(one.found)} of ${count(one.listed)}`), names.map((name) => cell(figures, name)));
    }))));
}

/** Crystal ligand and redocked pose laid over each other, seen from where they are widest. */
function redockingPicture(found, pocket, target) {
  const crystal = readMol(pocket?.reference_sdf), pose = readMol(found.pose_sdf);
  if (!crystal || !pose) return null;
  const width = 230, height = 160;
  const [a, b] = projected([crystal, pose], width, height);
  const sticks = (lines, kind) => svg('path', {class: kind, d: lines.map(([p, q]) => `M${p[0].toFixed(1)} ${p[1].toFixed(1)}L${q[0].toFixed(1)} ${q[1].toFixed(1)}`).join('')});
  return picture(width, height, `${found.reference} in ${target}: where it was found and where docking put it`, sticks(a, 'crystal'), sticks(b, 'redocked'));
}

function redockings(targets, pockets) {
  const cards = targets.flatMap((target) => target.redocking.map((found) => {
    const good = found.rmsd_A <= kGood_A;
    const drawn = found.problem ? null : redockingPicture(found, pockets.find((pocket) => pocket.target === target.name), target.name);
    return el('figure', {class: 'redocking'}, drawn, el('figcaption', {}, found.problem ? `${found.reference} of ${target.name} could not be docked again: ${found.problem}`
      : [el('b', {}, `${found.reference} of ${target.name}: ${shown(found.rmsd_A, 2)} \u00c5 off`), el('small', {}, ` ${good ? 'put back' : 'poses of this target are doubtful'}; `
        + `${shown(found.affinity_kcal_mol, 1)} kcal/mol where docking put it, ${shown(found.crystal_affinity_kcal_mol, 1)} where it was found`)]));
  }));
  return cards.length ? el('div', {}, el('h3', {class: 'chart-title'}, 'Ligands whose place is known, docked again'), el('div', {class: 'redockings'}, cards),
    el('p', {class: 'fine key'}, el('span', {class: 'key-line crystal'}), 'where it was found', el('span', {class: 'key-line redocked'}), 'where docking put it')) : null;
}

/** How many poses passed the checks of their geometry. */
function poseChecks(poses) {
  const flags = poses.columns.find((column) => column.key === 'pose_flags');
  if (!flags) return null;
  const failed = new Map();
  for (const text of flags.texts) for (const flag of text.split(';').map((one) => one.trim()).filter(Boolean)) failed.set(flag, (failed.get(flag) ?? 0) + 1);
  const clean = flags.texts.filter((text) => !text.trim()).length;
  return el('div', {}, el('h3', {class: 'chart-title'}, 'Geometry of the poses'),
    el('p', {}, `${count(clean)} of ${plural(flags.texts.length, 'pose')} passed every check.`),
    failed.size ? el('ul', {class: 'reasons'}, [...failed].sort((a, b) => b[1] - a[1]).map(([flag, n]) => el('li', {}, el('span', {}, flag.replaceAll('_', ' ')), el('b', {}, count(n))))) : null);
}

export function showTrust(app) {
  const {targets} = app.data;
  if (!targets.length) return byId('trust').remove();
  const curves = targets.flatMap((target) => target.enrichment.filter(({places}) => places.length).map((one) => el('figure', {class: 'roc'},
    rocCurve(one, `ROC curve of ${target.name}, ${one.stage}`), el('figcaption', {}, `${target.name}, ${one.stage}`))));
  byId('trust').append(el('div', {class: 'section-head'}, el('h2', {id: 'trust-heading'}, 'Can I trust it?')),
    el('h3', {class: 'chart-title'}, 'Known actives that were held back'), enrichmentTable(targets),
    targets.some(({enrichment}) => enrichment.length) ? el('p', {class: 'fine'}, 'ROC AUC: 0.5 is chance, 1 is perfect. EF 1 %: how many times more actives in the best hundredth than by chance. '
      + 'BEDROC: 0 to 1, the early places count most. After each its 95 % interval (bootstrap over the actives).') : '',
    curves.length ? el('div', {class: 'rocs'}, curves) : '',
    el('div', {class: 'pair'}, redockings(targets, app.poses.pockets), poseChecks(app.poses)));
}
