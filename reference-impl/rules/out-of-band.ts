/** O, T4: the out-of-band data of an indicated frame. */

import * as disagreements from './disagreements.ts';
import type { Clause } from './documents.ts';
import type { OobRule, ReportedRule, StreamRule, VerdictRule } from './rule.ts';

const OUT_OF_BAND: Clause = {
  doc: 'ndis-rsc-rules',
  heading: 'Coalescing Segments with the Timestamp Option',
  item: 'out-of-band information',
};
const member = (item: string): Clause => ({ doc: 'ndis-rsc-nbl-info', heading: 'Members', item });

export const timestampDelta: OobRule = {
  kind: 'oob',
  id: 'T4',
  name: 'timestamp-delta',
  level: 'must',
  clause: OUT_OF_BAND,
  whenBroken: 'RscTcpTimestampDelta is wrong',
  summary: 'RscTcpTimestampDelta, where it is set, is the latest TSval minus the earliest.',
  field: 'timestampDelta',
  expected: (unit) => (unit.hasTimestamps && unit.isMerged ? (unit.tsVal - unit.earliestTsVal) >>> 0 : undefined),
};

export const timestampDeltaSet: ReportedRule = {
  kind: 'reported',
  id: 'T4',
  name: 'timestamp-delta-set',
  level: 'should',
  clause: OUT_OF_BAND,
  disagreement: disagreements.timestampDelta,
  whenBroken: 'The timestamp delta of a unit is not set',
  summary: 'RscTcpTimestampDelta is set where the timestamps of the SCU differ.',
  field: 'timestampDelta',
  breached: ({ value, expected }) => value === 0 && expected !== 0,
};

/** About lone frames. Exceptions, and frames that arrived while RSC was off, were never tracked. */
export const untrackedSegCount: ReportedRule = {
  kind: 'reported',
  id: 'O1',
  name: 'seg-count-of-untracked',
  level: 'should',
  clause: member('Info.CoalescedSegCount'),
  disagreement: disagreements.untrackedCount,
  whenBroken: 'Frames that were never tracked have a segment count',
  summary: 'CoalescedSegCount is 0 on a frame that was never tracked.',
  field: 'segCount',
  breached: ({ value, mayBeTracked }) => value > 0 && !mayBeTracked,
};

/** The count is read only where CoalescedSegCount is not 0. */
export const unreadDupAckCount: ReportedRule = {
  kind: 'reported',
  id: 'O2',
  name: 'dup-ack-count-without-segments',
  level: 'should',
  clause: member('Info.DupAckCount'),
  whenBroken: 'DupAckCount is set on a frame whose CoalescedSegCount is 0',
  summary: 'DupAckCount is 0 where CoalescedSegCount is 0.',
  field: 'dupAckCount',
  breached: ({ value, segCount = 0 }) => value > 0 && segCount === 0,
};

export const duplicatesCounted: ReportedRule = {
  kind: 'reported',
  id: 'C9',
  name: 'duplicates-counted',
  level: 'must',
  clause: OUT_OF_BAND,
  whenBroken: 'Duplicate ACKs disappear without being counted',
  summary: 'Every duplicate ACK that joins is counted.',
  field: 'dupAckCount',
  breached: ({ value, expected }) => value < expected,
};

export const coalescedSegCount: OobRule = {
  kind: 'oob',
  id: 'O1',
  name: 'coalesced-seg-count',
  level: 'must',
  clause: OUT_OF_BAND,
  whenBroken: 'CoalescedSegCount is wrong',
  summary: 'CoalescedSegCount counts the data segments; window updates and duplicates do not count.',
  field: 'segCount',
  expected: (unit, policy) => (unit.isMerged ? Math.max(1, unit.dataSegments) : policy.loneSegCount),
};

export const dupAckCount: OobRule = {
  kind: 'oob',
  id: 'O2',
  name: 'dup-ack-count',
  level: 'must',
  clause: OUT_OF_BAND,
  whenBroken: 'DupAckCount is wrong',
  summary: 'DupAckCount counts the duplicate ACKs that joined.',
  field: 'dupAckCount',
  expected: (unit) => unit.duplicates,
};

/** Only a virtio target shows it. V1 to V4 judge its parts. */
export const virtioHeader: StreamRule = {
  kind: 'stream',
  id: 'O3',
  name: 'virtio-header',
  level: 'must',
  clause: { doc: 'virtio-1.2', heading: '5.1.6.4.1 Device Requirements: Processing of Incoming Packets' },
  whenBroken: 'The virtio header does not describe the frame',
  summary: 'On virtio, gso_type, NEEDS_CSUM, gso_size and RSC_INFO describe the frame.',
  needs: 'virtio-header',
  breached: ({ segments, rscOn }) => segments > 1 && !rscOn,
};

/** The allowed verdicts: Succeeded only if the checksum verifies, Failed only if it does not. */
export const checksumVerdict: VerdictRule = {
  kind: 'verdict',
  id: 'O4',
  name: 'checksum-verdict-true',
  level: 'must',
  clause: { doc: 'ndis-checksum', heading: 'Members', item: 'Receive' },
  whenBroken: 'Checksum verdicts are wrong',
  summary: 'A checksum verdict is Succeeded only for a right checksum, and Failed only for a wrong one.',
  of: (state) => (state === 'right' ? 'ok' : state === 'wrong' ? 'bad' : state === 'partial' ? 'partial' : 'none'),
};
