/** O, T4: what goes with an indicated frame out of band. Clauses: NDIS_RSC_NBL_INFO and its neighbours. */

import type { OobRule, StreamRule, VerdictRule } from './rule.ts';

const NBL_INFO = 'Indicating Coalesced Segments: NDIS_RSC_NBL_INFO';

export const timestampDelta: OobRule = {
  kind: 'oob',
  id: 'T4',
  name: 'timestamp-delta',
  level: 'must',
  clause: { doc: 'ndis-rsc', section: 'Indicating Coalesced Segments: RscTcpTimestampDelta' },
  summary: 'RscTcpTimestampDelta is the latest TSval minus the earliest.',
  field: 'timestampDelta',
  expected: (unit) => (unit.hasTimestamps && unit.isMerged ? (unit.tsVal - unit.earliestTsVal) >>> 0 : undefined),
};

export const coalescedSegCount: OobRule = {
  kind: 'oob',
  id: 'O1',
  name: 'coalesced-seg-count',
  level: 'must',
  clause: { doc: 'ndis-rsc', section: NBL_INFO },
  summary: 'CoalescedSegCount counts the data segments; window updates and duplicates do not count.',
  field: 'segCount',
  expected: (unit, policy) => (unit.isMerged ? Math.max(1, unit.dataSegments) : policy.loneSegCount),
};

export const dupAckCount: OobRule = {
  kind: 'oob',
  id: 'O2',
  name: 'dup-ack-count',
  level: 'must',
  clause: { doc: 'ndis-rsc', section: NBL_INFO },
  summary: 'DupAckCount counts the duplicates that joined.',
  field: 'dupAckCount',
  expected: (unit) => unit.duplicates,
};

/** Only a virtio target shows it; V1 to V4 say it piece by piece. */
export const virtioHeader: StreamRule = {
  kind: 'stream',
  id: 'O3',
  name: 'virtio-header',
  level: 'must',
  clause: { doc: 'virtio-1.2', section: '5.1.6.4.1 Device Requirements: Processing of Incoming Packets' },
  summary: 'virtio: gso_type, NEEDS_CSUM, gso_size and RSC_INFO say what the frame is.',
  needs: 'virtio-header',
  breached: ({ segments, rscOn }) => segments > 1 && !rscOn,
};

/** What may be said of a checksum, given what it is: Succeeded only if it verifies, Failed only if it does not. */
export const checksumVerdict: VerdictRule = {
  kind: 'verdict',
  id: 'O4',
  name: 'checksum-verdict-true',
  level: 'must',
  clause: { doc: 'ndis-checksum', section: 'Receive' },
  summary: 'A checksum verdict says Succeeded only of a right checksum, Failed only of a wrong one.',
  of: (state) => (state === 'right' ? 'ok' : state === 'wrong' ? 'bad' : state === 'partial' ? 'partial' : 'none'),
};
