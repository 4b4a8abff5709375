/** Part of the build: the page's application as one script and one style sheet, where `runner/page` reads them. */

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build, transform } from 'esbuild';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

await build({
  entryPoints: [here('entry.js')],
  outfile: here('../../runner/page/app.js'),
  bundle: true,
  minify: true,
  format: 'iife',
  platform: 'browser',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
  logLevel: 'warning',
});
const SHEETS = ['base', 'overview', 'tables', 'pages', 'picture', 'playground', 'media'];
const style = SHEETS.map((name) => readFileSync(here(`../../../reports/html/app/style/${name}.css`), 'utf8')).join(
  '\n',
);
writeFileSync(
  here('../../runner/page/app.css'),
  (await transform(style, { loader: 'css', minify: true, charset: 'utf8' })).code.trim(),
);
