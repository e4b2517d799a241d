// The page for everybody's eyes and hands, on paper, and how fast it is.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {loadavg} from 'node:os';
import {claim, header, open, openHit, row} from './harness.mjs';

for (const [name, options] of [['light', {}], ['dark', {colorScheme: 'dark'}], ['narrow', {width: 390}]]) {
  claim(`has no accessibility fault that axe calls serious: ${name}`, async (t) => {
    const page = await open(t, 60, async (fresh) => {
      if (options.width) await fresh.setViewportSize({width: options.width, height: 844});
      await fresh.emulateMedia({colorScheme: options.colorScheme ?? 'light'});
    });
    // the page's own policy keeps a script tag out, so axe comes in through the debugger
    const check = async (where) => {
      await page.evaluate(readFileSync(t.axe, 'utf8'));
      const found = await page.evaluate(() => axe.run(document, {resultTypes: ['violations']}));
      const faults = found.violations.filter(({impact}) => ['serious', 'critical'].includes(impact));
      assert.deepEqual(faults.map(({id, nodes}) => `${where}: ${id}: ${nodes[0].html.slice(0, 160)} ${nodes[0].failureSummary}`), []);
    };
    await check('table');
    if (!options.width) await page.getByRole('button', {name: 'Filters'}).click();
    await openHit(page, 2);
    await check('panel');
  });
}

claim('fits a screen of 390 pixels', async (t) => {
  const page = await open(t, 60, (fresh) => fresh.setViewportSize({width: 390, height: 844}));
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  await openHit(page, 2);
  assert.equal(await page.locator('#panel .panel-place').textContent(), 'Place 3');
  assert.equal(await page.evaluate(() => document.getElementById('panel').scrollWidth <= 390), true);
});

claim('prints the first twenty of what is shown', async (t) => {
  const page = await open(t);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  assert.equal(await page.locator('#print-hits .print-card svg').count(), 20);
});

claim('prints no plots and no tools, but what says how far to trust the list', async (t) => {
  const page = await open(t);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({media: 'print'});
  for (const id of ['toolbar', 'table', 'plots', 'contact-map', 'clusters']) assert.equal(await page.locator(`#${id}`).isVisible(), false, id);
  for (const id of ['funnel', 'targets', 'trust', 'print-hits']) assert.equal(await page.locator(`#${id}`).isVisible(), true, id);
});

claim('cuts no card, picture or row at the end of a page, and leaves no heading alone there', async (t) => {
  const page = await open(t);
  await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
  await page.emulateMedia({media: 'print'});
  const rule = (selector, name) => page.locator(selector).evaluateAll((all, name) => [...new Set(all.map((one) => getComputedStyle(one)[name]))], name);
  for (const selector of ['.print-card', 'main figure', 'main tr', 'main svg']) assert.deepEqual(await rule(selector, 'breakInside'), ['avoid'], selector);
  assert.deepEqual(await rule('main h2, main h3', 'breakAfter'), ['avoid']);
});

claim('holds 10,000 hits with poses in a file below 8 MB, and says how long opening, sorting, filtering and drawing took', async (t) => {
  const size = readFileSync(t.reports[10000]).length;
  assert.ok(size < 8e6, `${size} bytes`);
  const begin = Date.now();
  const page = await open(t, 10000);
  const opened = page.openedAt - begin, whole = Date.now() - begin;
  const run = async (action) => {
    const start = Date.now();
    await action();
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
    return Date.now() - start;
  };
  const sorted = await run(() => header(page, 'AURKA').click());
  const filtered = await run(() => page.fill('#search', 'pains'));
  await page.fill('#search', '');
  await page.fill('#smarts', 'c1ccccc1O');
  const searched = await run(() => page.press('#smarts', 'Enter'));
  const starred = await run(() => row(page, 1).locator('.star').click());
  const drawn = await page.evaluate(() => {
    const start = performance.now();
    window.dispatchEvent(new Event('beforeprint'));  // draws twenty cards
    return (performance.now() - start) / 20;
  });
  console.log(`        ${(size / 1e6).toFixed(2)} MB; first table ${opened} ms, the whole page ${whole} ms, sorted ${sorted} ms, filtered ${filtered} ms, ` +
    `SMARTS ${searched} ms, starred ${starred} ms, ${drawn.toFixed(2)} ms for a drawing (load of the machine ${loadavg()[0].toFixed(1)})`);
  page.quiet();
});
