/** H: each field of a merged SCU's headers, shown by segments that differ in it. */

import { referenceRun } from '../../reference-impl/reference-run.ts';
import { u16 } from '../../reference-impl/wire/bytes.ts';
import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { ALL, IPV4, Scene, type Tune, type Variant } from '../scene.ts';
import { inOrder } from './groups.ts';

/** Only IPv4 without timestamps has frames short enough to be padded. */
export function* headers(): Generator<Plan> {
  yield* padding(IPV4);
  for (const variant of ALL) yield* trailers(variant);
  for (const variant of ALL) yield* fields(variant);
  for (const variant of ALL) yield* checksums(variant);
}

const PAD = ['padding-in-stream', 'short-padded-frames'];

function* padding(variant: Variant): Generator<Plan> {
  for (const length of [1, 2, 3, 4, 5, 6, 7]) {
    for (const trailerByte of [0, 0xaa]) {
      for (const [place, where, at] of [
        ['first', 'as the first of a run', 0],
        ['middle', 'in the middle of a run', 1],
        ['last', 'as the last of a run', 3],
      ] as const) {
        const scene = new Scene(variant);
        for (let i = 0; i < 4; i++) scene.data(i === at ? length : 120, i === at ? { trailerByte } : {});
        yield {
          id: `headers/padding/${length}-bytes/${trailerByte === 0 ? 'zero' : 'filled'}/${place}/${variant.name}`,
          title: `A frame of ${countText(length, 'payload byte')}, padded to 60, ${where}`,
          rules: ['H1', 'H2'],
          flags: PAD,
          scene,
          groups: inOrder(4),
        };
      }
      yield {
        id: `headers/padding/${length}-bytes/${trailerByte === 0 ? 'zero' : 'filled'}/throughout/${variant.name}`,
        title: `Frames of ${countText(length, 'payload byte')}, each padded to 60`,
        rules: ['H1', 'H2'],
        flags: PAD,
        scene: new Scene(variant).run(3, length, { trailerByte }),
        groups: inOrder(3),
      };
    }
  }
  for (const trailerByte of [0, 0xaa]) {
    const fill = trailerByte === 0 ? 'zero' : 'filled';
    const shapes: readonly (readonly [string, string, Scene, number[][]])[] = [
      ['ack-then-data', 'A padded pure ACK, then data', new Scene(variant).ack({ trailerByte }).run(2), inOrder(1, 2)],
      [
        'window-update',
        'A padded window update between data',
        new Scene(variant).run(2).windowUpdate({ trailerByte }).run(2),
        inOrder(5),
      ],
      [
        'duplicate',
        'A padded duplicate ACK between data',
        new Scene(variant).run(2).duplicate({ trailerByte }).run(2),
        inOrder(2, 1, 2),
      ],
      ['alone', 'A padded segment alone in its DPC', new Scene(variant).data(1, { trailerByte }), inOrder(1)],
      [
        'fin',
        'A padded FIN after data',
        new Scene(variant).run(2).windowUpdate({ flags: 'AF', trailerByte }),
        inOrder(2, 1),
      ],
    ];
    for (const [name, title, scene, groups] of shapes) {
      yield {
        id: `headers/padding/${name}/${fill}/${variant.name}`,
        title,
        rules: ['H1', 'C3'],
        flags: PAD,
        scene,
        groups,
      };
    }
  }
}

/** Trailers after frames that need no padding, as a link may leave them. */
function* trailers(variant: Variant): Generator<Plan> {
  for (const trailer of [1, 4, 6, 46]) {
    for (const at of [0, 1, 2]) {
      const scene = new Scene(variant);
      for (let i = 0; i < 3; i++) scene.data(100, i === at ? { trailer, trailerByte: 0x55 } : {});
      yield {
        id: `headers/trailer/${trailer}-bytes/${['first', 'middle', 'last'][at]}/${variant.name}`,
        title: `A trailer of ${countText(trailer, 'byte')} on the ${['first', 'second', 'last'][at]} segment of a run`,
        rules: ['H1', 'H2'],
        flags: ['padding-in-stream'],
        scene,
        groups: inOrder(3),
      };
    }
  }
}

function* fields(variant: Variant): Generator<Plan> {
  const plan = (name: string, title: string, rules: string[], scene: Scene, flags: string[] = []): Plan => ({
    id: `headers/${name}/${variant.name}`,
    title,
    rules,
    flags,
    scene,
    groups: inOrder(scene.arrivals),
  });
  for (let at = 0; at < 4; at++) {
    const place = ['first', 'second', 'third', 'last'][at];
    const pushed = new Scene(variant);
    const lowest = new Scene(variant);
    for (let i = 0; i < 4; i++) {
      pushed.data(100, i === at ? { flags: 'AP' } : {});
      lowest.data(100, { ttl: i === at ? 10 : 60 + i });
    }
    yield plan(`psh/${place}`, `PSH on the ${place} of four segments`, ['H5'], pushed, ['psh-lost']);
    yield plan(`ttl/${place}`, `The smallest TTL on the ${place} of four segments`, ['H4'], lowest, [
      'header-differences-ignored',
      'hop-limit-as-flow',
    ]);
  }
  yield plan('psh/none', 'A run without PSH', ['H5'], new Scene(variant).run(3));
  yield plan(
    'ttl/zero',
    'TTL 0 on the second of three segments',
    ['H4'],
    new Scene(variant).data(100, { ttl: 64 }).data(100, { ttl: 0 }).data(100, { ttl: 1 }),
  );
  yield plan(
    'last-ack-and-window',
    'Segments that each change the acknowledgment and the window',
    ['H6', 'H3'],
    new Scene(variant)
      .data(100, { ack: 600_000, window: 9 })
      .data(100, { ack: 600_100, window: 5 })
      .data(100, { ack: 600_200, window: 7 }),
  );
  yield plan(
    'window/falls-to-zero',
    'A window that falls to zero',
    ['H6'],
    new Scene(variant).data(100, { window: 500 }).data(100, { window: 0 }),
  );
  yield plan(
    'window/high-bit',
    'Windows that rise past 32,767',
    ['H6'],
    new Scene(variant).data(100, { window: 0x7fff }).data(100, { window: 0x8000 }).data(100, { window: 0xffff }),
  );
  yield plan(
    'first-seq',
    'A run with a sequence number above 2^31',
    ['H6'],
    new Scene(variant).from(0xf000_0000).run(3),
  );
  yield plan(
    'odd-offsets',
    'Segments of odd lengths, so that payloads start at odd offsets',
    ['H1', 'H7'],
    new Scene(variant).data(101).data(103).data(100).data(99),
  );
  yield plan(
    'checksum-recomputed',
    'A run whose checksums must be recomputed',
    ['H7', 'H8', 'H2'],
    new Scene(variant).run(5, 1000),
    ['header-checksum-stale', 'checksum-flags-on-unit'],
  );
  yield plan(
    'dscp-kept',
    'A run with DSCP 46 and ECT(0)',
    ['H6', 'C10'],
    new Scene(variant).always({ dscp: 46, ecn: 2 }).run(3),
  );
  if (variant.ipVersion === 4) {
    yield plan(
      'first-id',
      'Segments with different Identifications',
      ['H3'],
      new Scene(variant).data(100, { id: 0xbeef }).data(100, { id: 0x0001 }).data(100, { id: 0xcafe }),
    );
  }
}

/** Chooses the last window so that the merged SCU's TCP checksum is `wanted`. */
const sumTo =
  (wanted: number): Tune =>
  (last, frameOf, all) => {
    const checksumWith = (window: number): number => {
      const frames = all.map((fields) => ({ rx: frameOf(fields === last ? { ...last, window } : fields) }));
      const frame = referenceRun([...frames, { dpc: true }]).indications[0]?.frame ?? new Uint8Array(0);
      return u16(frame, ((frame[14] as number) >> 4 === 4 ? 34 : 54) + 16);
    };
    const sum = checksumWith(0) + 0xffff - wanted;
    return { ...last, window: (sum & 0xffff) + (sum >> 16) };
  };

function* checksums(variant: Variant): Generator<Plan> {
  for (const [name, wanted] of [
    ['0000', 0],
    ['0001', 1],
    ['fffe', 0xfffe],
    ['8000', 0x8000],
  ] as const) {
    yield {
      id: `headers/checksum/${name}/${variant.name}`,
      title: `An SCU whose TCP checksum computes to 0x${name}`,
      rules: ['H7', 'H8'],
      flags: ['header-checksum-stale'],
      scene: new Scene(variant).run(3, 101).tune(sumTo(wanted)),
      groups: inOrder(3),
    };
  }
}
