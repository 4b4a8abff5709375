/** A counterexample as text, like `explain`: arrivals, indications, and findings. */

import type { Policy } from '../../reference-impl/policy.ts';
import { settingText } from '../../reference-impl/setting-text.ts';
import { findingText, indicationName, madeOf } from '../../reports/case-text.ts';
import type { VectorEvent, VerdictEvent } from '../../reports/events.ts';
import type { Vector } from '../../vectors/vector.ts';
import { explainText } from '../session/explain-text.ts';
import type { Found } from './found.ts';

/** Lines. `targets`: their names. */
export function foundText(found: Found, targets: readonly string[], policy: Policy): string[] {
  const { vector, finding, events, origin, segmentsBefore, isUnrepeated } = found;
  const [sent, ...verdicts] = events;
  const segments = vector.steps.filter((step) => 'receive' in step).length;
  const size = `${segments} ${segments === 1 ? 'segment' : 'segments'}`;
  const isPair = verdicts.length > 1;
  return [
    vector.id,
    isUnrepeated
      ? `from ${origin}, ${size}: seen only after other sessions, not by itself`
      : `from ${origin}: ${size} of ${segmentsBefore}`,
    '',
    ...(isPair ? [finding.message] : wrongText(verdicts)),
    '',
    ...arrivalText(vector),
    'The reference:',
    ...explainText(vector, policy).map((line) => `  ${line}`),
    ...verdicts.flatMap((verdict, i) => [
      ...indicationText(targets[i] ?? 'the target', verdict, sent),
      ...(isPair ? wrongText([verdict]).map((line) => `  ${line}`) : []),
    ]),
  ];
}

function wrongText(verdicts: readonly VerdictEvent[]): string[] {
  return verdicts.flatMap(({ reason, findings }) => [
    ...(reason === undefined ? [] : [reason]),
    ...findings.flatMap(findingText),
  ]);
}

function indicationText(who: string, { verdict, indications }: VerdictEvent, { steps }: VectorEvent): string[] {
  const lines = indications.map((indication, i) => {
    const { frame, oob } = indication;
    const values = Object.entries(oob).map(([key, value]) => ` ${key}=${String(value)}`);
    return `  ${indicationName(indication, i, steps)}: ${madeOf(indication)}: ${frame.length / 2} bytes${values.join('')}`;
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
    else lines.push(`Set: ${settingText(step.set)}`);
  }
  return lines;
}
