/** K: checksum offload around coalescing: how a frame's checksum is marked out of band, and what may be reported for the SCU. */

import type { Clause } from './documents.ts';
import type { ChecksumRule, SegmentRule, StatusRule } from './rule.ts';

const received: Clause = {
  doc: 'virtio-1.2',
  heading: '5.1.6.4 Processing of Incoming Packets',
  item: 'NEEDS_CSUM, DATA_VALID',
};
const OFF: Clause = {
  doc: 'derived',
  heading: 'without validation there is no verdict on a checksum, and no merge that needs one (E2)',
};

export const partialNotWrong: ChecksumRule = {
  kind: 'checksum',
  id: 'K1',
  name: 'partial-is-not-wrong',
  level: 'must',
  clause: received,
  whenBroken: 'Frames marked partial are treated as if their checksum were wrong',
  summary:
    'The TCP checksum field of a frame marked partial contains only the pseudo-header’s sum; this is not an E2 exception.',
  appliesTo: (segment) => segment.csum === 'partial' && segment.kind === 'segment',
  tcp: 'partial',
};

/** Checked before K2: a checksum that was validated elsewhere is not reported then. */
export const nothingValidated: ChecksumRule = {
  kind: 'checksum',
  id: 'K4',
  name: 'rxcsum-off-nothing-validated',
  level: 'derived',
  clause: OFF,
  whenBroken: 'Checksums are reported as validated although receive checksum offload is off',
  summary: 'With receive checksum offload off, no checksum is reported as validated.',
  appliesTo: (_, { rxcsum }) => !rxcsum,
  tcp: 'unverified',
  ip: 'unverified',
};

export const unnecessaryTrusted: ChecksumRule = {
  kind: 'checksum',
  id: 'K2',
  name: 'unnecessary-is-trusted',
  level: 'should',
  clause: {
    doc: 'derived',
    heading:
      'K1: DATA_VALID says that the checksum was already validated; if the frame is dropped all the same, TCP sends it again',
  },
  whenBroken: 'Frames marked as already validated are not handled correctly',
  summary: 'A frame marked unnecessary was already validated and is trusted.',
  appliesTo: (segment) => segment.csum === 'unnecessary' && segment.kind === 'segment',
  tcp: 'right',
};

/** Judges targets: the reference verifies every frame without a mark. */
export const unmarkedVerified: StatusRule = {
  kind: 'status',
  id: 'K2',
  name: 'unmarked-is-verified',
  level: 'must',
  clause: received,
  whenBroken: 'An unmarked frame that contains the pseudo-header’s sum is treated as partial',
  summary: 'An unmarked frame is verified; only out-of-band data marks a frame partial, never its bytes.',
  scope: 'targets',
  breached: ({ reported, field }) => (reported === 'ok' || reported === 'partial') && field === 'pseudo-header',
};

export const rxcsumOff: SegmentRule = {
  kind: 'segment',
  id: 'K4',
  name: 'rxcsum-off-nothing-merged',
  level: 'derived',
  clause: OFF,
  whenBroken: 'Segments merge although receive checksum offload is off',
  summary: 'Receive checksum offload is off: nothing is merged.',
  ends: false,
  aborts: false,
  forbids: (_, { rxcsum }) => !rxcsum,
};

/** The reference recomputes checksums (H7), so an SCU of partial frames is like any other. */
export const statusOfAllBytes: StatusRule = {
  kind: 'status',
  id: 'K3',
  name: 'status-right-for-all-bytes',
  level: 'must',
  clause: received,
  whenBroken: 'The checksum status of a unit is not right for all of its bytes',
  summary:
    'The reported TCP checksum status of a frame is right for all of its bytes, whatever the status of the frames merged into it.',
  breached: ({ reported, field, isFlagged, isVouched }) =>
    reported === 'partial' ? field !== 'pseudo-header' : field !== 'whole' && !isFlagged && !isVouched,
};

/** No verdict is always legal (O4). With this field, however, the host finds the frame wrong: a warning. */
export const partialPassedOn: StatusRule = {
  kind: 'status',
  id: 'K3',
  name: 'partial-passed-on',
  level: 'should',
  clause: received,
  whenBroken: 'A partial frame that goes alone is neither marked nor completed',
  summary:
    'A partial frame that goes alone is marked partial, reported as verified, or completed; otherwise the host finds its checksum wrong.',
  breached: ({ reported, field, isFlagged }) => reported === 'none' && field === 'pseudo-header' && !isFlagged,
};

/** For tools that replay captures: `inspect`, `coalesce`, the targets on a wire. */
export const filledInForTheWire: StatusRule = {
  kind: 'status',
  id: 'K5',
  name: 'filled-in-for-the-wire',
  level: 'derived',
  clause: {
    doc: 'derived',
    heading: 'every frame on the wire has the checksum that the sender’s offload computes',
  },
  whenBroken: 'Partial frames are sent on the wire without a checksum',
  summary: 'A partial frame gets its checksum before it is sent on the wire.',
  scope: 'tools',
  breached: ({ field }) => field !== 'whole',
};
