// What makes hits judgeable: substructures, poses and contacts, clusters, weights, trust, structures that leave the page whole.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {openDrawings} from '../../screening/report/web/src/drawings.js';
import {parseSmarts} from '../../screening/report/web/src/smarts.js';
import {Target} from '../../screening/report/web/src/substructure.js';
import {claim, downloaded, open, openHit, row} from './harness.mjs';

/** The drawings of a report, read as the page reads them. */
async function drawingsOf(file) {
  const html = readFileSync(file, 'utf8');
  const block = (id) => html.slice(html.indexOf('>', html.indexOf(`id="${id}"`)) + 1).split('</script')[0];
  const data = JSON.parse(block('report-data'));
  return {size: data.hits.id.length, drawingOf: await openDrawings({textContent: block('report-drawings')}, data.labels)};
}

claim('finds by SMARTS the compounds that the program finds', async (t) => {
  const {size, drawingOf} = await drawingsOf(t.reports[600]);
  const targets = Array.from({length: size}, (_, i) => drawingOf(i)).map((drawing) => drawing && new Target(drawing));
  let checked = 0;
  for (const [smarts, expected] of Object.entries(JSON.parse(readFileSync(t.found, 'utf8')))) {
    const query = parseSmarts(smarts);
    const found = targets.flatMap((target, i) => target?.holds(query) ? [i] : []);
    assert.deepEqual(found, expected, smarts);
    ++checked;
  }
  assert.ok(checked > 50);
});

claim('says what is wrong with a SMARTS, and where', () => {
  for (const [smarts, message] of [
    ['c1ccccc', 'a ring is not closed at character 8'], ['C(C', 'a bracket is not closed at character 4'], ['[C@H](N)O', 'chirality is not known here at character 3'],
    ['[C', 'a square bracket is not closed at character 3'], ['CC)', 'a bracket too many at character 4'], ['C=', 'no atom after a bond at character 3'],
    ['[^2]', "'^' is not known here at character 2"], ['qq', "'q' is not an atom at character 1"]]) {
    assert.throws(() => parseSmarts(smarts), (error) => error instanceof SyntaxError && error.message === message, `${smarts}: ${message}`);
  }
});

claim('shows what a SMARTS finds, coloured, and takes it back', async (t) => {
  const page = await open(t);
  await page.keyboard.press('#');
  await page.keyboard.type('C(=O)[O;H1,-]');
  await page.keyboard.press('Enter');
  const shown = Number((await page.locator('#count').textContent()).match(/^(\d+) of 60 /)[1]);
  assert.ok(shown > 1 && shown < 50, `${shown} shown`);
  assert.equal(await row(page, 0).locator('.ground circle').count() % 3, 0);
  await page.fill('#smarts', 'c1ccccc');
  await page.press('#smarts', 'Enter');
  assert.equal(await page.locator('#smarts-problem').textContent(), 'This is no SMARTS that can be searched for here: a ring is not closed at character 8.');
  assert.equal(await page.locator('#count').textContent(), '60 compounds, the best of 25,310 hits');
  page.quiet();
});

claim('narrows a column by its slider, by mouse and by keyboard', async (t) => {
  const page = await open(t);
  await page.getByRole('button', {name: 'Filters'}).click();
  const thumb = page.getByLabel('Place, at most, slider');
  await thumb.focus();
  for (let i = 0; i < 100; ++i) await page.keyboard.press('ArrowLeft');
  const most = Number(await page.getByLabel('Place, at most', {exact: true}).inputValue());
  assert.ok(most > 28 && most < 33, `${most}`);
  assert.equal(await page.locator('#count').textContent(), `${most} of 60 compounds`);
  const box = await thumb.boundingBox();
  await page.mouse.move(box.x + 8, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 4, box.y + box.height / 2, {steps: 4});
  await page.mouse.up();
  assert.ok(Number(await page.getByLabel('Place, at least', {exact: true}).inputValue()) > 5);
});

claim('draws and lists the contacts of a pose', async (t) => {
  const page = await open(t);
  await row(page, 0).locator('.id').click();
  await page.waitForSelector('.pose[data-hit="0"]');
  assert.equal(await page.locator('.pose').getAttribute('data-lines'), '6');
  assert.equal(await page.locator('.contacts li').count(), 6);
  assert.match(await page.locator('.contacts li').first().textContent(), /^H[A-Z]{3} \d+ AHydrogen bond ligand gives the hydrogen, 155\u00b0[23]\.\d \u00c5$/);
  const withLines = await page.locator('.pose').screenshot();
  await page.getByLabel('contacts', {exact: true}).uncheck();
  await page.waitForSelector('.pose[data-lines="0"]');
  assert.notDeepEqual(await page.locator('.pose').screenshot(), withLines);
  page.quiet();
});

claim('shows every pose of a hit, and what its score is made of', async (t) => {
  const page = await open(t);
  await row(page, 1).locator('.id').click();
  const choose = page.getByLabel('Pose', {exact: true});
  assert.deepEqual(await choose.locator('option').allTextContents(), ['AURKA, pose 1', 'AURKA, pose 2']);
  await choose.selectOption({index: 1});
  await page.locator('.terms summary').click();
  assert.match(await page.locator('.terms dd').first().textContent(), /^\u2212\d\.\d\d kcal\/mol$/);
  await page.waitForSelector('.pose[data-hit="1"]');
  page.quiet();
});

claim('opens the neighbours of a hit, and names the active it resembles', async (t) => {
  const page = await open(t);
  await page.fill('#search', 'AUR-017');
  await row(page, 0).locator('.id').click();
  const cards = page.locator('.neighbour');
  assert.deepEqual(await cards.first().locator('b, small').allTextContents(), ['AUR-017', 'nearest known active']);
  const place = (await cards.nth(1).textContent()).match(/place (\d+), Tanimoto 0\.70$/)[1];
  await cards.nth(1).click();
  assert.equal(await page.locator('#panel .panel-place').textContent(), `Place ${place}`);
});

claim('tells where a hit stood after every stage', async (t) => {
  const page = await open(t);
  await openHit(page, 2);
  const rows = page.locator('.standings tbody tr');
  const cells = await rows.evaluateAll((all) => all.map((one) => [...one.cells].map((cell) => cell.textContent)));
  assert.deepEqual(cells, [
    ['Read', 'passed, 1,203,977 of 1,204,518'],
    ['Standardise', 'passed, 1,187,420 of 1,203,977'],
    ['Filter', 'passed, 506,211 of 1,187,420'],
    ['Similarity', '0.920', '0.31325,310 kept', '7of 506,211'],
    ['Dock', '\u221210.80 kcal/mol', 'noneall kept', '3of 25,310']]);
});

claim('shows a cluster from its card', async (t) => {
  const page = await open(t);
  const card = page.locator('.cluster').first();
  assert.match(await card.locator('.cluster-spread small').textContent(), /^Score 0\.\d{3} to 0\.\d{3}$/);
  await card.getByRole('button', {name: 'Show all'}).click();
  assert.equal(await page.locator('#count').textContent(), '7 of 60 compounds');
  await page.getByRole('button', {name: /Remove the filter Cluster/}).click();
  assert.equal(await page.locator('#count').textContent(), '60 compounds, the best of 25,310 hits');
});

claim('maps residues against the best hits, and opens a hit from the map', async (t) => {
  const page = await open(t);
  assert.equal(await page.locator('.contact-map .name').count(), 8);
  const cell = page.locator('.contact-map .cell').first();
  const hit = Number(await cell.getAttribute('data-hit'));
  await cell.click();
  assert.equal(await page.locator('#panel .panel-place').textContent(), `Place ${hit + 1}`);
});

claim('draws the weights of targets with their intervals, as text where a name would be markup', async (t) => {
  const page = await open(t);
  const chart = page.locator('#weights svg').first();
  assert.deepEqual(await chart.locator('.value').allTextContents(), ['70.0 %', '30.0 %']);
  assert.equal(await chart.locator('title').first().textContent(), 'AURKA: 70.0 %, 95 % interval 55.0 % to 82.0 %');
  assert.equal(await page.locator('#weights td').first().textContent(), 'breast cancer <b>');
  assert.deepEqual(await page.locator('#weights table').last().locator('tbody tr').first().locator('td').allTextContents(), ['21.0 %', '13.0 %', '8.0 %']);
});

claim('says how well known actives were found and known ligands put back', async (t) => {
  const page = await open(t);
  assert.match(await page.locator('#trust tbody tr').first().textContent(), /^AURKAsimilarity535 of 1,0000\.93 0\.88 to 0\.9731\.0 24\.0 to 38\.00\.61 0\.50 to 0\.70$/);
  assert.equal(await page.locator('#trust svg .curve').count(), 1);
  assert.match(await page.locator('.redocking').first().textContent(), /SKE of AURKA: 0\.74 \u00c5 off put back/);
  assert.equal(await page.locator('.redocking').first().locator('path.redocked').count(), 1);
  assert.equal(await page.locator('.redocking').nth(1).textContent(), 'XYZ of AURKA could not be docked again: its bonds are not known');
});

claim('names compounds that were left out, as text', async (t) => {
  const page = await open(t);
  await page.locator('#rejects details summary').click();
  assert.deepEqual(await page.locator('#rejects .ids span').allTextContents(), ['NCI-<b>17', 'NCI-18']);
});

claim('saves starred compounds as SD records: docked ones in their pose, others flat, all values with them', async (t) => {
  const page = await open(t);
  for (const id of ['labelled lysine', 'quotes']) {
    await page.fill('#search', id);
    await row(page, 0).locator('.star').click();
  }
  await page.fill('#search', '');
  await row(page, 3).locator('.star').click();  // not docked
  await openHit(page, 3);
  await page.locator('#panel textarea').fill('two\nlines');
  const {name, text} = await downloaded(page, '#save-starred-sdf');
  assert.equal(name, 'aurora-kinase-first-look-starred.sdf');
  const records = text.split('$$$$\n');
  assert.equal(records.length, 4);
  const field = (record, key) => record.match(new RegExp(`>  <${key}>\n(.*)\n`))?.[1];
  assert.deepEqual(records.slice(0, 3).map((record) => [record.split('\n')[1].trim().split(/ +/)[1], field(record, 'place'), field(record, 'pose_target')]),
    [['2D', '4', undefined], ['3D', '12', 'AURKA'], ['3D', '23', 'AURKA']]);
  assert.equal(field(records[0], 'note'), 'two lines');
  assert.equal(records[2].split('\n')[0], 'quotes " and \' and , in one');
  const lysine = records[1].split('\n');
  assert.equal(lysine[3], ' 10  9  0  0  0  0  0  0  0  0999 V2000');
  assert.ok(lysine.includes('M  ISO  1   8  13') && lysine.includes('M  CHG  3   1   1   7   1  10  -1'), lysine.filter((line) => line.startsWith('M ')).join());
  for (const record of records.slice(0, 3)) {
    const lines = record.split('\n'), [atoms, bonds] = [Number(lines[3].slice(0, 3)), Number(lines[3].slice(3, 6))];
    assert.ok(lines.slice(4, 4 + atoms).every((line) => line.length === 69), 'atom lines');
    for (const line of lines.slice(4 + atoms, 4 + atoms + bonds)) {
      assert.match(line, /^[ \d]{12}$/);
      const [begin, end, order] = [0, 3, 6].map((at) => Number(line.slice(at, at + 3)));
      assert.ok(begin >= 1 && begin <= atoms && end >= 1 && end <= atoms && begin !== end && order >= 1 && order <= 3, line);
    }
  }
});
