/** The decisions of the reference on a vector, arrival by arrival, in words. */

import type { Policy } from '../../reference-impl/policy.ts';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import { settingText } from '../../reference-impl/setting-text.ts';
import { type Decision, formatDecision } from '../../reference-impl/trace.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';

/** Lines: each decision with its rule, and the indications of each DPC and each setting. */
export function explainText(vector: Pick<Vector, 'steps' | 'connections'>, policy: Partial<Policy>): string[] {
  const lines: string[] = [];
  const steps = expandVector(vector);
  const { decisions, indications } = referenceRun(steps, policy);
  let dpc = 0;
  let arrival = 0;
  for (const [at, step] of steps.entries()) {
    if ('rx' in step) lines.push(formatDecision(decisions[arrival++] as Decision));
    if ('rx' in step || 'wait' in step) continue;
    lines.push('set' in step ? `Set: ${settingText(step.set)}` : `DPC ${dpc++} ends`);
    for (const { arrivals, frame, oob, endedBy, endedByName } of indications.filter((one) => one.step === at)) {
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
