// Bundles the page and turns it into C++: node build.mjs <node_modules> <report_page.cpp>
import {createHash} from 'node:crypto';
import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import {dirname, join, resolve} from 'node:path';
import {fileURLToPath} from 'node:url';

const [packages, output] = process.argv.slice(2).map((path) => resolve(path));
const here = dirname(fileURLToPath(import.meta.url));
const esbuild = createRequire(join(packages, 'x'))('esbuild');

async function bundle(entry, extra) {
  const result = await esbuild.build({
    entryPoints: [join(here, entry)], bundle: true, minify: true, write: false, charset: 'utf8', legalComments: 'inline',
    target: ['es2022'], nodePaths: [packages], ...extra});
  return result.outputFiles[0].text.trim();
}

const script = await bundle('src/main.js', {format: 'iife'});
const viewer = await bundle('src/viewer.js', {format: 'iife'});
if (/<\/script|<!--/i.test(viewer)) throw new Error('the viewer would end the element that it stands in');
const style = await bundle('style.css', {});
const bundled = ['3dmol', 'tabulator-tables', 'uplot'];
const licences = bundled.map((name) => `${name}\n\n${readFileSync(join(packages, name, 'LICENSE'), 'utf8').trim()}`).join('\n\n\n')
  .replaceAll('&', '&amp;').replaceAll('<', '&lt;');
// The policy admits these scripts by their digests and no other: a script that came in with the data would not run.
const digest = [script, viewer].map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`).join(' ');
const page = readFileSync(join(here, 'template.html'), 'utf8')
  .replace('{{digest}}', () => digest).replace('{{style}}', () => style)
  .replace('{{licences}}', () => licences).replace('{{script}}', () => script);
if (page.split('<!--digitalis:data-->').length !== 2) throw new Error('the data marker must stand once in the page');

// Compilers limit the length of one literal, so the page stands in chunks; /u keeps characters whole.
const literal = (text) => text.match(/[\s\S]{1,8000}/gu).map((chunk) => `R"=page=(${chunk})=page="`).join('\n');
writeFileSync(output, `// Written by screening/report/web/build.mjs.
#include "screening/report/report_page.hpp"

namespace digitalis {

std::string_view report_page() {
  static constexpr char kPage[] =
${literal(page)};
  return {kPage, sizeof(kPage) - 1};
}

std::string_view report_viewer() {
  static constexpr char kViewer[] =
${literal(viewer)};
  return {kViewer, sizeof(kViewer) - 1};
}

}  // namespace digitalis
`);
