/**
 * C11, U7: connections that differ in one point only, or that collide under a hash that flow tables use. Their sequence
 * numbers continue each other: a target that confuses two connections merges their segments.
 */

import type { VlanTag } from '../../reference-impl/wire/ethernet.ts';
import { mixedHash } from '../flow-hashes.ts';
import { bytesOf, bytewise, COLLISIONS, connectionOf, flipped, PORTS, type Twin, twinned } from '../flow-twins.ts';
import type { Plan } from '../plan.ts';
import { IPV4, IPV4_TS, IPV6, IPV6_TS, PLAIN, Scene, type Variant } from '../scene.ts';
import type { Connection } from '../vector.ts';

const PAIRS = [
  [0, 2],
  [1, 3],
];

/** In titles. */
const NUMBERS = {
  same: ', with the same sequence numbers',
  continuing: ', one of which continues the sequence numbers of the other',
} as const;

/** Both connections take turns. They have the same sequence numbers, or one continues those of the other. */
function* taking(twin: Twin, variant: Variant): Generator<Plan> {
  for (const numbers of ['continuing', 'same'] as const) {
    const second = numbers === 'same' ? 5000 : 5100;
    const scene = new Scene(variant, { connections: 2 }).from(5000, 900).on(1).from(second, 900);
    yield {
      id: `coalescing/flows/${twin.name}/${numbers}/${variant.name}`,
      title: `Two interleaved connections ${twin.title}${NUMBERS[numbers]}`,
      rules: ['C11', 'C1'],
      flags: ['flow-key-folded'],
      scene: scene.on(0).data().on(1).data().on(0).data().on(1).data(),
      ends: twinned(twin),
      groups: PAIRS,
    };
  }
}

function* datagrams(twin: Twin, variant: Variant): Generator<Plan> {
  const scene = new Scene(variant, { connections: 2 }).set({ uro: true });
  yield {
    id: `uro/flows/${twin.name}/${variant.name}`,
    title: `Interleaved datagrams of two connections ${twin.title}`,
    rules: ['U7', 'U1'],
    flags: ['flow-key-folded'],
    scene: scene.on(0).datagram().on(1).datagram().on(0).datagram().on(1).datagram(),
    ends: twinned(twin),
    groups: PAIRS,
  };
}

const lengthOf = ({ ipVersion }: Variant): number => (ipVersion === 4 ? 4 : 16);

export function* coalescingFlows(): Generator<Plan> {
  for (const variant of PLAIN) {
    for (const twin of [...bytewise(lengthOf(variant)), ...PORTS, ...COLLISIONS]) yield* taking(twin, variant);
  }
  for (const variant of [IPV4_TS, IPV6_TS]) for (const twin of [...PORTS, ...COLLISIONS]) yield* taking(twin, variant);
  yield* three();
  yield* tagged();
  yield* lookAlike();
  yield* crowds();
}

export function* uroFlows(): Generator<Plan> {
  for (const variant of PLAIN)
    for (const twin of [...bytewise(lengthOf(variant)), ...PORTS, ...COLLISIONS]) yield* datagrams(twin, variant);
  for (const variant of PLAIN) yield* manyDatagrams(variant);
}

/** A connection, its reverse direction, and one that shares a port with each. */
function* three(): Generator<Plan> {
  for (const variant of PLAIN) {
    const scene = new Scene(variant, { connections: 3 });
    for (let i = 0; i < 3; i++) scene.on(i).from(7000, 900);
    for (let round = 0; round < 3; round++) for (let i = 0; i < 3; i++) scene.on(i).data();
    yield {
      id: `coalescing/flows/three/${variant.name}`,
      title:
        'Three interleaved connections with the same sequence numbers: one, its reverse direction, and one with swapped ports',
      rules: ['C11', 'C1'],
      flags: ['flow-key-folded'],
      scene,
      ends: (own) => {
        const { src, dst, sport, dport } = own;
        return [own, { src: dst, dst: src, sport: dport, dport: sport }, { src, dst, sport: dport, dport: sport }];
      },
      groups: [
        [0, 3, 6],
        [1, 4, 7],
        [2, 5, 8],
      ],
    };
  }
}

const TAGS: readonly (readonly [string, string, readonly VlanTag[], readonly VlanTag[]])[] = [
  ['vid-low', 'the VLAN id’s lowest bit', [{ vid: 6 }], [{ vid: 7 }]],
  ['vid-high', 'the VLAN id’s highest bit', [{ vid: 6 }], [{ vid: 6 + 2048 }]],
  ['vid-byte', 'the VLAN id’s high bits', [{ vid: 0x105 }], [{ vid: 0x205 }]],
  ['outer-vid', 'the outer VLAN id', [{ vid: 9, service: true }, { vid: 5 }], [{ vid: 8, service: true }, { vid: 5 }]],
  ['inner-vid', 'the inner VLAN id', [{ vid: 9, service: true }, { vid: 5 }], [{ vid: 9, service: true }, { vid: 4 }]],
  ['swapped', 'the order of two VLAN ids', [{ vid: 9 }, { vid: 5 }], [{ vid: 5 }, { vid: 9 }]],
];

function* tagged(): Generator<Plan> {
  for (const variant of PLAIN) {
    for (const [name, title, one, other] of TAGS) {
      const scene = new Scene(variant).from(5000, 900);
      scene.data(100, { tags: one }).data(100, { tags: other, payloadVersion: 1 });
      scene.data(100, { seq: 5100, tags: one }).data(100, { seq: 5200, tags: other, payloadVersion: 1 });
      yield {
        id: `coalescing/flows/tags/${name}/${variant.name}`,
        title: `Two interleaved connections that differ only in ${title}${NUMBERS.continuing}`,
        rules: ['C11', 'C1', 'C10'],
        flags: ['flow-key-folded', 'tag-misparsed'],
        scene,
        groups: PAIRS,
      };
    }
  }
}

/** The first twelve bytes of IPv6 addresses whose last four are an IPv4 address. */
const MAPPINGS: readonly (readonly [string, readonly number[]])[] = [
  ['mapped', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]],
  ['compatible', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ['translated', [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]],
];

function* lookAlike(): Generator<Plan> {
  for (const [name, prefix] of MAPPINGS) {
    const scene = new Scene(IPV4, { connections: 2 }).from(5000, 900).on(1).from(5100, 900);
    yield {
      id: `coalescing/flows/look-alike/${name}/ipv4`,
      title: `An IPv4 connection interleaved with an IPv6 one of the same address bytes, IPv4-${name}`,
      rules: ['C11', 'C1', 'C10'],
      flags: ['flow-key-folded'],
      scene: scene.on(0).data().on(1).data().on(0).data().on(1).data(),
      ends: (own) => {
        const ends = bytesOf(own);
        const within = (address: Uint8Array): Uint8Array => Uint8Array.from([...prefix, ...address]);
        return [own, connectionOf({ ...ends, source: within(ends.source), destination: within(ends.destination) })];
      },
      groups: PAIRS,
    };
  }
}

/** More connections than a small table, or a few bits of a hash, can distinguish. */
function crowd(count: number) {
  return (own: Connection): Connection[] => {
    const first = bytesOf(own);
    return Array.from({ length: count }, (_, i) => {
      if (i === 0) return own;
      const mixed = mixedHash(Uint8Array.from([i & 0xff, i >> 8]));
      const source = flipped(flipped(first.source, first.source.length - 1, i & 0xff), first.source.length - 2, i >> 8);
      return connectionOf({ ...first, source, sport: 1024 + (mixed % 60_000), dport: 80 + (mixed >>> 28) });
    });
  };
}

function* crowds(): Generator<Plan> {
  for (const variant of [IPV4, IPV6]) {
    for (const count of [3, 9, 32, 100, 256, 512]) {
      const scene = new Scene(variant, { connections: count });
      for (let i = 0; i < count; i++) scene.on(i).from(9000, 900);
      for (let round = 0; round < 2; round++) for (let i = 0; i < count; i++) scene.on(i).data(40);
      yield {
        id: `coalescing/flows/crowd/${count}/${variant.name}`,
        title: `${count} connections with the same sequence numbers in one DPC`,
        rules: ['C11', 'C1', 'E1', 'I7'],
        flags: ['flow-key-folded', 'ring-exhausted'],
        scene,
        ends: crowd(count),
        groups: Array.from({ length: count }, (_, i) => [i, count + i]),
      };
    }
    for (const count of [2, 5, 17, 65, 257]) yield room(count, variant);
    yield pairs(500, variant);
  }
}

/** Half of the connections end with a SYN. Then there is room for those that found none; they send first. */
function room(count: number, variant: Variant): Plan {
  const half = count >> 1;
  const scene = new Scene(variant, { connections: count });
  for (let i = 0; i < count; i++) scene.on(i).from(9000, 900).data(40);
  for (let i = 0; i < half; i++) scene.on(i).data(1, { flags: 'AS' });
  for (let i = count - 1; i >= 0; i--) scene.on(i).data(40);
  for (let i = 0; i < count; i++) scene.on(i).data(40);
  const again = count + half;
  const second = (i: number): number => again + count - 1 - i;
  const third = (i: number): number => again + count + i;
  return {
    id: `coalescing/flows/room/${count}/${variant.name}`,
    title: `${count} connections, of which ${half === 1 ? 'one ends' : `${half} end`} by a SYN and ${half === 1 ? 'makes' : 'make'} room for the others`,
    rules: ['E1', 'C11', 'E3', 'I1'],
    flags: ['ring-exhausted'],
    scene,
    ends: crowd(count),
    groups: [
      ...Array.from({ length: half }, (_, i) => [[i], [count + i]]).flat(),
      ...Array.from({ length: count - half }, (_, i) => [half + i, second(half + i), third(half + i)]),
      ...Array.from({ length: half }, (_, i) => half - 1 - i).map((i) => [second(i), third(i)]),
    ],
  };
}

/** Each connection's segments follow each other, and all units end with the DPC. */
function pairs(count: number, variant: Variant): Plan {
  const scene = new Scene(variant, { connections: count });
  for (let i = 0; i < count; i++) scene.on(i).from(9000, 900).run(2, 40);
  return {
    id: `coalescing/flows/pairs/${count}/${variant.name}`,
    title: `${count} connections with two segments each, one connection after the other`,
    rules: ['C11', 'C1', 'E1', 'I7'],
    flags: ['ring-exhausted'],
    scene,
    ends: crowd(count),
    groups: Array.from({ length: count }, (_, i) => [2 * i, 2 * i + 1]),
  };
}

/** More connections than a small table has room for. */
function* manyDatagrams(variant: Variant): Generator<Plan> {
  for (const count of [3, 9, 17, 33, 130]) {
    const scene = new Scene(variant, { connections: count }).set({ uro: true });
    for (let round = 0; round < 2; round++) for (let i = 0; i < count; i++) scene.on(i).datagram(40);
    yield {
      id: `uro/flows/crowd/${count}/${variant.name}`,
      title: `Interleaved datagrams of ${count} connections`,
      rules: ['U7', 'U1', 'I7'],
      flags: ['flow-key-folded', 'ring-exhausted'],
      scene,
      ends: crowd(count),
      groups: Array.from({ length: count }, (_, i) => [i, count + i]),
    };
  }
}
