/** I7: what never came out; and C9, where it was a duplicate ACK: it must not vanish uncounted. */

import { type Arrival, isLoose } from '../arrival.ts';
import { finding, nameArrivals, ruleNamed } from '../finding.ts';
import type { Finding } from '../types.ts';
import { kindOf } from './kind-of.ts';

/** One for each kind of frame on each stream. `all`: everything that arrived, in order. */
export function lostFindings(lost: readonly Arrival[], all: readonly Arrival[]): Finding[] {
  const groups = new Map<string, { readonly kind: string; readonly members: Arrival[] }>();
  for (const arrival of lost) {
    const kind = lostKind(arrival, all);
    const key = `${kind} | ${arrival.stream}`;
    const group = groups.get(key) ?? { kind, members: [] };
    group.members.push(arrival);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ kind, members }) => {
    const numbers = members.map(({ number }) => number);
    if (kind === DUPLICATE) {
      const message = `${nameArrivals(numbers)} (${kind}) vanished uncounted.`;
      return finding(ruleNamed('count-duplicate'), numbers, 'indications', '1', '0', message, 'must');
    }
    const message = `${nameArrivals(numbers)} (${kind}) never came out.`;
    return finding(ruleNamed('accounted-once'), numbers, 'indications', '1', '0', message);
  });
}

const DUPLICATE = 'duplicate ACK';

function lostKind(arrival: Arrival, all: readonly Arrival[]): string {
  if (isLoose(arrival.segment) || !arrival.segment.isPureAck || !arrival.rscOn) return kindOf(arrival);
  const before = all.findLast(({ number, stream }) => number < arrival.number && stream === arrival.stream);
  if (before === undefined || before.due !== arrival.due) return kindOf(arrival);
  const { segment } = arrival;
  const { seq, payloadLength, ack, window } = before.segment;
  if (segment.seq !== (seq + payloadLength) >>> 0 || segment.ack !== ack) return kindOf(arrival);
  return segment.window === window ? DUPLICATE : 'window update';
}
