// What stands above the table: find by text and SMARTS, filters, stars, downloads.

import {byId, count, el} from './dom.js';
import {download, fileName, toCsv, toSdf} from './download.js';

const kWait_ms = 250;  // a SMARTS is searched for when the typing pauses

function smartsField(filters) {
  const input = el('input', {type: 'search', id: 'smarts', placeholder: 'SMARTS, as c1ccncc1', 'aria-label': 'Find by SMARTS', spellcheck: 'false',
    autocapitalize: 'off', autocomplete: 'off', 'aria-describedby': 'smarts-problem', oninput: () => {
      clearTimeout(input.wait);
      input.wait = setTimeout(() => filters.setSmarts(input.value), kWait_ms);
    }, onkeydown: (event) => {
      if (event.key !== 'Enter') return;
      clearTimeout(input.wait);
      filters.setSmarts(input.value);
    }});
  return input;
}

/** Builds it; gives a function that brings it up to date. */
export function makeToolbar(app) {
  const {compounds, picks, filters, data} = app;
  const search = el('input', {type: 'search', id: 'search', placeholder: 'Find an ID, a flag, a residue', 'aria-label': 'Find compounds',
    oninput: () => { filters.text = search.value; filters.apply(); }});
  const smarts = smartsField(filters);
  const problem = el('p', {id: 'smarts-problem', class: 'problem', role: 'status', hidden: true});
  const toggle = el('button', {type: 'button', 'aria-expanded': 'false', 'aria-controls': 'filters', onclick: () => {
    byId('filters').hidden = !byId('filters').hidden;
    toggle.setAttribute('aria-expanded', String(!byId('filters').hidden));
  }}, 'Filters');
  const starred = el('button', {type: 'button', 'aria-pressed': 'false', id: 'only-starred', onclick: () => {
    filters.starred = !filters.starred;
    filters.apply();
  }});
  const stars = () => compounds.id.map((id, i) => i).filter((i) => picks.stars.has(compounds.id[i]));
  const save = (id, text, what, which, ending, write) => el('button', {type: 'button', id, 'aria-label': `Download the ${what} compounds as ${text}`,
    onclick: () => download(fileName(data.title, what, ending), write(app, which()))}, text);
  const shownOnes = () => app.table.displayed();
  const saveStarred = [save('save-starred', 'CSV', 'starred', stars, 'csv', toCsv), save('save-starred-sdf', 'SDF', 'starred', stars, 'sdf', toSdf)];
  const saveShown = [save('save-shown', 'CSV', 'filtered', shownOnes, 'csv', toCsv), save('save-shown-sdf', 'SDF', 'filtered', shownOnes, 'sdf', toSdf)];
  const sort = el('select', {class: 'only-cards', 'aria-label': 'Sort by', onchange: () => {
    const [field, direction] = sort.value.split(' ');
    app.table.sort(field, direction);
  }}, el('option', {value: 'place asc'}, 'By place'), compounds.numeric.flatMap((column) => [
    el('option', {value: `${column.field} desc`}, `${column.title}, greatest first`),
    el('option', {value: `${column.field} asc`}, `${column.title}, least first`)]));
  byId('toolbar').append(search, smarts, toggle, starred, sort, el('span', {class: 'gap'}),
    el('span', {class: 'saves'}, el('span', {class: 'fine'}, 'Save shown'), ...saveShown), el('span', {class: 'saves'}, el('span', {class: 'fine'}, 'starred'), ...saveStarred));
  byId('toolbar').after(problem);
  return () => {
    if (search.value !== filters.text) search.value = filters.text;
    if (filters.smarts.text === '' && smarts !== document.activeElement) smarts.value = '';
    problem.hidden = filters.smarts.problem === '';
    problem.textContent = problem.hidden ? '' : `This is no SMARTS that can be searched for here: ${filters.smarts.problem}.`;
    smarts.setAttribute('aria-invalid', String(!problem.hidden));
    starred.textContent = picks.stars.size ? `\u2605 Starred (${count(picks.stars.size)})` : '\u2606 Starred';
    starred.setAttribute('aria-pressed', String(filters.starred));
    for (const button of saveStarred) button.disabled = picks.stars.size === 0;
    for (const button of saveShown) button.disabled = filters.shown === 0;
    toggle.classList.toggle('on', filters.bounds.size > 0);
    byId('count').textContent = filters.summary(data.hits_in_all);
  };
}
