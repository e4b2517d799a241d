// Downloads that never leave the machine: a blob made in the page.

/** A field of a CSV file as RFC 4180 has it. */
export const csvField = (text) => /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** The rows as in hits.csv, with the star and the note behind. */
export function toCsv(compounds, picks, indices) {
  const head = ['place', 'compound_id', 'smiles', ...compounds.columns.map((column) => column.key), 'starred', 'note'];
  const lines = [head.map(csvField).join(',')];
  for (const i of indices) {
    const id = compounds.id[i];
    lines.push([String(compounds.place[i]), id, compounds.smiles[i], ...compounds.columns.map((column) => column.texts[i]),
      picks.stars.has(id) ? '1' : '0', picks.notes.get(id) ?? ''].map(csvField).join(','));
  }
  return `${lines.join('\n')}\n`;
}

export function download(name, text) {
  const url = URL.createObjectURL(new Blob([text], {type: 'text/csv;charset=utf-8'}));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
}

/** A file name from the campaign's title. */
export const fileName = (title, what) => `${title.normalize('NFKD').replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 60).toLowerCase() || 'report'}-${what}.csv`;
