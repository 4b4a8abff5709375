/** What the reference does with a vector, arrival by arrival, in words. */

import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Policy } from '../../reference-impl/policy.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import { settingText } from '../../reference-impl/setting-text.ts';
import { advance } from '../../reference-impl/step.ts';
import { formatDecision } from '../../reference-impl/trace.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';

/** Lines: each decision with its rule, and what each DPC and each setting indicates. */
export function explainText(vector: Pick<Vector, 'steps' | 'connections'>, policy: Partial<Policy>): string[] {
  const lines: string[] = [];
  const coalescer = new Coalescer(policy, { onDecision: (decision) => lines.push(formatDecision(decision)) });
  let dpc = 0;
  for (const step of expandVector(vector)) {
    const due = advance(coalescer, step);
    if ('rx' in step || 'wait' in step) continue;
    lines.push('set' in step ? `Set: ${settingText(step.set)}` : `DPC ${dpc++} ends`);
    for (const { arrivals, frame, oob, endedBy, endedByName } of due) {
      const summary = registry.find(({ name }) => name === endedByName)?.summary ?? '';
      const made = arrivals.map((n) => `#${n}`).join(' ');
      const count =
        oob.uroSegCount === undefined
          ? `CoalescedSegCount ${oob.segCount}`
          : `${oob.uroSegCount} datagrams of ${oob.uroSegSize} bytes`;
      lines.push(
        `  indicates ${made}: ${frame.length} bytes, ${count}; ended by ${endedBy} ${endedByName}: ${summary}`,
      );
    }
  }
  return lines;
}
