// Where a hit stood after every stage: its score, the cut, and its place among all that the stage scored.

import {count, el, shown} from './dom.js';

/** Decimals that tell a score from the cut, at least two. */
const decimals = ({unit}) => (unit ? 2 : 3);

const number = (stage, value) => el('span', {class: 'number'}, shown(value, decimals(stage)), stage.unit ? el('small', {}, ` ${stage.unit}`) : null);

/** A table with a row per stage of the funnel after the preparation; null for a report without standings. */
export function standingsTable(data, index) {
  if (!data.standings.length) return null;
  const byName = new Map(data.standings.map((stage) => [stage.stage, stage]));
  const cells = (stage) => [
    el('td', {}, number(stage, stage.score[index])),
    el('td', {}, stage.cut_score === null ? 'none' : number(stage, stage.cut_score), el('small', {class: 'under'}, `${stage.cut_score === null ? 'all' : count(stage.kept)} kept`)),
    el('td', {}, el('span', {class: 'number'}, count(stage.place[index])), el('small', {class: 'under'}, `of ${count(stage.scored)}`))];
  const passed = ({in: entered, out}) => el('td', {colspan: 3, class: 'passed'}, `passed, ${count(out)} of ${count(entered)}`);
  const stages = data.funnel.filter(({name}) => name !== 'prepare' && name !== 'hits');
  const head = ['Stage', 'Score', 'Cut-off', 'Place'].map((text) => el('th', {scope: 'col'}, text));
  return [el('h3', {class: 'sub', id: 'standings-label'}, 'Stage by stage'),
    el('table', {class: 'standings', 'aria-labelledby': 'standings-label'}, el('thead', {}, el('tr', {}, head)),
      el('tbody', {}, stages.map((stage) => el('tr', {}, el('th', {scope: 'row'}, stage.name),
        byName.has(stage.name) ? cells(byName.get(stage.name)) : passed(stage)))))];
}
