/** U: combinations seen in the field: equal datagrams, odd lengths, many connections, leftovers of the DPC before. */

import type { Plan } from '../plan.ts';
import { PLAIN, Scene, USUAL_LENGTH, type Variant } from '../scene.ts';
import type { SegmentSpec } from '../vector.ts';
import { inOrder } from './groups.ts';
import { uroScene } from './uro-scene.ts';

export function* uroInTheField(): Generator<Plan> {
  for (const variant of PLAIN) {
    yield* equalDatagrams(variant);
    yield* oddDatagrams(variant);
    yield* turns(variant);
    yield* staleDatagram(variant);
  }
}

/** A repeated datagram counts as a new one. */
function* equalDatagrams(variant: Variant): Generator<Plan> {
  const again: SegmentSpec = { seq: 0x8000_0000, ...(variant.ipVersion === 4 ? { id: 7 } : {}) };
  for (const count of [2, 3, 10, 124]) {
    yield {
      id: `uro/equal/of-${count}/${variant.name}`,
      title: `${count} equal datagrams, byte for byte`,
      rules: ['U5', 'U6', 'I7'],
      flags: ['retransmission-swallowed'],
      scene: uroScene(variant).datagrams(count, 200, again),
      groups: inOrder(count),
    };
  }
  yield {
    id: `uro/equal/after-shorter/${variant.name}`,
    title: 'Two equal short datagrams after equal longer ones',
    rules: ['U2', 'U5', 'I7'],
    flags: ['retransmission-swallowed'],
    scene: uroScene(variant).datagrams(3, 200, again).datagrams(2, 51, again),
    groups: inOrder(4, 1),
  };
  yield {
    id: `uro/equal/off/${variant.name}`,
    title: 'Equal datagrams while URO is off',
    rules: ['I7', 'U8'],
    flags: ['retransmission-swallowed'],
    scene: new Scene(variant).set({ uro: false }).datagrams(3, 200, again),
    groups: inOrder(1, 1, 1),
  };
}

/** With an odd length, the last byte is alone in its word of the checksum. */
function* oddDatagrams(variant: Variant): Generator<Plan> {
  for (const [name, lengths] of [
    ['last', [100, 100, 33]],
    ['all', [101, 101, 101, 101]],
    ['all-and-last', [333, 333, 1]],
    ['full', [1447, 1447, 1447, 999]],
    ['pair', [1, 1]],
  ] as const) {
    const scene = uroScene(variant);
    for (const length of lengths) scene.datagram(length);
    yield {
      id: `uro/odd/${name}/${variant.name}`,
      title: `Datagrams with payloads of ${lengths.join(', ')}`,
      rules: ['U5', 'U6', 'U2'],
      scene,
      groups: inOrder(lengths.length),
    };
  }
}

/** More connections than a small table holds, each with datagrams over the whole DPC. */
function* turns(variant: Variant): Generator<Plan> {
  for (const count of [9, 12, 20]) {
    const scene = uroScene(variant, { connections: count });
    for (let round = 0; round < 4; round++)
      for (let i = 0; i < count; i++) scene.on(i).datagram(round === 3 ? 20 : 60 + i);
    yield {
      id: `uro/connections/turns-of-${count}/${variant.name}`,
      title: `${count} connections that take turns four times, the last datagram of each shorter`,
      rules: ['U7', 'U2', 'I7'],
      flags: ['ring-exhausted', 'flow-key-folded'],
      scene,
      groups: Array.from({ length: count }, (_, i) => [0, 1, 2, 3].map((round) => round * count + i)),
    };
  }
}

function* staleDatagram(variant: Variant): Generator<Plan> {
  const wrong: SegmentSpec = { corrupt: { udpChecksum: 'wrong' } };
  for (const [name, title, send] of [
    ['checksum', 'A datagram with a wrong checksum', (scene: Scene) => scene.datagram(USUAL_LENGTH, wrong)],
    ['datagram', 'A datagram', (scene: Scene) => scene.datagram()],
    ['segment', 'A TCP segment', (scene: Scene) => scene.data()],
  ] as const) {
    yield {
      id: `uro/stale/${name}/${variant.name}`,
      title: `${title} alone in the DPC after a unit of datagrams`,
      rules: ['U6', 'U4', 'I2'],
      scene: send(uroScene(variant).datagrams(3).dpc()),
      groups: inOrder(3, 1),
    };
  }
}
