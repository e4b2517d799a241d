// What the claims have in common: a report opened from a file, and what a reader does with it.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {pathToFileURL} from 'node:url';

export const claims = [];
export const claim = (name, test) => claims.push([name, test]);

/** Opens a report; afterwards `quiet()` asserts that it asked for nothing and complained about nothing. */
export async function open({context, reports}, hits = 60, before = async () => {}) {
  const page = await context.newPage();
  const requests = [], complaints = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.text().includes('GL Driver Message')) return;  // what the browser's software renderer says of its own speed
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('dialog', (dialog) => { complaints.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  await before(page);
  const url = pathToFileURL(reports[hits]).href;
  await page.goto(url);
  await page.waitForSelector('html[data-ready]', {timeout: 20000});
  page.openedAt = Date.now();
  await page.waitForSelector('html[data-whole]', {timeout: 20000});
  page.quiet = () => {
    assert.deepEqual(complaints, []);
    assert.deepEqual(requests.filter((request) => request !== url && !request.startsWith('blob:')), []);
  };
  return page;
}

export const row = (page, n) => page.locator('#table .tabulator-row').nth(n);
export async function openHit(page, n) {
  await row(page, n).click();
  await page.waitForSelector('#panel .panel-place');
}
export const places = (page, n) => page.locator('#table .tabulator-row .place').evaluateAll((cells, most) => cells.slice(0, most).map((cell) => cell.textContent), n);
export const header = (page, name) => page.getByRole('columnheader', {name});

/** Fields of a CSV file, by the rules of RFC 4180. */
function parseCsv(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\n') rows.push([]);
  }
  return rows.slice(0, -1);
}

export async function downloaded(page, id) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator(id).click()]);
  const text = readFileSync(await download.path(), 'utf8');
  return {name: download.suggestedFilename(), text, rows: parseCsv(text)};
}
