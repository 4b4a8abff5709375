/** B: bytes of one arrival in place of those of another. The session may reuse a frame's memory at once. */

import type { Plan } from '../plan.ts';
import { ALL, PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

const STALE = ['stale-buffer'];
const LENGTH = USUAL_LENGTH;
const START = 1_000_000;
const seqOf = (segment: number): number => START + segment * LENGTH;

export function* buffers(): Generator<Plan> {
  for (const variant of ALL) yield* retransmissions(variant);
  for (const variant of PLAIN) yield* reuse(variant);
}

function plan(name: string, variant: Variant, rest: Omit<Plan, 'id' | 'flags'>): Plan {
  return { id: `buffers/${name}/${variant.name}`, flags: STALE, ...rest };
}

/** The same sequence range again with other bytes, wherever the first copy then is. */
function* retransmissions(variant: Variant): Generator<Plan> {
  const again = (segment: number, payloadVersion = 1): { seq: number; payloadVersion: number } => ({
    seq: seqOf(segment),
    payloadVersion,
  });
  for (let segment = 0; segment < 4; segment++) {
    const at = `Segment ${segment + 1} of 4`;
    yield plan(`retransmission/in-unit/${segment}`, variant, {
      title: `${at} again with other bytes, while the first copy is in a unit`,
      rules: ['B2', 'B1', 'C2'],
      scene: new Scene(variant).run(4).data(LENGTH, again(segment)),
      groups: inOrder(4, 1),
    });
    yield plan(`retransmission/indicated/${segment}`, variant, {
      title: `${at} again with other bytes, after the first copy was indicated`,
      rules: ['B2', 'B3'],
      scene: new Scene(variant).run(4).dpc().data(LENGTH, again(segment)),
      groups: inOrder(4, 1),
    });
    const each = new Scene(variant);
    for (let i = 0; i < 4; i++) {
      each.data();
      if (i === segment) each.data(LENGTH, again(segment));
    }
    // It ends at the current end of the stream, so that the next segment joins it.
    yield plan(`retransmission/at-once/${segment}`, variant, {
      title: `${at} twice in a row, with other bytes`,
      rules: ['B2', 'B1', 'C2'],
      scene: each,
      groups: inOrder(segment + 1, 4 - segment),
    });
    const dpcs = new Scene(variant);
    for (let i = 0; i < 4; i++) dpcs.data().dpc();
    yield plan(`retransmission/over-dpcs/${segment}`, variant, {
      title: `${at} again in two later DPCs, each time with other bytes`,
      rules: ['B2', 'B3', 'I2'],
      scene: dpcs.data(LENGTH, again(segment)).dpc().data(LENGTH, again(segment, 2)),
      groups: inOrder(1, 1, 1, 1, 1, 1),
    });
  }
  yield plan('retransmission/whole', variant, {
    title: 'A whole unit again in one segment, with other bytes',
    rules: ['B2', 'C2'],
    scene: new Scene(variant)
      .run(4)
      .data(4 * LENGTH, again(0))
      .data(),
    groups: inOrder(4, 2),
  });
  yield plan('retransmission/overlap', variant, {
    title: 'The second half of a unit again with other bytes, in one segment with the data that follows',
    rules: ['B2', 'C2'],
    scene: new Scene(variant)
      .run(4)
      .data(4 * LENGTH, again(2))
      .data(),
    groups: inOrder(4, 2),
  });
  yield plan('retransmission/run', variant, {
    title: 'Every segment of a unit again, with other bytes',
    rules: ['B2', 'C2'],
    scene: new Scene(variant).run(3).data(LENGTH, again(0)).data(LENGTH, again(1)).data(LENGTH, again(2)),
    groups: inOrder(3, 3),
  });
  yield plan('retransmission/wrong-first', variant, {
    title: 'A segment with a wrong checksum, then a right one with other bytes',
    rules: ['B2', 'E2'],
    scene: new Scene(variant)
      .data(LENGTH, { payloadVersion: 1, corrupt: { tcpChecksum: 'wrong' } })
      .data(LENGTH, { seq: seqOf(0) })
      .data(),
    groups: inOrder(1, 2),
  });
  yield plan('retransmission/window', variant, {
    title: 'A segment again with other bytes and another window',
    rules: ['B2', 'C2', 'C7'],
    scene: new Scene(variant)
      .run(2)
      .data(LENGTH, { ...again(1), window: 40_000 })
      .data(LENGTH, { window: 40_000 }),
    groups: inOrder(2, 2),
  });
}

/**
 * The frames share one buffer, or a ring of a few: a coalescer that keeps a reference later finds other bytes there.
 */
function* reuse(variant: Variant): Generator<Plan> {
  yield plan('reuse/same-length', variant, {
    title: 'Segments of one length',
    rules: ['B1'],
    scene: new Scene(variant).run(8, 512),
    groups: inOrder(8),
  });
  const shrinking = new Scene(variant);
  for (const length of [1400, 700, 350, 175, 87, 43, 21, 10, 5]) shrinking.data(length);
  yield plan('reuse/shrinking', variant, {
    title: 'Segments that each are shorter than the one before',
    rules: ['B1', 'H1'],
    scene: shrinking,
    groups: inOrder(9),
  });
  const growing = new Scene(variant);
  for (const length of [5, 10, 21, 43, 87, 175, 350, 700, 1400]) growing.data(length);
  yield plan('reuse/growing', variant, {
    title: 'Segments that each are longer than the one before',
    rules: ['B1', 'H1'],
    scene: growing,
    groups: inOrder(9),
  });
  yield plan('reuse/ring', variant, {
    title: 'More segments in one DPC than a small ring has buffers',
    rules: ['B1'],
    scene: new Scene(variant).run(60, 64),
    groups: inOrder(60),
  });
  const connections = new Scene(variant, { connections: 4 });
  for (let i = 0; i < 4; i++) for (let on = 0; on < 4; on++) connections.on(on).data(300);
  yield plan('reuse/interleaved', variant, {
    title: 'Four connections that take turns with segments of one length',
    rules: ['B1', 'C11'],
    scene: connections,
    groups: [0, 1, 2, 3].map((on) => [on, on + 4, on + 8, on + 12]),
  });
  yield plan('reuse/exception-behind', variant, {
    title: 'A FIN after a unit of segments of the same length',
    rules: ['B1', 'I1'],
    scene: new Scene(variant).run(2, 400).data(400, { flags: 'FA' }),
    groups: inOrder(2, 1),
  });
  yield plan('reuse/exceptions', variant, {
    title: 'Four segments with URG, which each go alone',
    rules: ['B1', 'B3', 'E3'],
    scene: new Scene(variant).run(4, 400, { flags: 'PAU', urgent: 1 }),
    groups: inOrder(1, 1, 1, 1),
  });
  const beside = new Scene(variant).run(2, 400);
  beside.unsequenced(400, { transport: 'udp' });
  yield plan('reuse/datagram-between', variant, {
    title: 'A UDP datagram between two segments of a unit',
    rules: ['B1', 'I8'],
    scene: beside.run(2, 400),
    groups: [[2], [0, 1, 3, 4]],
  });
  const dpcs = new Scene(variant);
  for (let i = 0; i < 4; i++) dpcs.run(2, 300).dpc();
  yield plan('reuse/over-dpcs', variant, {
    title: 'Units of the same length in four DPCs',
    rules: ['B3', 'B1'],
    scene: dpcs,
    groups: inOrder(2, 2, 2, 2),
  });
  const acknowledged = new Scene(variant, { connections: 2 });
  acknowledged.on(0).run(3, 300).on(1).ack().dpc();
  acknowledged.on(0).run(3, 300).on(1).ack().dpc();
  yield plan('reuse/acknowledged', variant, {
    title: 'Data after data that was acknowledged, in three DPCs',
    rules: ['B3', 'B1'],
    scene: acknowledged.on(0).run(3, 300),
    groups: [[0, 1, 2], [3], [4, 5, 6], [7], [8, 9, 10]],
  });
  yield plan('reuse/switched-off', variant, {
    title: 'RSC switched off after a unit, then more data',
    rules: ['B3', 'I4'],
    scene: new Scene(variant).run(2, 300).set({ rsc4: false, rsc6: false }).run(2, 300),
    groups: inOrder(2, 1, 1),
  });
}
