/** K: checksum offload around coalescing: what is told of a frame's checksum out of band, and what the SCU may say of its own. */

import type { Clause } from './documents.ts';
import type { ChecksumRule, SegmentRule, StatusRule } from './rule.ts';

const received: Clause = {
  doc: 'virtio-1.2',
  heading: '5.1.6.4 Processing of Incoming Packets',
  item: 'NEEDS_CSUM, DATA_VALID',
};
const OFF: Clause = {
  doc: 'derived',
  heading: 'a checksum that must not be validated allows no verdict, and no merge that rests on one (E2)',
};

export const partialNotWrong: ChecksumRule = {
  kind: 'checksum',
  id: 'K1',
  name: 'partial-is-not-wrong',
  level: 'must',
  clause: received,
  whenBroken: 'Frames marked partial are taken for frames with a wrong checksum',
  summary: 'A frame marked partial holds only the pseudo-header’s sum: it is no E2 exception.',
  speaks: (segment) => segment.csum === 'partial' && segment.kind === 'segment',
  tcp: 'partial',
};

/** Speaks before K2: what was validated elsewhere is not reported either. */
export const nothingValidated: ChecksumRule = {
  kind: 'checksum',
  id: 'K4',
  name: 'rxcsum-off-nothing-validated',
  level: 'derived',
  clause: OFF,
  whenBroken: 'Checksums are reported as validated although receive checksum offload is off',
  summary: 'With receive checksum offload off, no checksum is reported as validated.',
  speaks: (_, { rxcsum }) => !rxcsum,
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
    heading: 'K1: what DATA_VALID vouches for needs no second look; a frame that is dropped for it is sent again',
  },
  whenBroken: 'The mark of an already validated checksum is not handled right',
  summary: 'A frame marked unnecessary was validated before and is trusted.',
  speaks: (segment) => segment.csum === 'unnecessary' && segment.kind === 'segment',
  tcp: 'right',
};

/** Speaks of targets: the reference verifies what no mark vouches for. */
export const unmarkedVerified: StatusRule = {
  kind: 'status',
  id: 'K2',
  name: 'unmarked-is-verified',
  level: 'must',
  clause: received,
  whenBroken: 'The pseudo-header’s sum in an unmarked frame is taken for a mark',
  summary: 'An unmarked frame is verified: out-of-band data marks it partial, its bytes never do.',
  scope: 'targets',
  breached: ({ said, field }) => (said === 'ok' || said === 'partial') && field === 'pseudo-header',
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

/** The reference meets it by recomputing (H7): an SCU that holds partial frames is as good as any other. */
export const statusOfAllBytes: StatusRule = {
  kind: 'status',
  id: 'K3',
  name: 'status-right-for-all-bytes',
  level: 'must',
  clause: received,
  whenBroken: 'The checksum status of a unit does not hold for all of its bytes',
  summary:
    'What is reported of a frame’s TCP checksum is true of all of its bytes, whatever was reported of the frames in it.',
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
  whenBroken: 'A partial frame that goes alone is neither marked nor completed',
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
    heading: 'a sum that the sender’s offload would have computed is in every frame on the wire',
  },
  whenBroken: 'Partial frames leave for the wire without a checksum',
  summary: 'A partial frame that leaves for the wire has its checksum filled in first.',
  scope: 'tools',
  breached: ({ field }) => field !== 'whole',
};
