/** How heavy an explanation is, by what it finds: the lightest of an indication is believed. */

import type { Explanation } from './explanation.ts';
import { isSoft, WEIGHT } from './finding.ts';
import type { Finding } from './types.ts';

export function weigh(findings: readonly Finding[]): Explanation {
  let cost = 0;
  let fields = 0;
  for (const found of findings) {
    if (isSoft(found)) cost += WEIGHT.soft;
    else if (found.field === 'merge') cost += WEIGHT.forbiddenMerge;
    else if (found.field === 'dpc') cost += WEIGHT.heldBack;
    else if (found.field === 'payload' || found.field === 'frame') cost += WEIGHT.alteredBytes;
    else cost += fields++ === 0 ? WEIGHT.wrongField : WEIGHT.furtherField;
  }
  return { cost, findings };
}
