/** C: coalescing, and T2. Clauses: "Rules for Coalescing TCP/IP Segments". */

import type { Policy } from '../policy.ts';
import type { Unit } from '../unit.ts';
import { equalBytes } from '../wire/bytes.ts';
import { sameLinkHeaders } from '../wire/outer-fields.ts';
import type { Segment } from '../wire/segment.ts';
import { seqAtOrAfter, seqUndefined } from '../wire/seq.ts';
import * as disagreements from './disagreements.ts';
import type { Clause } from './documents.ts';
import type { ActionRule, PairRule } from './rule.ts';

const rule = (item: string): Clause => ({
  doc: 'ndis-rsc-rules',
  heading: 'Rules for Coalescing TCP/IP Segments',
  item,
});
const FIRST = 'first flowchart';
const SECOND = 'second flowchart';
/** A row of the tables of header fields. */
const field = (version: 4 | 6, item: string): Clause => ({
  doc: 'ndis-rsc-headers',
  heading: `Updating IPv${version} header fields for coalesced segments`,
  item,
});
const derived = (heading: string): Clause => ({ doc: 'derived', heading });

type PairRuleParts = Omit<PairRule, 'kind' | 'aborts'> & Partial<Pick<PairRule, 'aborts'>>;

function pairRule(parts: PairRuleParts): PairRule {
  return { kind: 'pair', aborts: true, ...parts };
}

/** In sequence, with the acknowledgment of the SCU: a duplicate ACK or, with another window, a window update. */
function acknowledgesTheSame(unit: Unit, segment: Segment): boolean {
  return segment.isPureAck && segment.seq === unit.nxt && segment.ack === unit.ack;
}

export const startUnit: ActionRule = {
  kind: 'action',
  does: 'start',
  id: 'C1',
  name: 'start-unit',
  level: 'must',
  clause: rule(FIRST),
  whenBroken: 'A segment does not start a unit although its connection has none',
  summary: 'No SCU is tracked for the connection: the segment starts one.',
  applies: (unit) => unit === undefined,
};

export const mergeData: ActionRule = {
  kind: 'action',
  does: 'data',
  id: 'C5',
  name: 'merge-data',
  level: 'must',
  clause: rule(FIRST),
  whenBroken: 'Merged data is not appended as it arrived',
  summary: 'The payload is appended; acknowledgment and window become the segment’s; the count goes up by one.',
  applies: (unit, segment) => unit !== undefined && !segment.isPureAck,
};

export const windowUpdate: ActionRule = {
  kind: 'action',
  does: 'window-update',
  id: 'C7',
  name: 'window-update',
  level: 'may',
  clause: rule(SECOND),
  whenBroken: 'Window updates are lost',
  summary: 'A window update replaces the SCU’s window; the count does not change.',
  applies: (unit, segment) =>
    unit !== undefined && acknowledgesTheSame(unit, segment) && segment.window !== unit.window,
};

export const countDuplicate: ActionRule = {
  kind: 'action',
  does: 'duplicate',
  id: 'C9',
  name: 'count-duplicate',
  level: 'may',
  clause: {
    doc: 'ndis-rsc-rules',
    heading: 'Handling Duplicate ACK when tracking a SCU consisting of a pure cumulative ACK',
  },
  whenBroken: 'Duplicate ACKs join without being counted',
  summary: 'A duplicate of a tracked pure ACK is counted in DupAckCount.',
  applies: (unit, segment, policy) =>
    unit !== undefined && policy.duplicateAcks === 'counted' && isDuplicate(unit, segment),
};

export function isDuplicate(unit: Unit, segment: Segment): boolean {
  return acknowledgesTheSame(unit, segment) && segment.window === unit.window;
}

export const otherPureAck: PairRule = pairRule({
  id: 'C6',
  name: 'pure-ack-alone',
  level: 'must',
  clause: rule('rules regarding ACK numbers, pure ACKs'),
  whenBroken: 'Pure ACKs with another acknowledgment number, or out of sequence, merge',
  summary: 'A pure ACK with another acknowledgment number, or out of sequence, is never merged.',
  forbids: (unit, segment) => segment.isPureAck && !acknowledgesTheSame(unit, segment),
});

export const duplicateAlone: PairRule = pairRule({
  id: 'C8',
  name: 'duplicate-ack-alone',
  level: 'should',
  clause: { doc: 'ndis-rsc-rules', heading: 'Duplicate ACK Behavior' },
  disagreement: disagreements.duplicateAck,
  whenBroken: 'Duplicate ACKs merge',
  summary: 'A duplicate ACK is treated like any pure ACK: it is not merged.',
  concerns: 'duplicate-ack',
  forbids: (unit, segment, policy) => policy.duplicateAcks === 'alone' && isDuplicate(unit, segment),
});

export const duplicateOntoData: PairRule = pairRule({
  id: 'C9',
  name: 'duplicate-onto-data',
  level: 'should',
  clause: { doc: 'ndis-rsc-rules', heading: 'Handling Duplicate ACK when tracking a SCU consisting of data segments' },
  disagreement: disagreements.duplicateAfterData,
  whenBroken: 'Duplicate ACKs merge into a unit that holds data',
  summary: 'A duplicate ACK does not join an SCU that holds data.',
  scope: 'other-policy',
  concerns: 'duplicate-ack',
  aborts: false,
  forbids: (unit, segment) => unit.dataSegments > 0 && isDuplicate(unit, segment),
});

export const inSequence: PairRule = pairRule({
  id: 'C2',
  name: 'in-sequence',
  level: 'must',
  clause: rule('rules regarding ACK numbers, data segments and piggy-backed ACKs'),
  whenBroken: 'Segments merge although they are out of sequence',
  summary: 'Data merges only if its sequence number is the SCU’s next one.',
  forbids: (unit, segment) => !segment.isPureAck && segment.seq !== unit.nxt,
});

export const ontoData: PairRule = pairRule({
  id: 'C3',
  name: 'data-onto-pure-ack',
  level: 'must',
  clause: rule(FIRST),
  disagreement: disagreements.dataOntoPureAck,
  whenBroken: 'Data merges onto a pure ACK',
  summary: 'Data merges only into an SCU that holds data and counts no duplicate.',
  forbids: (unit, segment) => !segment.isPureAck && (unit.dataSegments === 0 || unit.duplicates > 0),
});

export const ackNotOlder: PairRule = pairRule({
  id: 'C4',
  name: 'ack-not-older',
  level: 'should',
  clause: rule('rules regarding ACK numbers, data segments and piggy-backed ACKs'),
  disagreement: disagreements.olderAck,
  whenBroken: 'Data merges although its acknowledgment number is older',
  summary: 'Data with an older acknowledgment number is not merged.',
  concerns: 'rising',
  isUndefined: (unit, segment) => seqUndefined(segment.ack, unit.ack),
  forbids: (unit, segment) => !segment.isPureAck && !seqAtOrAfter(segment.ack, unit.ack),
});

export const sameTrafficClass: PairRule = pairRule({
  id: 'C10',
  name: 'traffic-class-equal',
  level: 'must',
  clause: field(4, 'Differentiated Services; IPv6: Traffic Class'),
  whenBroken: 'Segments merge although the DSCP differs',
  summary: 'DSCP differs.',
  forbids: (unit, segment) => segment.trafficClass >> 2 !== unit.trafficClass >> 2,
});

export const sameDontFragment: PairRule = pairRule({
  id: 'C10',
  name: 'dont-fragment-equal',
  level: 'must',
  clause: field(4, 'Flags'),
  whenBroken: 'Segments merge although DF differs',
  summary: 'IPv4 DF differs.',
  forbids: (unit, segment) => ((segment.ipFlags ^ unit.ipFlags) & 0x4000) !== 0,
});

export const sameFlowLabel: PairRule = pairRule({
  id: 'C10',
  name: 'flow-label-equal',
  level: 'must',
  clause: field(6, 'Flow Label'),
  whenBroken: 'Segments merge although the IPv6 flow label differs',
  summary: 'The IPv6 flow label differs.',
  forbids: (unit, segment) => segment.flowLabel !== unit.flowLabel,
});

export const sameReservedFlag: PairRule = pairRule({
  id: 'C10',
  name: 'reserved-flag-equal',
  level: 'should',
  clause: derived('H1: an SCU has this flag once, so it cannot keep two values; the host’s TCP does not see it'),
  whenBroken: 'Segments merge although the reserved IPv4 flag differs',
  summary: 'The IPv4 reserved flag differs.',
  forbids: (unit, segment) => ((segment.ipFlags ^ unit.ipFlags) & 0x8000) !== 0,
});

export const sameLinkHeader: PairRule = pairRule({
  id: 'C10',
  name: 'link-header-equal',
  level: 'should',
  clause: derived('H1: an SCU has one link-layer header, so it cannot keep two; the host’s TCP does not see it'),
  whenBroken: 'Segments merge although MAC addresses or VLAN tags differ',
  summary: 'The link-layer header differs: MAC addresses, or the priority bits of a tag.',
  forbids: (unit, segment) =>
    segment.linkEnd !== unit.linkEnd ||
    !equalBytes(unit.bytes, 0, segment.frame, 0, unit.linkEnd) ||
    ((unit.outer.length > 0 || segment.outer.length > 0) && !sameLinkHeaders(unit.bytes, unit, segment.frame, segment)),
});

export const sameOptions: PairRule = pairRule({
  id: 'C10',
  name: 'timestamps-in-all-or-none',
  level: 'derived',
  clause: derived('T3: an SCU cannot carry timestamps for only some of its segments'),
  whenBroken: 'Segments with and without timestamps merge',
  summary: 'One segment has timestamps and the other does not.',
  forbids: (unit, segment) => segment.hasTimestamps !== unit.hasTimestamps,
});

/** Never applies in the reference, which looks units up by connection. It judges targets. */
export const sameConnectionOnly: PairRule = pairRule({
  id: 'C11',
  name: 'one-connection',
  level: 'must',
  clause: rule('introduction: for a given TCP connection'),
  whenBroken: 'Segments of two connections merge',
  summary: 'An SCU never holds segments of two connections.',
  scope: 'targets',
  forbids: (unit, segment) => {
    if (segment.keyWords !== unit.keyWords) return true;
    for (let i = 0; i < unit.keyWords; i++) if (segment.key[i] !== unit.key[i]) return true;
    return false;
  },
});

export const timestampNotOlder: PairRule = pairRule({
  id: 'T2',
  name: 'timestamp-not-older',
  level: 'must',
  clause: { doc: 'ndis-rsc-rules', heading: 'Coalescing Segments with the Timestamp Option', item: 'third flowchart' },
  whenBroken: 'Segments merge although the TSval is older',
  summary: 'A segment with an older TSval is not merged.',
  concerns: 'rising',
  isUndefined: (unit, segment) => seqUndefined(segment.tsVal, unit.tsVal),
  forbids: (unit, segment) => segment.hasTimestamps && !seqAtOrAfter(segment.tsVal, unit.tsVal),
});

export const stopEarly: PairRule = pairRule({
  id: 'C12',
  name: 'stop-early',
  level: 'may',
  clause: { doc: 'ndis-rsc-indicating', heading: 'Indicating Coalesced Segments', item: 'best effort' },
  summary: 'The policy ends the SCU here: at PSH, at a number of segments or bytes, or at a TTL change.',
  aborts: false,
  forbids: (unit, segment, policy) => stops(unit, segment, policy),
});

function stops(unit: Unit, segment: Segment, policy: Policy): boolean {
  return (
    unit.segments >= policy.maxSegments ||
    unit.payloadLength + segment.payloadLength > policy.maxBytes ||
    (policy.stopAtPush && unit.psh) ||
    (policy.stopAtTtlChange && segment.ttl !== unit.ttl)
  );
}
