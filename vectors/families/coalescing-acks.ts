/** C3, C6 to C9: pure ACKs, window updates, duplicates, keep-alives; and the worked corners. */

import type { Level } from '../../reference-impl/index.ts';
import type { Plan } from '../plan.ts';
import { ALL, Scene } from '../scene.ts';
import { inOrder } from './groups.ts';

interface Case {
  readonly name: string;
  readonly title: string;
  readonly rules: readonly string[];
  readonly level?: Level;
  readonly flags?: readonly string[];
  readonly play: (scene: Scene) => Scene;
  readonly sizes: readonly number[];
}

const ON_ACK = ['data-merged-onto-ack'];
const UNCOUNTED = ['duplicates-uncounted'];
const PADDING = ['padding-in-stream'];

const CASES: readonly Case[] = [
  {
    name: 'ack/then-data',
    title: 'Data after a pure ACK',
    rules: ['C3', 'O1'],
    flags: [...ON_ACK, ...PADDING],
    play: (s) => s.ack().run(2),
    sizes: [1, 2],
  },
  {
    name: 'ack/between-data',
    title: 'A pure ACK that acknowledges more, between data',
    rules: ['C6', 'C3'],
    flags: ON_ACK,
    play: (s) => s.run(2).ack().run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'ack/after-data',
    title: 'A pure ACK after data',
    rules: ['C6'],
    play: (s) => s.run(2).ack(),
    sizes: [2, 1],
  },
  {
    name: 'ack/alone',
    title: 'A pure ACK alone in its DPC',
    rules: ['C6', 'C1', 'O1'],
    play: (s) => s.ack(),
    sizes: [1],
  },
  {
    name: 'ack/run',
    title: 'Pure ACKs that each acknowledge more',
    rules: ['C6'],
    play: (s) => s.ack().ack().ack().ack(),
    sizes: [1, 1, 1, 1],
  },
  {
    name: 'ack/older',
    title: 'A pure ACK that acknowledges less, between data',
    rules: ['C6'],
    flags: ['ack-goes-back'],
    play: (s) =>
      s
        .run(2)
        .ack({ ack: s.ackNumber - 1000 })
        .run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'ack/older-after-ack',
    title: 'Two pure ACKs, the second of which acknowledges less',
    rules: ['C6'],
    play: (s) => s.ack().ack({ ack: s.ackNumber - 1000 }),
    sizes: [1, 1],
  },
  {
    name: 'ack/psh',
    title: 'A pure ACK with PSH between data',
    rules: ['C6', 'C3'],
    play: (s) => s.run(2).ack({ flags: 'AP' }).run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'ack/ahead',
    title: 'A pure ACK with a sequence number past the next one',
    rules: ['C6'],
    play: (s) =>
      s
        .run(2)
        .duplicate({ seq: s.nxt + 100 })
        .run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'ack/old-seq',
    title: 'A pure ACK with the sequence number of data that came before',
    rules: ['C6'],
    play: (s) =>
      s
        .run(2)
        .duplicate({ seq: s.nxt - 200 })
        .run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'ack/old-seq-new-window',
    title: 'A pure ACK with the sequence number of data that came before, and another window',
    rules: ['C6', 'C7'],
    play: (s) =>
      s
        .run(2)
        .windowUpdate({ seq: s.nxt - 200 })
        .run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'keep-alive/empty',
    title: 'A keep-alive without payload between data',
    rules: ['C6', 'C3'],
    play: (s) =>
      s
        .data()
        .duplicate({ seq: s.nxt - 1 })
        .data(),
    sizes: [1, 1, 1],
  },
  {
    name: 'keep-alive/byte',
    title: 'A keep-alive with one stale byte between data',
    rules: ['C2'],
    flags: PADDING,
    play: (s) =>
      s
        .data()
        .data(1, { seq: s.nxt - 1 })
        .data(),
    sizes: [1, 2],
  },
  {
    name: 'keep-alive/garbage-byte',
    title: 'A keep-alive with one byte of garbage between data',
    rules: ['C2'],
    play: (s) =>
      s
        .data()
        .data(1, { seq: s.nxt - 1, payloadVersion: 1 })
        .data(),
    sizes: [1, 2],
  },
  {
    name: 'keep-alive/run',
    title: 'Two keep-alives after data',
    rules: ['C6', 'C8'],
    level: 'should',
    play: (s) =>
      s
        .data()
        .duplicate({ seq: s.nxt - 1 })
        .duplicate({ seq: s.nxt - 1 }),
    sizes: [1, 1, 1],
  },
  {
    name: 'window-update/after-data',
    title: 'A window update after data',
    rules: ['C7', 'H6', 'O1'],
    level: 'may',
    flags: PADDING,
    play: (s) => s.data().windowUpdate(),
    sizes: [2],
  },
  {
    name: 'window-update/between-data',
    title: 'A window update between data',
    rules: ['C7', 'C5', 'O1'],
    level: 'may',
    flags: PADDING,
    play: (s) => s.run(2).windowUpdate().run(2),
    sizes: [5],
  },
  {
    name: 'window-update/first-behind-data',
    title: 'A window update after each segment',
    rules: ['C7', 'O1'],
    level: 'may',
    play: (s) => s.data().windowUpdate().data().windowUpdate(),
    sizes: [4],
  },
  {
    name: 'window-update/zero-and-open',
    title: 'Window updates to zero and back between data',
    rules: ['C7', 'H6'],
    level: 'may',
    play: (s) => s.data().windowUpdate({ window: 0 }).windowUpdate({ window: 2000 }).data(100, { window: 2000 }),
    sizes: [4],
  },
  {
    name: 'window-update/largest',
    title: 'A window update to 65,535 after data',
    rules: ['C7', 'H6'],
    level: 'may',
    play: (s) => s.data().windowUpdate({ window: 65_535 }),
    sizes: [2],
  },
  {
    name: 'window-update/after-ack',
    title: 'A window update after a pure ACK, then data',
    rules: ['C7', 'C3'],
    level: 'may',
    flags: ON_ACK,
    play: (s) => s.ack().windowUpdate().data(),
    sizes: [2, 1],
  },
  {
    name: 'window-update/run-after-ack',
    title: 'Three window updates after a pure ACK',
    rules: ['C7', 'O1', 'H6'],
    level: 'may',
    play: (s) => s.ack().windowUpdate().windowUpdate().windowUpdate(),
    sizes: [4],
  },
  {
    name: 'window-update/run-after-data',
    title: 'Three window updates after data',
    rules: ['C7', 'O1', 'H6'],
    level: 'may',
    play: (s) => s.data().windowUpdate().windowUpdate().windowUpdate(),
    sizes: [4],
  },
  {
    name: 'window-update/first',
    title: 'A pure ACK with another window as the first segment of a DPC, then data',
    rules: ['C1', 'C3'],
    play: (s) => s.windowUpdate().data().data(),
    sizes: [1, 2],
  },
  {
    name: 'window-update/acknowledges',
    title: 'A pure ACK with another window that acknowledges more, between data',
    rules: ['C6', 'C7'],
    play: (s) => s.data().ack({ window: 4321 }).data(),
    sizes: [1, 1, 1],
  },
  {
    name: 'window-update/with-data',
    title: 'Data segments that each change the window',
    rules: ['C5', 'C7', 'H6'],
    play: (s) => s.data().data(100, { window: 5000 }).data(100, { window: 6000 }),
    sizes: [3],
  },
  {
    name: 'window-update/ecn',
    title: 'Data with ECT(0), then a window update with Not-ECT',
    rules: ['E8a', 'C7'],
    play: (s) => s.data(100, { ecn: 2 }).windowUpdate(),
    sizes: [1, 1],
  },
  {
    name: 'window-update/psh',
    title: 'A window update with PSH after data',
    rules: ['C7', 'H5'],
    level: 'may',
    play: (s) => s.data().windowUpdate({ flags: 'AP' }),
    sizes: [2],
  },
  {
    name: 'duplicate/after-data',
    title: 'A duplicate ACK after data',
    rules: ['C8'],
    level: 'should',
    flags: UNCOUNTED,
    play: (s) => s.run(2).duplicate(),
    sizes: [2, 1],
  },
  {
    name: 'duplicate/between-data',
    title: 'A duplicate ACK between data',
    rules: ['C8', 'C3'],
    level: 'should',
    flags: UNCOUNTED,
    play: (s) => s.run(2).duplicate().run(2),
    sizes: [2, 1, 2],
  },
  {
    name: 'duplicate/twice-between-data',
    title: 'Two duplicate ACKs between data',
    rules: ['C8', 'C9', 'C3'],
    level: 'should',
    flags: UNCOUNTED,
    play: (s) => s.run(2).duplicate().duplicate().run(2),
    sizes: [2, 1, 1, 2],
  },
  {
    name: 'duplicate/then-window-update',
    title: 'Data, a duplicate ACK, a window update',
    rules: ['C8', 'C7'],
    level: 'should',
    play: (s) => s.data().duplicate().windowUpdate(),
    sizes: [1, 2],
  },
  {
    name: 'duplicate/window-update-between',
    title: 'Two duplicate ACKs with a window update between them, after a pure ACK',
    rules: ['C8', 'C9', 'C7', 'O2'],
    level: 'should',
    play: (s) => s.ack().duplicate().windowUpdate().duplicate(),
    sizes: [1, 2, 1],
  },
  {
    name: 'duplicate/then-ack',
    title: 'Two duplicate ACKs after a pure ACK, then a pure ACK that acknowledges more',
    rules: ['C8', 'C9', 'C6'],
    level: 'should',
    flags: UNCOUNTED,
    play: (s) => s.ack().duplicate().duplicate().ack(),
    sizes: [1, 1, 1, 1],
  },
  {
    name: 'duplicate/then-data',
    title: 'Two duplicate ACKs after a pure ACK, then data',
    rules: ['C8', 'C9', 'C3', 'O2'],
    level: 'should',
    flags: UNCOUNTED,
    play: (s) => s.ack().duplicate().duplicate().data(),
    sizes: [1, 1, 1, 1],
  },
  {
    name: 'duplicate/next-dpc',
    title: 'Duplicate ACKs in the DPC after a pure ACK: the first is an ordinary pure ACK',
    rules: ['C9', 'C8', 'I2'],
    level: 'may',
    play: (s) => s.ack().dpc().duplicate().duplicate(),
    sizes: [1, 1, 1],
  },
  ...[2, 3, 4, 8, 62].map(
    (count): Case => ({
      name: `duplicate/run-of-${count}`,
      title: `${count} duplicate ACKs after a pure ACK`,
      rules: ['C8', 'C9', 'O2', 'I7'],
      level: 'should',
      flags: UNCOUNTED,
      play: (s) => {
        s.ack();
        for (let i = 0; i < count; i++) s.duplicate();
        return s;
      },
      sizes: Array.from({ length: count + 1 }, () => 1),
    }),
  ),
  ...[2, 3, 8].map(
    (count): Case => ({
      name: `duplicate/data-then-run-of-${count}`,
      title: `${count} duplicate ACKs after data`,
      rules: ['C8', 'C9', 'O2', 'I7'],
      level: 'should',
      flags: UNCOUNTED,
      play: (s) => {
        s.run(2);
        for (let i = 0; i < count; i++) s.duplicate();
        return s;
      },
      sizes: [2, ...Array.from({ length: count }, () => 1)],
    }),
  ),
];

export function* coalescingAcks(): Generator<Plan> {
  for (const { name, title, rules, level, flags, play, sizes } of CASES) {
    for (const variant of ALL) {
      yield {
        id: `coalescing/${name}/${variant.name}`,
        title,
        rules,
        level,
        flags,
        scene: play(new Scene(variant)),
        groups: inOrder(...sizes),
      };
    }
  }
}
