/**
 * Every page and drawing that is generated from code and checked in: `npm run docs` writes them, a test compares them.
 */

import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';
import { architecturePictures } from './architecture-picture.ts';
import { disagreementsPage } from './disagreements-page.ts';
import { fieldBugs } from './field-bugs.ts';
import { manPage } from './man-page.ts';
import { RSC_LINE_PAGE, rscLinePage } from './rsc-line-keys.ts';
import { rulePages } from './rule-pages.ts';

/** Folders that contain only generated pages. */
export const MADE_FOLDERS: readonly string[] = ['docs/rules', 'man'];

/** Path, relative to the package, to text. */
export async function generatedDocs(): Promise<Map<string, string>> {
  return new Map([
    ...rulePages(),
    ...architecturePictures(),
    ['docs/disagreements.md', disagreementsPage()],
    ['docs/field-bugs.md', fieldBugs()],
    [RSC_LINE_PAGE, rscLinePage()],
    ['man/rsc-conformance.1', await manPage()],
  ]);
}

export async function writeDocs(): Promise<void> {
  const pages = await generatedDocs();
  for (const folder of MADE_FOLDERS) {
    mkdirSync(join(PACKAGE_ROOT, folder), { recursive: true });
    for (const name of readdirSync(join(PACKAGE_ROOT, folder)))
      if (!pages.has(`${folder}/${name}`)) rmSync(join(PACKAGE_ROOT, folder, name), { recursive: true });
  }
  for (const [path, text] of pages) {
    mkdirSync(dirname(join(PACKAGE_ROOT, path)), { recursive: true });
    writeFileSync(join(PACKAGE_ROOT, path), text);
  }
}
