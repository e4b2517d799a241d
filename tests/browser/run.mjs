// Writes sample reports and opens them in chromium: node run.mjs <make_sample_report> <work folder>
// Ends with 77, and says why, where there is no browser, no npm or no compounds.
import {execFileSync} from 'node:child_process';
import {copyFileSync, existsSync, mkdirSync, rmSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath, pathToFileURL} from 'node:url';

const [maker, work] = process.argv.slice(2).map((path) => resolve(path));
const here = dirname(fileURLToPath(import.meta.url));
const skip = (why) => {
  console.log(`skipped: ${why}`);
  process.exit(77);
};

const browser = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((path) => existsSync(path));
if (!browser) skip('no chromium; hint: apt-get install chromium');
const library = '/usr/share/RDKit/Data/NCI/first_5K.smi';
if (!existsSync(library)) skip(`no ${library}; hint: apt-get install rdkit-data`);

mkdirSync(work, {recursive: true});
const stamp = (name) => execFileSync('cksum', [join(here, name)], {encoding: 'utf8'}).split(' ')[0];
const ready = join(work, `packages-${stamp('package-lock.json')}`);
if (!existsSync(ready)) {
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, name), join(work, name));
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'], {cwd: work, stdio: ['ignore', 'ignore', 'pipe']});
  } catch (error) {
    skip(`npm cannot fetch the test's packages (${String(error.message).split('\n')[0]})`);
  }
  mkdirSync(ready);
}

const kSearched = 600;  // hits of the report whose substructures the program finds too
const reports = {}, found = join(work, 'found.json');
for (const hits of [0, 60, kSearched, 10000]) {
  reports[hits] = join(work, `report-${hits}.html`);
  rmSync(reports[hits], {force: true});
  const searched = hits === kSearched ? [join(here, 'smarts.txt'), found] : [];
  process.stdout.write(execFileSync(maker, [library, reports[hits], String(hits), ...searched], {encoding: 'utf8'}));
}

const require = createRequire(join(work, 'x'));
const {chromium} = require('playwright-core');
const axe = require.resolve('axe-core/axe.min.js');
const {claims} = await import(pathToFileURL(join(here, 'harness.mjs')));
for (const file of ['claims.mjs', 'claims_chemistry.mjs', 'claims_looks.mjs']) await import(pathToFileURL(join(here, file)));
const instance = await chromium.launch({
  executablePath: browser, env: {PATH: '/usr/bin:/bin', HOME: work, LANG: 'C.UTF-8', TZ: 'UTC'},
  args: ['--no-sandbox', '--disable-gpu', '--enable-unsafe-swiftshader', '--disable-dev-shm-usage', '--host-resolver-rules=MAP * ~NOTFOUND']});
let failed = 0;
for (const [name, claim] of claims) {
  const context = await instance.newContext({viewport: {width: 1400, height: 1000}, locale: 'en-GB', timezoneId: 'UTC', acceptDownloads: true});
  try {
    await claim({context, reports, axe, found});
    console.log(`ok      ${name}`);
  } catch (error) {
    ++failed;
    console.log(`FAILED  ${name}\n${error.stack}`);
  }
  await context.close();
}
await instance.close();
console.log(failed ? `${failed} of ${claims.length} failed` : `all ${claims.length} hold`);
process.exit(failed ? 1 : 0);
