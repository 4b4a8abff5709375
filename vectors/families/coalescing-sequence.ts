/** C2, C4, C5: sequence and acknowledgment numbers. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { ALL, PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

const L = USUAL_LENGTH;
const HALF = 0x8000_0000;

interface Case {
  readonly name: string;
  readonly title: string;
  readonly play: (scene: Scene) => Scene;
  readonly sizes: readonly number[];
  readonly flags?: readonly string[];
}

const SWALLOWED = ['retransmission-swallowed'];

/** Each begins after two segments in sequence. */
const SEQUENCE: readonly Case[] = [
  { name: 'gap', title: 'A lost segment', play: (s) => s.from(s.nxt + L).run(2), sizes: [2, 2] },
  { name: 'gap-of-one', title: 'A gap of one byte', play: (s) => s.from(s.nxt + 1).run(2), sizes: [2, 2] },
  {
    name: 'gap-twice',
    title: 'Two gaps',
    play: (s) =>
      s
        .from(s.nxt + L)
        .data()
        .from(s.nxt + L)
        .run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'overlap/partial',
    title: 'A segment that overlaps the last one by half',
    play: (s) => s.data(L, { seq: s.nxt - 50 }).data(),
    sizes: [2, 2],
  },
  {
    name: 'overlap/one-byte',
    title: 'A segment that overlaps the last one by one byte',
    play: (s) => s.data(L, { seq: s.nxt - 1 }).data(),
    sizes: [2, 2],
  },
  {
    name: 'overlap/full-shorter',
    title: 'The beginning of the last segment again',
    play: (s) => s.data(50, { seq: s.nxt - L }).data(),
    sizes: [2, 1, 1],
  },
  {
    name: 'overlap/inside',
    title: 'The middle of the last segment again',
    play: (s) => s.data(20, { seq: s.nxt - 60 }).data(),
    sizes: [2, 1, 1],
  },
  {
    name: 'overlap/tail',
    title: 'The end of the last segment again',
    play: (s) => s.data(50, { seq: s.nxt - 50 }).data(),
    sizes: [2, 2],
  },
  {
    name: 'overlap/longer',
    title: 'The last segment again, longer',
    play: (s) => s.data(150, { seq: s.nxt - L }).data(),
    sizes: [2, 2],
    flags: SWALLOWED,
  },
  {
    name: 'overlap/both',
    title: 'Both segments again in one segment',
    play: (s) => s.data(2 * L, { seq: s.nxt - 2 * L }).data(),
    sizes: [2, 2],
  },
  {
    name: 'overlap/both-longer',
    title: 'Both segments again in one segment, with more data',
    play: (s) => s.data(2 * L + 50, { seq: s.nxt - 2 * L }).data(),
    sizes: [2, 2],
    flags: SWALLOWED,
  },
  {
    name: 'retransmission/last',
    title: 'The last segment again',
    play: (s) => s.data(L, { seq: s.nxt - L }).data(),
    sizes: [2, 2],
    flags: SWALLOWED,
  },
  {
    name: 'retransmission/first',
    title: 'The first segment again',
    play: (s) => s.data(L, { seq: s.nxt - 2 * L }).data(),
    sizes: [2, 1, 1],
  },
  {
    name: 'retransmission/run',
    title: 'The whole run again',
    play: (s) =>
      s
        .data(L, { seq: s.nxt - 2 * L })
        .data(L, { seq: s.nxt - L })
        .data(),
    sizes: [2, 3],
  },
  {
    name: 'retransmission/twice',
    title: 'The last segment, sent twice more',
    play: (s) =>
      s
        .data(L, { seq: s.nxt - L })
        .data(L, { seq: s.nxt - L })
        .data(),
    sizes: [2, 1, 2],
  },
  {
    name: 'retransmission/old',
    title: 'A segment from 50,000 bytes back',
    play: (s) => s.data(L, { seq: s.nxt - 50_000 }).run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'retransmission/other-window',
    title: 'The last segment again with another window',
    play: (s) => s.data(L, { seq: s.nxt - L, window: 777 }).data(L, { window: 778 }),
    sizes: [2, 2],
    flags: SWALLOWED,
  },
  {
    name: 'retransmission/longer-other-window',
    title: 'The last segment again, longer, with another window',
    play: (s) => s.data(150, { seq: s.nxt - L, window: 777 }).data(L, { window: 778 }),
    sizes: [2, 2],
    flags: SWALLOWED,
  },
  {
    name: 'edition/last',
    title: 'The last segment again with other bytes',
    play: (s) => s.data(L, { seq: s.nxt - L, payloadVersion: 1 }).data(),
    sizes: [2, 2],
  },
  {
    name: 'edition/first',
    title: 'The first segment again with other bytes',
    play: (s) => s.data(L, { seq: s.nxt - 2 * L, payloadVersion: 1 }).data(),
    sizes: [2, 1, 1],
  },
  {
    name: 'edition/run',
    title: 'The whole run again with other bytes',
    play: (s) => s.data(L, { seq: s.nxt - 2 * L, payloadVersion: 1 }).data(L, { seq: s.nxt - L, payloadVersion: 1 }),
    sizes: [2, 2],
  },
  {
    name: 'edition/longer',
    title: 'The last segment again, longer, with other bytes',
    play: (s) => s.data(150, { seq: s.nxt - L, payloadVersion: 1 }).data(),
    sizes: [2, 2],
    flags: SWALLOWED,
  },
  {
    name: 'edition/overlap',
    title: 'A segment with other bytes that overlaps the last one by half',
    play: (s) => s.data(L, { seq: s.nxt - 50, payloadVersion: 1 }).data(),
    sizes: [2, 2],
  },
  {
    name: 'reordered/swapped',
    title: 'Two segments in swapped order',
    play: (s) =>
      s
        .data(L, { seq: s.nxt + L })
        .data(L, { seq: s.nxt - 2 * L })
        .data(),
    sizes: [2, 1, 1, 1],
  },
  {
    name: 'reordered/late',
    title: 'A segment that comes two segments late',
    play: (s) =>
      s
        .from(s.nxt + L)
        .run(2)
        .data(L, { seq: s.nxt - 3 * L })
        .data(),
    sizes: [2, 2, 1, 1],
  },
  {
    name: 'jump/half',
    title: 'A segment half the sequence space ahead',
    play: (s) => s.data(L, { seq: (s.nxt + HALF) >>> 0 }).data(),
    sizes: [2, 1, 1],
  },
  {
    name: 'jump/64k',
    title: 'A segment 65,536 bytes ahead',
    play: (s) => s.from(s.nxt + 65_536).run(2),
    sizes: [2, 2],
    flags: ['length-wraps'],
  },
];

const ACKS: readonly Case[] = [
  { name: 'equal', title: 'The same acknowledgment in every segment', play: (s) => s.run(3), sizes: [5] },
  {
    name: 'by-one',
    title: 'An acknowledgment that advances by one',
    play: (s) => s.data(L, { ack: s.ackNumber + 1 }).data(),
    sizes: [4],
  },
  {
    name: 'each',
    title: 'Segments that each acknowledge more',
    play: (s) =>
      s
        .data(L, { ack: s.ackNumber + 1000 })
        .data(L, { ack: s.ackNumber + 2000 })
        .data(L, { ack: s.ackNumber + 3000 }),
    sizes: [5],
  },
  {
    name: 'most',
    title: 'An acknowledgment that advances by 2^31 - 1',
    play: (s) => s.data(L, { ack: (s.ackNumber + HALF - 1) >>> 0 }).data(),
    sizes: [4],
  },
  {
    name: 'half',
    title: 'An acknowledgment that jumps by 2^31, neither newer nor older',
    play: (s) => s.data(L, { ack: (s.ackNumber + HALF) >>> 0 }).data(),
    sizes: [2, 2],
  },
  {
    name: 'back-by-one',
    title: 'An acknowledgment that goes back by one',
    play: (s) => s.data(L, { ack: s.ackNumber - 1 }).data(),
    sizes: [2, 2],
    flags: ['ack-goes-back'],
  },
  {
    name: 'back',
    title: 'An acknowledgment that goes back',
    play: (s) => s.data(L, { ack: s.ackNumber - 1000 }).data(),
    sizes: [2, 2],
    flags: ['ack-goes-back'],
  },
  {
    name: 'back-far',
    title: 'An acknowledgment that goes back by 2^31 - 1',
    play: (s) => s.data(L, { ack: (s.ackNumber - HALF + 1) >>> 0 }).data(),
    sizes: [2, 2],
    flags: ['ack-goes-back'],
  },
  {
    name: 'back-and-forth',
    title: 'An acknowledgment that goes back and returns',
    play: (s) =>
      s
        .data(L, { ack: s.ackNumber - 1000 })
        .data(L, { ack: s.ackNumber + 1000 })
        .data(),
    sizes: [2, 3],
    flags: ['ack-goes-back'],
  },
  {
    name: 'down-a-stair',
    title: 'Segments that each acknowledge less',
    play: (s) => s.data(L, { ack: s.ackNumber - 1 }).data(L, { ack: s.ackNumber - 2 }),
    sizes: [2, 1, 1],
    flags: ['ack-goes-back'],
  },
];

export function* coalescingSequence(): Generator<Plan> {
  for (const { name, title, play, sizes, flags } of SEQUENCE) {
    for (const variant of ALL) {
      const rules = name.startsWith('gap') || name.startsWith('jump') ? ['C2'] : ['C2', 'I7'];
      yield {
        id: `coalescing/sequence/${name}/${variant.name}`,
        title,
        rules,
        flags,
        scene: play(new Scene(variant).run(2)),
        groups: inOrder(...sizes),
      };
    }
  }
  for (const { name, title, play, sizes, flags } of ACKS) {
    for (const variant of ALL) {
      yield {
        id: `coalescing/acknowledgment/${name}/${variant.name}`,
        title,
        rules: ['C4', 'C5', 'H6'],
        flags,
        scene: play(new Scene(variant).run(2)),
        groups: inOrder(...sizes),
      };
    }
  }
  for (const variant of PLAIN) yield* wraps(variant);
}

/** Around zero: the last byte before it, a segment across it, a segment that ends at it. */
function* wraps(variant: Variant): Generator<Plan> {
  for (const before of [1, 50, L, L + 1, 2 * L, 2 * L + 50]) {
    yield {
      id: `coalescing/wrap/seq/${before}-before/${variant.name}`,
      title: `A sequence number that wraps ${countText(before, 'byte')} into a run`,
      rules: ['C2', 'H6'],
      scene: new Scene(variant).from(2 ** 32 - before).run(4),
      groups: inOrder(4),
    };
    yield {
      id: `coalescing/wrap/ack/${before}-before/${variant.name}`,
      title: `An acknowledgment number that wraps, from ${before} below zero`,
      rules: ['C4', 'H6'],
      scene: ackEach(new Scene(variant).from(1_000_000, 2 ** 32 - before), L),
      groups: inOrder(4),
    };
  }
  const retransmitted = new Scene(variant).from(2 ** 32 - 50).data();
  yield {
    id: `coalescing/wrap/seq/retransmission/${variant.name}`,
    title: 'A segment across the wrap of the sequence number, sent twice',
    rules: ['C2'],
    scene: retransmitted.data(L, { seq: 2 ** 32 - 50 }).data(),
    groups: inOrder(1, 2),
  };
  yield {
    id: `coalescing/wrap/seq/gap/${variant.name}`,
    title: 'A gap across the wrap of the sequence number',
    rules: ['C2'],
    scene: new Scene(variant)
      .from(2 ** 32 - 150)
      .data()
      .from(50)
      .run(2),
    groups: inOrder(1, 2),
  };
  yield {
    id: `coalescing/wrap/ack/back/${variant.name}`,
    title: 'An acknowledgment that goes back across the wrap',
    rules: ['C4'],
    flags: ['ack-goes-back'],
    scene: new Scene(variant)
      .from(1_000_000, 10)
      .run(2)
      .run(2, L, { ack: 2 ** 32 - 10 }),
    groups: inOrder(2, 2),
  };
  yield {
    id: `coalescing/wrap/signed/${variant.name}`,
    title: 'Sequence and acknowledgment numbers that cross 2^31',
    rules: ['C2', 'C4'],
    scene: ackEach(new Scene(variant).from(HALF - 150, HALF - 150), L),
    groups: inOrder(4),
  };
  for (const kind of ['duplicate', 'windowUpdate'] as const) {
    const scene = new Scene(variant).from(2 ** 32 - L, 0).data();
    yield {
      id: `coalescing/wrap/${kind === 'duplicate' ? 'duplicate' : 'window-update'}/${variant.name}`,
      title: `A ${kind === 'duplicate' ? 'duplicate ACK' : 'window update'} at sequence number zero, after data that ends there`,
      rules: kind === 'duplicate' ? ['C8'] : ['C7'],
      level: kind === 'duplicate' ? 'should' : 'may',
      scene: scene[kind]().data(),
      groups: kind === 'duplicate' ? inOrder(1, 1, 1) : inOrder(3),
    };
  }
}

function ackEach(scene: Scene, step: number): Scene {
  for (let i = 0; i < 4; i++) scene.data(L, { ack: (scene.ackNumber + step) >>> 0 });
  return scene;
}
