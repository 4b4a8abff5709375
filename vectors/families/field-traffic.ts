/** Combinations seen in the field: many equal frames, leftovers of the DPC before, long runs, reordering with PSH. */

import { countText } from '../count-text.ts';
import type { Plan } from '../plan.ts';
import { ALL, IPV4, IPV4_TS, PLAIN, Scene, STAMPED, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';

const WRONG: SegmentSpec = { corrupt: { tcpChecksum: 'wrong' } };
/** About as many frames as a ring holds: a flood in one DPC. */
const FLOOD = 124;

const each = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);

/** Fields that make a segment the same frame, however often it comes. */
const equal = (variant: Variant): SegmentSpec => ({
  window: 1000,
  ...(variant.ipVersion === 4 ? { id: 7 } : {}),
  ...(variant.timestamps ? { timestamps: [7000, 4000] } : {}),
});

export function* exceptionsInTheField(): Generator<Plan> {
  for (const variant of PLAIN) {
    yield* floods(variant);
    yield* afterSwitch(variant);
  }
  for (const variant of ALL) yield* optionsThroughout(variant);
}

/** Equal frames in one DPC: each comes out as often as it came. */
function* floods(variant: Variant): Generator<Plan> {
  const kinds: readonly (readonly [string, string, readonly string[], SegmentSpec])[] = [
    ['syn', 'SYN segments', ['E3'], { flags: 'S', options: '020405b4' }],
    ['syn-ack', 'SYN-ACK segments', ['E3'], { flags: 'SA', options: '020405b4' }],
    ['rst', 'RST segments', ['E3'], { flags: 'R' }],
    ['fin', 'FIN segments', ['E3'], { flags: 'FA' }],
    ['checksum', 'segments with a wrong checksum', ['E2'], { payload: USUAL_LENGTH, ...WRONG }],
    ['data', 'retransmissions of one segment', ['C2'], { payload: USUAL_LENGTH }],
  ];
  for (const [name, title, rules, fields] of kinds) {
    const scene = new Scene(variant);
    for (let i = 0; i < FLOOD; i++) scene.windowUpdate({ ...equal(variant), ...fields });
    yield {
      id: `exceptions/flood/${name}/${variant.name}`,
      title: `${FLOOD} equal ${title} in one DPC`,
      rules: [...rules, 'I7'],
      flags: ['ring-exhausted'],
      scene,
      groups: each(FLOOD),
    };
  }
  const scene = new Scene(variant, { connections: 2 }).run(2).on(1);
  for (let i = 0; i < 60; i++) scene.windowUpdate({ ...equal(variant), flags: 'S', options: '020405b4' });
  yield {
    id: `exceptions/flood/beside/${variant.name}`,
    title: '60 equal SYN segments of another connection between data',
    rules: ['E3', 'I7', 'C11'],
    flags: ['ring-exhausted'],
    scene: scene.on(0).run(2),
    groups: [...Array.from({ length: 60 }, (_, i) => [i + 2]), [0, 1, 62, 63]],
  };
}

/** Checksums are verified again after receive checksum offload is switched on. */
function* afterSwitch(variant: Variant): Generator<Plan> {
  const off = { rxcsum: false };
  const on = { rxcsum: true };
  const rscOff = { rsc4: false, rsc6: false };
  const rscOn = { rsc4: true, rsc6: true };
  // The number counts the segments that go alone in that time.
  const switches: readonly (readonly [string, string, number, (scene: Scene) => Scene])[] = [
    ['at-once', 'off and on again at once', 0, (scene) => scene.set(off).set(on)],
    ['data', 'off for two segments', 2, (scene) => scene.set(off).run(2).set(on)],
    ['dpc', 'off for a DPC', 2, (scene) => scene.set(off).run(2).dpc().set(on)],
    [
      'rsc-meanwhile',
      'off, and RSC off and on again in that time',
      3,
      (scene) => scene.set(off).data().set(rscOff).data().set(rscOn).data().set(on),
    ],
    [
      'rsc-last',
      'off together with RSC, which was switched on last',
      2,
      (scene) =>
        scene
          .set({ ...off, ...rscOff })
          .data()
          .set(on)
          .data()
          .set(rscOn),
    ],
  ];
  for (const [name, title, meanwhile, play] of switches) {
    for (const [place, before, after] of [
      ['first', 0, 2],
      ['middle', 2, 2],
    ] as const) {
      const scene = play(new Scene(variant)).run(before).data(USUAL_LENGTH, WRONG).run(after);
      const sizes = [...Array.from({ length: meanwhile }, () => 1), ...(before > 0 ? [before] : []), 1, after];
      yield {
        id: `exceptions/switched/${name}/${place}/${variant.name}`,
        title: `A wrong checksum ${place === 'first' ? 'on the first segment' : 'in the middle'} of a run, after receive checksum offload was ${title}`,
        rules: ['E2', 'K4', 'O4'],
        flags: ['bad-checksum-merged'],
        scene,
        groups: inOrder(...sizes),
      };
    }
  }
}

/** The same option in every segment: still none merges. */
function* optionsThroughout(variant: Variant): Generator<Plan> {
  for (const [name, title, options] of [
    ['mptcp', 'MPTCP data sequence signal option', '1e1420050000000a0000000b000000010064abcd'],
    ['mptcp-data-ack', 'MPTCP data acknowledgment option', '1e0820010000000a'],
    ['sack', 'SACK option', '0101050a000f4240000f42a4'],
    ['md5', 'MD5 signature option', '0101131200112233445566778899aabbccddeeff'],
    ['ao', 'TCP-AO option', '1d100102000102030405060708090a0b'],
    ['accecn', 'AccECN option', '0101ac05000001'],
    ['unknown', 'option of an unassigned kind', 'c8040000'],
  ] as const) {
    if (variant.timestamps && options.length > 48) continue;
    yield {
      id: `exceptions/options/throughout/${name}/${variant.name}`,
      title: `The same ${title} in every segment`,
      rules: ['E4'],
      scene: new Scene(variant).run(4, USUAL_LENGTH, { options }),
      groups: each(4),
    };
  }
}

export function* coalescingInTheField(): Generator<Plan> {
  for (const variant of ALL) {
    yield* longRuns(variant);
    yield* pushedOutOfOrder(variant);
    yield* fullPairs(variant);
  }
  for (const variant of [IPV4, IPV4_TS]) yield* identifications(variant);
}

/** Past any table of 64 descriptors, 127 segments, 32,768 bytes. */
function* longRuns(variant: Variant): Generator<Plan> {
  for (const [count, length] of [
    [64, 100],
    [65, 100],
    [66, 900],
    [100, 600],
    [128, 500],
    [129, 333],
    [200, 300],
    [256, 33],
    [300, 7],
  ] as const) {
    // The vector is about bytes of late segments, so payload lengths are not moved.
    const scene = new Scene(variant).run(count, length).tune((fields) => fields);
    yield {
      id: `coalescing/runs/of-${count}/of-${length}/${variant.name}`,
      title: `A run of ${count} segments of ${length} bytes`,
      rules: ['C1', 'C5', 'H1', 'O1'],
      flags: ['ring-exhausted'],
      scene,
      groups: inOrder(count),
    };
  }
}

/** A coalescer that sorts segments must keep PSH, too. */
function* pushedOutOfOrder(variant: Variant): Generator<Plan> {
  const L = USUAL_LENGTH;
  const at = (scene: Scene, places: readonly number[], pushed: readonly number[]): Scene => {
    const start = scene.nxt;
    for (const place of places)
      scene.data(L, { seq: (start + place * L) >>> 0, flags: pushed.includes(place) ? 'AP' : 'A' });
    return scene;
  };
  for (const [name, title, places, pushed, sizes] of [
    ['late-pushed', 'A swapped pair, PSH on the segment that comes late', [0, 1, 3, 2, 4], [2], [2, 1, 1, 1]],
    ['early-pushed', 'A swapped pair, PSH on the segment that comes early', [0, 1, 3, 2, 4], [3], [2, 1, 1, 1]],
    ['before-pushed', 'A swapped pair, PSH on the segment before it', [0, 1, 3, 2, 4], [1], [2, 1, 1, 1]],
    [
      'prepended-pushed',
      'A run whose first two segments are swapped, PSH on the one that comes early',
      [1, 0, 2],
      [1],
      [1, 1, 1],
    ],
    ['filled-gap-pushed', 'PSH on a segment that fills a gap', [0, 2, 3, 1, 4], [1], [1, 2, 1, 1]],
    ['reversed-pushed', 'Segments in reverse order, PSH on the one that comes last', [3, 2, 1, 0], [0], [1, 1, 1, 1]],
  ] as const) {
    yield {
      id: `coalescing/sequence/reordered/${name}/${variant.name}`,
      title,
      rules: ['C2', 'H5', 'I1'],
      flags: ['psh-lost'],
      scene: at(new Scene(variant), places, pushed),
      groups: inOrder(...sizes),
    };
  }
}

/** Requests and answers of two full segments, the second with PSH. */
function* fullPairs(variant: Variant): Generator<Plan> {
  for (const length of [536, 1448, 1460, 8948]) {
    const pairs = length > 8000 ? 3 : 8;
    const scene = new Scene(variant);
    for (let i = 0; i < pairs; i++) scene.data(length).data(length, { flags: 'AP' });
    yield {
      id: `coalescing/runs/pushed-pairs/${length}/${variant.name}`,
      title: `${pairs} pairs of segments of ${length} bytes, PSH on the second of each`,
      rules: ['C5', 'H5', 'C12'],
      flags: ['psh-lost', ...(length > 8000 ? ['jumbo-segments'] : [])],
      scene,
      groups: inOrder(2 * pairs),
    };
    const apart = new Scene(variant);
    for (let i = 0; i < 3; i++) apart.data(length).data(length, { flags: 'AP' }).dpc();
    yield {
      id: `coalescing/runs/pushed-pair-a-dpc/${length}/${variant.name}`,
      title: `A pair of segments of ${length} bytes in each of three DPCs, PSH on the second`,
      rules: ['C5', 'H5', 'I2'],
      flags: ['psh-lost', ...(length > 8000 ? ['jumbo-segments'] : [])],
      scene: apart,
      groups: inOrder(2, 2, 2),
    };
  }
}

function* identifications(variant: Variant): Generator<Plan> {
  for (const df of [true, false]) {
    for (const [name, title, ids] of [
      ['rise-then-stay', 'rise, then stay', [5, 6, 7, 7, 7, 7]],
      ['stay-then-rise', 'stay, then rise', [7, 7, 7, 8, 9, 10]],
      ['rise-then-zero', 'rise, then are zero', [65_533, 65_534, 65_535, 0, 0, 0]],
      ['zero-then-rise', 'are zero, then rise', [0, 0, 1, 2, 3]],
      ['by-two', 'rise by two', [10, 12, 14, 16]],
      ['by-256', 'rise by 256, as from a stack that swaps their bytes', [0x0010, 0x0110, 0x0210, 0x0310]],
    ] as const) {
      const scene = new Scene(variant).always({ df });
      // The vector is about these numbers, so they are not moved.
      for (const id of ids) scene.data(USUAL_LENGTH, { id }).tune((fields) => fields);
      yield {
        id: `coalescing/headers/id/${name}/${df ? 'df' : 'no-df'}/${variant.name}`,
        title: `Identifications that ${title}, DF ${df ? 'set' : 'clear'}`,
        rules: ['C10', 'H3'],
        flags: ['identification-demanded'],
        scene,
        groups: inOrder(ids.length),
      };
    }
  }
}

/** Out-of-band data of a unit in the previous DPC must not be reported with a lone frame. */
export function* outOfBandInTheField(): Generator<Plan> {
  for (const variant of [...PLAIN, ...STAMPED]) yield* stale(variant);
}

function* stale(variant: Variant): Generator<Plan> {
  const kinds: readonly (readonly [string, string, (scene: Scene) => Scene])[] = [
    ['checksum', 'a segment with a wrong TCP checksum', (scene) => scene.data(USUAL_LENGTH, WRONG)],
    ['checksum-ack', 'a pure ACK with a wrong TCP checksum', (scene) => scene.ack(WRONG)],
    ['syn', 'a SYN', (scene) => scene.windowUpdate({ flags: 'S', options: '020405b4' })],
    ['rst', 'an RST', (scene) => scene.windowUpdate({ flags: 'R' })],
    ['datagram', 'a UDP datagram', (scene) => scene.datagram()],
    ['data', 'a data segment', (scene) => scene.data()],
    [
      'rsc-off',
      'a data segment while RSC is off',
      (scene) => scene.set({ rsc4: false, rsc6: false }).data(USUAL_LENGTH),
    ],
    ...(variant.ipVersion === 4
      ? ([
          [
            'ip-checksum',
            'a segment with a wrong IPv4 header checksum',
            (scene: Scene) => scene.data(USUAL_LENGTH, { corrupt: { ipChecksum: 'wrong' } }),
          ],
          ['fragment', 'a first fragment', (scene: Scene) => scene.data(USUAL_LENGTH, { df: false, mf: true })],
        ] as const)
      : ([
          [
            'hop-by-hop',
            'a segment with a hop-by-hop header',
            (scene: Scene) => scene.data(USUAL_LENGTH, { extensions: [{ kind: 'hop-by-hop' }] }),
          ],
        ] as const)),
  ];
  const unit = (scene: Scene): Scene => {
    for (let i = 0; i < 3; i++)
      scene.data(USUAL_LENGTH, variant.timestamps ? { timestamps: [7000 + 500 * i, 4000] } : {});
    return scene;
  };
  for (const [name, title, send] of kinds) {
    const plan = (when: string, says: string, scene: Scene, groups: number[][]): Plan => ({
      id: `out-of-band/stale/${name}/${when}/${variant.name}`,
      title: `${title.charAt(0).toUpperCase()}${title.slice(1)} ${says}`,
      rules: ['O1', 'O2', 'O4', ...(variant.timestamps ? ['T4'] : [])],
      scene,
      groups,
    });
    yield plan('next-dpc', 'alone in the DPC after a unit', send(unit(new Scene(variant)).dpc()), inOrder(3, 1));
    const two = unit(new Scene(variant, { connections: 2, hosts: 'distinct' })).dpc();
    yield plan('other', 'of another connection, alone in the DPC after a unit', send(two.on(1)), inOrder(3, 1));
  }
}

/**
 * A checksum does not cover padding: a mark that the checksum is validated says nothing about the bytes after the
 * packet.
 */
export function* checksumInTheField(): Generator<Plan> {
  for (const variant of ALL) {
    for (const csum of ['unnecessary', 'partial'] as const) {
      for (const length of [1, 2, 5]) {
        const fields: SegmentSpec = { csum, trailerByte: 0xaa, trailer: 6 };
        yield {
          id: `checksum-offload/padding/${csum}/of-${length}/${variant.name}`,
          title: `Segments of ${countText(length, 'byte')}, all marked ${csum}, each with six bytes of padding that are not zero`,
          rules: [csum === 'partial' ? 'K1' : 'K2', 'H1', 'H2'],
          flags: ['padding-in-stream', 'short-padded-frames'],
          scene: new Scene(variant).run(4, length, fields),
          groups: inOrder(4),
        };
      }
      const first: SegmentSpec = { csum, trailerByte: 0xaa, trailer: 18 };
      yield {
        id: `checksum-offload/padding/${csum}/first/${variant.name}`,
        title: `A padded segment marked ${csum}, then unmarked segments`,
        rules: [csum === 'partial' ? 'K1' : 'K2', 'K3', 'H1'],
        flags: ['padding-in-stream', 'short-padded-frames'],
        scene: new Scene(variant).data(3, first).run(3),
        groups: inOrder(4),
      };
    }
  }
}
