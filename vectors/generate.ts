/** The corpus as text: the data files by name. Pure, so that the same bytes come out every time. */

import { FAMILIES } from './family.ts';
import { vectorOf } from './plan.ts';

/** A vector a line: compact, and a change shows as the lines it changes. */
export function generateCorpus(): Map<string, string> {
  const taken = new Set<string>();
  const files = new Map<string, string>();
  for (const { name, plans } of FAMILIES) {
    const lines = Array.from(plans(), (plan) => JSON.stringify(vectorOf(plan, taken)));
    files.set(`${name}.json`, `{"family":"${name}","vectors":[\n${lines.join(',\n')}\n]}\n`);
  }
  return files;
}
