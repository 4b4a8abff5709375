/** K: checksum offload around coalescing: what is told of a frame's checksum out of band, and what the SCU may say of its own. */

import type { ChecksumRule, Clause, SegmentRule, StatusRule } from './rule.ts';

const received: Clause = {
  doc: 'virtio-1.2',
  section: '5.1.6.4 Processing of Incoming Packets: NEEDS_CSUM, DATA_VALID',
};

export const partialNotWrong: ChecksumRule = {
  kind: 'checksum',
  id: 'K1',
  name: 'partial-is-not-wrong',
  level: 'must',
  clause: received,
  summary: 'A frame marked partial holds only the pseudo-header’s sum: it is no E2 exception.',
  speaks: (segment) => segment.csum === 'partial' && segment.kind === 'segment',
  tcp: 'partial',
};

/** Speaks before K2: what was validated elsewhere is not reported either. */
export const nothingValidated: ChecksumRule = {
  kind: 'checksum',
  id: 'K4',
  name: 'rxcsum-off-nothing-validated',
  level: 'must',
  clause: { doc: 'ndis-checksum', section: 'Receive; OID_TCP_OFFLOAD_PARAMETERS: receive checksum offload disabled' },
  summary: 'With receive checksum offload off, no checksum is reported as validated.',
  speaks: (_, { rxcsum }) => !rxcsum,
  tcp: 'unverified',
  ip: 'unverified',
};

export const unnecessaryTrusted: ChecksumRule = {
  kind: 'checksum',
  id: 'K2',
  name: 'unnecessary-is-trusted',
  level: 'must',
  clause: received,
  summary: 'A frame marked unnecessary was validated before and is trusted; an unmarked one is verified.',
  speaks: (segment) => segment.csum === 'unnecessary' && segment.kind === 'segment',
  tcp: 'right',
};

export const rxcsumOff: SegmentRule = {
  kind: 'segment',
  id: 'K4',
  name: 'rxcsum-off-nothing-merged',
  level: 'must',
  clause: { doc: 'ndis-checksum', section: 'Receive; OID_TCP_OFFLOAD_PARAMETERS: receive checksum offload disabled' },
  summary: 'Receive checksum offload is off: nothing is merged.',
  ends: false,
  aborts: false,
  forbids: (_, { rxcsum }) => !rxcsum,
};

/** The reference meets it by recomputing (H7): an SCU that holds partial frames is as good as any other. */
export const statusOfAllBytes: StatusRule = {
  kind: 'status',
  id: 'K3',
  name: 'status-right-for-all-bytes',
  level: 'must',
  clause: received,
  summary: 'What is said of a frame’s TCP checksum holds for all of its bytes, whatever was said of the frames in it.',
  breached: ({ said, field, isFlagged, isVouched }) =>
    said === 'partial' ? field !== 'pseudo-header' : field !== 'whole' && !isFlagged && !isVouched,
};

/** A verdict of neither is always legal (O4), but with this field it makes the host find the frame wrong: a warning. */
export const partialPassedOn: StatusRule = {
  kind: 'status',
  id: 'K3',
  name: 'partial-passed-on',
  level: 'should',
  clause: received,
  summary: 'A partial frame that goes alone is marked, vouched for or completed: else the host takes it for wrong.',
  breached: ({ said, field, isFlagged }) => said === 'none' && field === 'pseudo-header' && !isFlagged,
};

/** For what replays captures: `inspect`, `coalesce`, the targets on a wire. */
export const filledInForTheWire: StatusRule = {
  kind: 'status',
  id: 'K5',
  name: 'filled-in-for-the-wire',
  level: 'derived',
  clause: {
    doc: 'derived',
    section: 'a sum that the sender’s offload would have computed is in every frame on the wire',
  },
  summary: 'A partial frame that leaves for the wire has its checksum filled in first.',
  scope: 'tools',
  breached: ({ field }) => field !== 'whole',
};
