/** Connections that differ from a given one in one point only, or that collide with it under a hash. */

import { formatAddress, parseAddress } from '../reference-impl/wire/address.ts';
import {
  blindDifference,
  crc32cHash,
  crc32Hash,
  type FlowHash,
  mixedHash,
  symmetricToeplitzHash,
  symmetricXorHash,
  toeplitzHash,
  xorHash,
} from './flow-hashes.ts';
import type { Connection } from './vector.ts';

export interface Ends {
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sport: number;
  readonly dport: number;
}

/** Another connection, given one. */
export interface Twin {
  readonly name: string;
  /** After "two connections". */
  readonly title: string;
  readonly of: (ends: Ends) => Partial<Ends>;
}

export function bytesOf({ src, dst, sport, dport }: Connection): Ends {
  const [source, destination] = [parseAddress(src), parseAddress(dst)];
  if (source === undefined || destination === undefined) throw new RangeError(`${src} or ${dst} is no address`);
  return { source, destination, sport, dport };
}

export function connectionOf({ source, destination, sport, dport }: Ends): Connection {
  return { src: formatAddress(source), dst: formatAddress(destination), sport, dport };
}

function flowOf({ source, destination, sport, dport }: Ends): Uint8Array {
  const flow = new Uint8Array(source.length + destination.length + 4);
  flow.set(source);
  flow.set(destination, source.length);
  flow.set([sport >> 8, sport & 0xff, dport >> 8, dport & 0xff], source.length + destination.length);
  return flow;
}

function endsOf(flow: Uint8Array): Ends {
  const length = (flow.length - 4) / 2;
  const port = (at: number): number => ((flow[at] as number) << 8) | (flow[at + 1] as number);
  return {
    source: flow.slice(0, length),
    destination: flow.slice(length, 2 * length),
    sport: port(2 * length),
    dport: port(2 * length + 2),
  };
}

export function flipped(bytes: Uint8Array, at: number, mask: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = (copy[at] as number) ^ mask;
  return copy;
}

/** A different bit in each byte, so that the same bit does not decide everywhere. */
const maskAt = (at: number): number => 1 << ((5 * at) & 7);

export function bytewise(length: number): Twin[] {
  return Array.from({ length }, (_, at) => at).flatMap((at) => [
    {
      name: `source/byte-${at}`,
      title: `whose source addresses differ only in byte ${at}`,
      of: ({ source }: Ends) => ({ source: flipped(source, at, maskAt(at)) }),
    },
    {
      name: `destination/byte-${at}`,
      title: `whose destination addresses differ only in byte ${at}`,
      of: ({ destination }: Ends) => ({ destination: flipped(destination, at, maskAt(at)) }),
    },
  ]);
}

export const PORTS: readonly Twin[] = [
  ...(
    [
      ['low-byte', 0x01],
      ['highest-of-low-byte', 0x80],
      ['high-byte', 0x0100],
      ['highest', 0x8000],
    ] as const
  ).flatMap(([name, mask]): Twin[] => [
    {
      name: `source-port/${name}`,
      title: `whose source ports differ only in bit 0x${mask.toString(16)}`,
      of: ({ sport }) => ({ sport: sport ^ mask }),
    },
    {
      name: `destination-port/${name}`,
      title: `whose destination ports differ only in bit 0x${mask.toString(16)}`,
      of: ({ dport }) => ({ dport: dport ^ mask }),
    },
  ]),
  {
    name: 'ports-swapped',
    title: 'with swapped ports',
    of: ({ sport, dport }) => ({ sport: dport, dport: sport }),
  },
  {
    name: 'addresses-swapped',
    title: 'with swapped addresses',
    of: ({ source, destination }) => ({ source: destination, destination: source }),
  },
  {
    name: 'reverse',
    title: 'that are the reverse of each other',
    of: ({ source, destination, sport, dport }) => ({
      source: destination,
      destination: source,
      sport: dport,
      dport: sport,
    }),
  },
];

/** The last 24 bits of the source and both ports. */
function freeBits(length: number): number[] {
  const bits = Array.from({ length: 24 }, (_, i) => 8 * length - 24 + i);
  return [...bits, ...Array.from({ length: 32 }, (_, i) => 16 * length + i)];
}

function colliding(name: string, title: string, hash: FlowHash): Twin {
  return {
    name: `collision/${name}`,
    title: `with the same ${title}`,
    of: (ends) => {
      const flow = flowOf(ends);
      const difference = blindDifference(hash, flow.length, freeBits(ends.source.length));
      if (difference === undefined) throw new Error(`${title} tells all connections apart`);
      return endsOf(flow.map((byte, i) => byte ^ (difference[i] as number)));
    },
  };
}

/** The nearest source port, then source address, at which the hash's low bits are the same. */
function collidingLow(name: string, title: string, hash: FlowHash, bits: number): Twin {
  const mask = (1 << bits) - 1;
  return {
    name: `collision/${name}-${bits}`,
    title: `with the same low ${bits} bits of the ${title}`,
    of: (ends) => {
      const wanted = hash(flowOf(ends)) & mask;
      for (let step = 1; step < 1 << 20; step++) {
        const source = flipped(ends.source, ends.source.length - 2, step >> 15);
        const twin = { ...ends, source, sport: 1024 + ((ends.sport - 1024 + step * 7) % 64_000) };
        if ((hash(flowOf(twin)) & mask) === wanted) return twin;
      }
      throw new Error(`no connection has the same low ${bits} bits of its ${title}`);
    },
  };
}

export const COLLISIONS: readonly Twin[] = [
  {
    name: 'collision/xor',
    title: 'with the same exclusive or of the addresses',
    of: ({ source, destination }) => ({
      source: flipped(source, source.length - 2, 0x24),
      destination: flipped(destination, destination.length - 2, 0x24),
    }),
  },
  {
    name: 'collision/sum',
    title: 'with the same sum of the addresses',
    of: ({ source, destination }) => ({ source: plus(source, 1), destination: plus(destination, -1) }),
  },
  {
    name: 'collision/port-sum',
    title: 'with the same sum of the ports',
    of: ({ sport, dport }) => ({ sport: sport + 3, dport: dport - 3 }),
  },
  {
    name: 'collision/port-xor',
    title: 'with the same exclusive or of the ports',
    of: ({ sport, dport }) => ({ sport: sport ^ 0x0a, dport: dport ^ 0x0a }),
  },
  colliding('word-xor', 'exclusive or of all words', xorHash),
  colliding('symmetric-xor', 'exclusive or of all words and of each port', symmetricXorHash),
  colliding('toeplitz', 'RSS hash under Microsoft’s default key', toeplitzHash),
  colliding('toeplitz-symmetric', 'RSS hash under the symmetric key', symmetricToeplitzHash),
  colliding('crc-32', 'CRC-32', crc32Hash),
  colliding('crc-32c', 'CRC-32C', crc32cHash),
  ...[8, 10, 16].flatMap((bits) => [
    collidingLow('toeplitz-low', 'RSS hash under Microsoft’s default key', toeplitzHash, bits),
    collidingLow('crc-low', 'CRC-32', crc32Hash, bits),
    collidingLow('fnv-low', 'mixed FNV-1a hash', mixedHash, bits),
  ]),
];

function plus(address: Uint8Array, step: number): Uint8Array {
  const at = address.length - 1;
  const copy = address.slice();
  copy[at] = ((copy[at] as number) + step) & 0xff;
  return copy;
}

export const twinned =
  (twin: Twin): ((own: Connection) => Connection[]) =>
  (own) => {
    const ends = bytesOf(own);
    return [own, connectionOf({ ...ends, ...twin.of(ends) })];
  };
