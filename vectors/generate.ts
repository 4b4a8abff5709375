/** The corpus as text: the data files by name. The same bytes come out every time. */

import { FAMILIES } from './family.ts';
import { FOUND_FAMILY, loadFound } from './found.ts';
import { vectorOf } from './plan.ts';
import { stored } from './stored.ts';
import type { Vector } from './vector.ts';

/**
 * The data files by name, as text; the same bytes each time. A vector a line: compact, and a change shows as the lines it
 * changes.
 */
export function generateCorpus(): Map<string, string> {
  const taken = new Set<string>();
  const files = new Map<string, string>();
  for (const { name, plans } of FAMILIES) {
    files.set(
      `${name}.json`,
      fileText(
        name,
        Array.from(plans(), (plan) => vectorOf(plan, taken)),
      ),
    );
  }
  const found = loadFound();
  if (found.length > 0) files.set(`${FOUND_FAMILY}.json`, fileText(FOUND_FAMILY, found));
  return files;
}

/** A data file. */
export function fileText(family: string, vectors: readonly Vector[]): string {
  const lines = vectors.map((vector) => JSON.stringify(stored(vector)));
  return `{"family":"${family}","vectors":[\n${lines.join(',\n')}\n]}\n`;
}
