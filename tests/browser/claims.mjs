// What a chemist may rely on when a report is opened from a file, one claim each: the table and what is done with it.
import assert from 'node:assert/strict';
import {claim, downloaded, header, open, openHit, places, row} from './harness.mjs';

claim('asks for nothing but itself and raises no error', async (t) => {
  const page = await open(t);
  await row(page, 3).click();
  await page.locator('#plots').scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  page.quiet();
});

claim('cannot call out, even when told to', async (t) => {
  const page = await open(t);
  const refused = await page.evaluate(async () => {
    const image = await new Promise((done) => {
      const node = new Image();
      node.onload = () => done('loaded');
      node.onerror = () => done('refused');
      node.src = 'https://example.org/x.png';
    });
    const script = document.createElement('script');
    script.textContent = 'window.planted = true';
    document.body.append(script);
    return [image, await fetch('https://example.org/').then(() => 'fetched', () => 'refused'), window.planted ?? 'refused'];
  });
  assert.deepEqual(refused, ['refused', 'refused', 'refused']);
});

claim('shows hostile ids as text', async (t) => {
  const page = await open(t);
  for (const id of ['</script><script>alert(1)</script>', '<img src=x onerror=alert(2)>', '__proto__', '{{digest}} $& $\'', 'not UTF-8 \uFFFD\uFFFD']) {
    await page.fill('#search', id.slice(0, 12));
    await page.waitForFunction((text) => document.querySelector('#table .id.tabulator-cell .clip')?.textContent === text, id);
    await row(page, 0).click();
    assert.equal(await page.locator('#panel h2').textContent(), id);
  }
  await page.fill('#search', 'xxxxxxxxxx');
  await row(page, 0).click();
  assert.equal((await page.locator('#panel h2').textContent()).length, 301);
  page.quiet();
});

claim('draws a structure in every row on screen', async (t) => {
  const page = await open(t);
  const rows = await page.locator('#table .tabulator-row').count();
  assert.ok(rows >= 6);
  assert.equal(await page.locator('#table .tabulator-row svg.structure').count(), rows);
  assert.ok((await row(page, 0).locator('path.bonds').getAttribute('d')).length > 100);
});

claim('draws wedges, hashes, charges and isotopes', async (t) => {
  const page = await open(t);
  await page.fill('#search', 'labelled lysine');
  const svg = row(page, 0).locator('svg.structure');
  assert.equal(await svg.locator('path.wedges').count(), 1);
  const labels = await svg.locator('g.atom').allTextContents();
  assert.deepEqual(labels.sort(), ['C13', 'NH3+', 'NH3+', 'O', 'O\u2212'].sort());
  await page.fill('#search', 'not to be drawn');
  assert.equal(await row(page, 0).locator('svg').textContent(), 'not drawn');
  page.quiet();
});

claim('keeps every label inside its drawing', async (t) => {
  const page = await open(t);
  for (const name of ['adenosine', 'labelled lysine', 'peptide', 'penicillin']) {
    await page.fill('#search', name);
    const outside = await row(page, 0).locator('svg.structure').evaluate((svg) => {
      const box = svg.getBoundingClientRect();
      return [...svg.querySelectorAll('text')].map((text) => text.getBoundingClientRect())
        .filter((text) => text.left < box.left || text.right > box.right || text.top < box.top - 3 || text.bottom > box.bottom + 3).length;
    });
    assert.equal(outside, 0, name);
  }
});

claim('sorts numbers as numbers, with missing values last either way', async (t) => {
  const page = await open(t);
  const values = () => page.evaluate(() => [...document.querySelectorAll('#table .tabulator-row')].slice(0, 6).map((line) =>
    Number(line.querySelector('[tabulator-field=c2]').textContent)));
  for (const sign of [-1, 1]) {
    await header(page, 'CDK2').click();
    const shown = await values();
    assert.deepEqual(shown, [...shown].sort((a, b) => sign * (a - b)));
    assert.ok(shown.every((value) => !Number.isNaN(value)));
  }
  await header(page, 'Place').click();
  assert.deepEqual(await places(page, 3), ['1', '2', '3']);
});

claim('sorts by keyboard', async (t) => {
  const page = await open(t);
  await header(page, 'Heavy atoms').focus();
  await page.keyboard.press('Enter');
  assert.equal(await header(page, 'Heavy atoms').getAttribute('aria-sort'), 'descending');
});

claim('filters by text and by bounds and says how many are left', async (t) => {
  const page = await open(t);
  await page.getByRole('button', {name: 'Filters'}).click();
  await page.getByLabel('Place, at most', {exact: true}).fill('10');
  assert.equal(await page.locator('#count').textContent(), '10 of 60 compounds');
  await page.getByLabel('Place, at least', {exact: true}).fill('4');
  assert.deepEqual(await places(page, 20), ['4', '5', '6', '7', '8', '9', '10']);
  await page.getByRole('button', {name: 'Remove the filter Place 4 to 10'}).click();
  await page.fill('#search', 'pains');
  const flags = await page.locator('#table .tabulator-row .flags').allTextContents();
  assert.ok(flags.length > 1 && flags.every((text) => text.includes('PAINS')), flags.join());
});

claim('keeps stars and notes over a reload', async (t) => {
  const page = await open(t);
  await row(page, 1).locator('.star').click();
  assert.equal(await row(page, 1).locator('.star').getAttribute('aria-pressed'), 'true');
  await row(page, 1).click();
  await page.locator('#panel textarea').fill('order 5 mg');
  await page.reload();
  await page.waitForSelector('html[data-ready]');
  assert.equal(await row(page, 1).locator('.star').getAttribute('aria-pressed'), 'true');
  assert.equal(await page.locator('#only-starred').textContent(), '\u2605 Starred (1)');
  await page.locator('#only-starred').click();
  assert.equal(await page.locator('#count').textContent(), '1 of 60 compounds');
  await row(page, 0).click();
  assert.equal(await page.locator('#panel textarea').inputValue(), 'order 5 mg');
  page.quiet();
});

claim('leaves the rows as they are when the table scrolls into view, so that no click is lost', async (t) => {
  const page = await open(t, 60, (fresh) => fresh.setViewportSize({width: 1400, height: 300}));
  await page.waitForTimeout(200);
  await page.locator('#table .tabulator-table').evaluate((rows) => {
    window.removed = 0;
    new MutationObserver((changes) => { for (const {removedNodes} of changes) window.removed += removedNodes.length; }).observe(rows, {childList: true});
  });
  await row(page, 1).scrollIntoViewIfNeeded();
  await page.waitForTimeout(200);
  assert.equal(await page.evaluate(() => window.removed), 0);
});

claim('works where the browser refuses to keep anything', async (t) => {
  const page = await open(t, 60, (fresh) => fresh.addInitScript(() =>
    Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('denied', 'SecurityError'); }})));
  await row(page, 0).locator('.star').click();
  assert.equal(await page.locator('#only-starred').textContent(), '\u2605 Starred (1)');
  await row(page, 0).click();
  await page.getByText('This browser keeps nothing for this file').waitFor();
  page.quiet();
});

claim('downloads the starred compounds with their notes as hits.csv has them', async (t) => {
  const page = await open(t);
  await page.fill('#search', 'quotes');
  await row(page, 0).click();
  await page.keyboard.press('s');
  await page.locator('#panel textarea').fill('a "note", in\ntwo lines');
  const {name, rows} = await downloaded(page, '#save-starred');
  assert.equal(name, 'aurora-kinase-first-look-starred.csv');
  assert.deepEqual(rows[0], ['place', 'compound_id', 'smiles', 'score', 'similarity_AURKA', 'similarity_CDK2', 'strongest_residues_kcal_mol_AURKA', 'nearest_active',
    'heavy_atoms', 'hetero_atoms', 'rings', 'extent_A', 'flags', 'starred', 'note']);
  assert.equal(rows.length, 2);
  assert.deepEqual([rows[1][0], rows[1][1], rows[1].at(-2), rows[1].at(-1)], ['23', 'quotes " and \' and , in one', '1', 'a "note", in\ntwo lines']);
  assert.match(rows[1][3], /^0\.\d{6}$/);
});

claim('downloads what is shown in the order shown', async (t) => {
  const page = await open(t);
  await page.getByRole('button', {name: 'Filters'}).click();
  await page.getByLabel('Place, at most', {exact: true}).fill('5');
  await header(page, 'Place').click();
  await header(page, 'Place').click();
  const {rows} = await downloaded(page, '#save-shown');
  assert.deepEqual(rows.slice(1).map((fields) => fields[0]), ['1', '2', '3', '4', '5'].sort((a, b) => b - a));
});

claim('walks, stars, opens and closes by keyboard', async (t) => {
  const page = await open(t);
  for (const key of ['j', 'j', 'k', 'j', 's', 'Enter']) await page.keyboard.press(key);
  assert.equal(await row(page, 1).getAttribute('aria-selected'), 'true');
  assert.equal(await row(page, 1).locator('.star').getAttribute('aria-pressed'), 'true');
  assert.equal(await page.locator('#panel .panel-place').textContent(), 'Place 2');
  assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H2');
  for (let i = 0; i < 20; ++i) await page.keyboard.press('j');
  assert.equal(await page.locator('#panel .panel-place').textContent(), 'Place 22');
  await page.locator('#table .tabulator-row.current').waitFor({state: 'visible'});
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('#panel').isVisible(), false);
  await page.keyboard.press('/');
  await page.keyboard.type('js');
  assert.equal(await page.inputValue('#search'), 'js');
});

claim('shows the pose of the hit that is clicked, in its pocket', async (t) => {
  const page = await open(t);
  await row(page, 0).locator('.id').click();
  await page.waitForSelector('.pose[data-hit="0"]');
  assert.equal(await page.locator('#pose h3').first().textContent(), 'Docked into AURKA');
  assert.ok((await page.locator('.pose').screenshot()).length > 4000);  // a blank one packs to less
  await page.getByLabel('reference ligand').uncheck();
  await page.keyboard.press('j');
  await page.waitForSelector('.pose[data-hit="1"]');
  assert.equal(await page.getByLabel('reference ligand').isChecked(), false);
  await row(page, 2).locator('.id').click();
  await page.waitForSelector('.pose[data-hit="2"]');  // a title that would be markup
  page.quiet();
});

claim('shows no viewer for a hit that was not docked', async (t) => {
  const page = await open(t);
  await row(page, 3).locator('.id').click();
  assert.equal(await page.locator('#panel .panel-place').textContent(), 'Place 4');
  assert.equal(await page.locator('.pose').count(), 0);
  page.quiet();
});

claim('says where the poses are when the browser has no 3D graphics', async (t) => {
  const page = await open(t, 60, (fresh) => fresh.addInitScript(() => {
    const {getContext} = HTMLCanvasElement.prototype;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) { return kind.includes('webgl') ? null : getContext.call(this, kind, ...rest); };
  }));
  await row(page, 0).locator('.id').click();
  await page.getByText('This browser shows no 3D graphics. The poses are in hits.sdf.gz.').waitFor();
});

claim('opens the compound of a point that is clicked', async (t) => {
  const page = await open(t);
  const over = page.locator('#plots .u-over').first();
  await over.scrollIntoViewIfNeeded();
  const box = await over.boundingBox();
  let found = false;
  for (let y = 4; y < box.height && !found; y += 10) {
    await page.mouse.move(box.x + box.width / 2, box.y + y);
    found = await page.locator('#plots .tip').first().isVisible();
    if (found) await page.mouse.click(box.x + box.width / 2, box.y + y);
  }
  assert.ok(found);
  const place = Number((await page.locator('#panel .panel-place').textContent()).slice(6));
  assert.ok(place > 20 && place < 40, `place ${place}`);
  assert.equal(await page.locator('#table .tabulator-row.current .place').textContent(), String(place));
});

claim('turns a box dragged in a plot into a filter', async (t) => {
  const page = await open(t);
  const over = page.locator('#plots .u-over').first();
  await over.scrollIntoViewIfNeeded();
  const box = await over.boundingBox();
  await page.mouse.move(box.x + 2, box.y + 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 2, {steps: 5});
  await page.mouse.up();
  const shown = Number((await page.locator('#count').textContent()).match(/^(\d+) of 60 /)[1]);
  assert.ok(shown > 20 && shown < 40, `${shown} shown`);
});

claim('says so when there are no hits', async (t) => {
  const page = await open(t, 0);
  assert.equal(await page.locator('#count').textContent(), '0 compounds, the best of 25,310 hits');
  page.quiet();
});
