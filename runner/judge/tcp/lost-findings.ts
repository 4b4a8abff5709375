/** I7: arrivals that never came out; and C9 for a duplicate ACK, which must not vanish uncounted. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Arrival, isUnordered } from '../arrival.ts';
import { finding, isSoft, ruleNamed } from '../finding.ts';
import { groupBy } from '../group-by.ts';
import { namedByKind } from '../kind-text.ts';
import { checkMerge } from '../merge-check.ts';
import type { Finding } from '../types.ts';
import { kindOf } from './kind-of.ts';

/** One for each stream. `before`: the arrivals before it on its stream. */
export function lostFindings(
  lost: readonly Arrival[],
  before: (arrival: Arrival) => Arrival | undefined,
  capabilities: Capabilities,
): Finding[] {
  return [...groupBy(lost, ({ stream }) => stream).values()].map((members) => {
    const numbers = members.map(({ number }) => number);
    const all = members.map((arrival) => ({
      number: arrival.number,
      kind: lostKind(arrival, before(arrival), capabilities),
    }));
    const kinds = new Set(all.map(({ kind }) => kind));
    const what = namedByKind(all);
    const isDuplicate = kinds.size === 1 && kinds.has(DUPLICATE);
    return isDuplicate
      ? finding(ruleNamed('duplicates-counted'), numbers, 'indications', '1', '0', `${what} vanished uncounted.`)
      : finding(ruleNamed('accounted-once'), numbers, 'indications', '1', '0', `${what} never came out.`);
  });
}

const DUPLICATE = 'duplicate ACK';

/** A pure ACK may be a window update, or a duplicate of the segment that it could have joined. */
function lostKind(arrival: Arrival, before: Arrival | undefined, capabilities: Capabilities): string {
  const { segment } = arrival;
  if (isUnordered(segment) || !segment.isPureAck) return kindOf(arrival);
  if (before === undefined || before.due !== arrival.due) return kindOf(arrival);
  const { seq, payloadLength, ack, window } = before.segment;
  if (segment.seq !== (seq + payloadLength) >>> 0 || segment.ack !== ack) return kindOf(arrival);
  if (!checkMerge([before, arrival], capabilities).findings.every(isSoft)) return kindOf(arrival);
  return segment.window === window ? DUPLICATE : 'window update';
}
