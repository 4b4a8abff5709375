/** A counterexample for a person: as `explain` shows a vector, with what arrived, what came out and what is wrong. */

import { findingText, rangesText } from '../../reports/case-text.ts';
import type { VerdictEvent } from '../../reports/events.ts';
import type { Policy } from '../../reference-impl/policy.ts';
import type { Vector } from '../../vectors/vector.ts';
import { explainText } from '../explain-text.ts';
import type { Found } from './found.ts';

/** Lines. */
export function foundText({ vector, events, origin, segmentsBefore, isUnrepeated }: Found, policy: Policy): string[] {
  const [, verdict] = events;
  const segments = vector.steps.filter((step) => 'receive' in step).length;
  const size = `${segments} ${segments === 1 ? 'segment' : 'segments'}`;
  return [
    vector.id,
    isUnrepeated
      ? `from ${origin}, ${size}: seen behind other sessions only, not by itself`
      : `from ${origin}: ${size} of ${segmentsBefore}`,
    '',
    ...(verdict.reason === undefined ? [] : [verdict.reason]),
    ...verdict.findings.flatMap(findingText),
    '',
    ...caseText(vector, policy),
    ...indicationText('The target', verdict),
  ];
}

/** What arrives, and what the reference makes of it. */
export function caseText(vector: Vector, policy: Policy): string[] {
  return [
    ...arrivalText(vector),
    'The reference:',
    ...explainText(vector, policy).map((line) => `  ${line}`),
  ];
}

export function indicationText(who: string, { verdict, indications }: VerdictEvent): string[] {
  const lines = indications.map(({ dpc, frame, oob, arrivals }, i) => {
    const made = arrivals.length === 0 ? 'nothing that arrived' : rangesText(arrivals);
    const values = Object.entries(oob).map(([key, value]) => ` ${key}=${String(value)}`);
    return `  out ${i} (DPC ${dpc}): ${made}: ${frame.length / 2} bytes${values.join('')}`;
  });
  return [`${who} (${verdict}):`, ...(lines.length === 0 ? ['  indicated nothing'] : lines)];
}

function arrivalText({ connections, steps }: Vector): string[] {
  const lines = connections.map(
    ({ src, sport, dst, dport }, i) => `connection ${i}: ${src} port ${sport} to ${dst} port ${dport}`,
  );
  let arrival = 0;
  let dpc = 0;
  for (const step of steps) {
    if ('receive' in step) {
      const fields = Object.entries(step.receive).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      lines.push(`#${arrival++} arrives: ${fields.join(' ')}`);
    } else if ('endOfDpc' in step) lines.push(`DPC ${dpc++} ends`);
    else if ('wait' in step) lines.push(`${step.wait} us pass`);
    else lines.push(`RSC is set: ${JSON.stringify(step.set)}`);
  }
  return lines;
}
