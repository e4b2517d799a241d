// Downloads that never leave the machine: a blob made in the page.

import {sdRecord} from './mol_block.js';

/** A field of a CSV file as RFC 4180 has it. */
export const csvField = (text) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** What is said of a hit, as hits.csv says it, with the star and the note behind. */
function fieldsOf({compounds, picks}, i) {
  const id = compounds.id[i];
  return [['place', String(compounds.place[i])], ['compound_id', id], ['smiles', compounds.smiles[i]],
    ...compounds.columns.map((column) => [column.key, column.texts[i]]), ['starred', picks.stars.has(id) ? '1' : '0'], ['note', picks.notes.get(id) ?? '']];
}

export function toCsv(app, indices) {
  const head = ['place', 'compound_id', 'smiles', ...app.compounds.columns.map((column) => column.key), 'starred', 'note'];
  const lines = [head.map(csvField).join(',')];
  for (const i of indices) lines.push(fieldsOf(app, i).map(([, value]) => csvField(value)).join(','));
  return `${lines.join('\n')}\n`;
}

/** Docked hits in their best pose with hydrogens on nitrogen, oxygen and sulfur; others flat. */
export function toSdf(app, indices) {
  return indices.map((i) => {
    const pose = app.poses.of(i)[0];
    const said = pose === undefined ? [] : [['pose_target', app.poses.targetOf(pose)], ...app.poses.columns.map((column) => [column.key, column.texts[pose]])];
    return sdRecord(app.drawingOf(i), app.compounds.id[i], pose === undefined ? null : app.poses.decode(pose), [...fieldsOf(app, i), ...said]);
  }).join('');
}

export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], {type: name.endsWith('.csv') ? 'text/csv;charset=utf-8' : 'text/plain;charset=utf-8'}));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** A file name from the campaign's title. */
export const fileName = (title, what, ending) =>
  `${title.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60).toLowerCase() || 'report'}-${what}.${ending}`;
