/** B: buffers. Payloads are position-coded, so stale bytes show which arrival they are from, and when it arrived. */

import type { Clause } from './documents.ts';
import type { BufferRule } from './rule.ts';

const owned: Clause = {
  doc: 'derived',
  heading: 'the bytes of a received frame belong to the host: reuse of the receive buffer must not change them',
};

/** Checked first: bytes that were right at the indication were not stale then. */
export const unchangedAfterwards: BufferRule = {
  kind: 'buffer',
  id: 'B3',
  name: 'unchanged-afterwards',
  level: 'derived',
  clause: owned,
  whenBroken: 'An indicated frame changes later',
  summary: 'An indicated frame does not change later, whatever arrives next.',
  breached: ({ cameAfterIndication }) => cameAfterIndication,
};

export const copiesNotMixed: BufferRule = {
  kind: 'buffer',
  id: 'B2',
  name: 'copies-not-mixed',
  level: 'derived',
  clause: owned,
  whenBroken: 'The bytes of a retransmission mix with those of the first copy',
  summary: 'A retransmission of the same sequence range with other bytes never mixes with the first copy.',
  breached: ({ isSameRange }) => isSameRange,
};

export const bytesAsReceived: BufferRule = {
  kind: 'buffer',
  id: 'B1',
  name: 'bytes-as-received',
  level: 'derived',
  clause: owned,
  whenBroken: 'Indicated bytes belong to another frame: a buffer was reused too early',
  symptom: 'payload',
  summary: 'The indicated bytes are the received bytes, even if the caller reuses its buffer at once.',
  breached: () => true,
};
