/** Hashes that network cards and coalescers use for flow tables: connections with equal hashes must stay apart. */

/** Both ends of a connection as bytes in the order of RSS: source, destination, source port, destination port. */
export type FlowBytes = Uint8Array;

export type FlowHash = (flow: FlowBytes) => number;

/** The default key of "Verifying the RSS Hash Calculation" (Microsoft). */
const MICROSOFT_KEY: readonly number[] = [
  0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67, 0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b,
  0xcb, 0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30, 0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac,
  0x01, 0xfa,
];
/** Both directions have the same hash under it. */
const SYMMETRIC_KEY: readonly number[] = MICROSOFT_KEY.map((_, i) => (i % 2 === 0 ? 0x6d : 0x5a));

function toeplitz(key: readonly number[]): FlowHash {
  return (flow) => {
    let hash = 0;
    let window =
      (((key[0] as number) << 24) | ((key[1] as number) << 16) | ((key[2] as number) << 8) | (key[3] as number)) >>> 0;
    for (let bit = 0; bit < flow.length * 8; bit++) {
      if ((((flow[bit >> 3] as number) >> (7 - (bit & 7))) & 1) === 1) hash ^= window;
      const next = bit + 32;
      window = ((window << 1) | (((key[next >> 3] ?? 0) >> (7 - (next & 7))) & 1)) >>> 0;
    }
    return hash >>> 0;
  };
}

export const toeplitzHash: FlowHash = toeplitz(MICROSOFT_KEY);
export const symmetricToeplitzHash: FlowHash = toeplitz(SYMMETRIC_KEY);

/** `polynomial`: reflected. */
function crc(polynomial: number): FlowHash {
  return (flow) => {
    let remainder = 0xffff_ffff;
    for (const byte of flow) {
      remainder ^= byte;
      for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ ((remainder & 1) === 1 ? polynomial : 0);
    }
    return ~remainder >>> 0;
  };
}

/** Ethernet's. */
export const crc32Hash: FlowHash = crc(0xedb8_8320);
/** That of iSCSI: x86 and Arm have an instruction for it. */
export const crc32cHash: FlowHash = crc(0x82f6_3b78);

/** Addresses and ports, word by word; the ports are one word. */
export function xorHash(flow: FlowBytes): number {
  return words(flow).reduce((hash, word) => hash ^ word, 0) >>> 0;
}

export function sumHash(flow: FlowBytes): number {
  return words(flow).reduce((hash, word) => (hash + word) >>> 0, 0);
}

/** Exclusive or of the addresses' words and of each port: the same for both directions. */
export function symmetricXorHash(flow: FlowBytes): number {
  const all = words(flow);
  const ports = all.pop() as number;
  return (all.reduce((hash, word) => hash ^ word, 0) ^ (ports >>> 16) ^ (ports & 0xffff)) >>> 0;
}

/** Folded to 16 bits like the Internet checksum. */
export function checksumHash(flow: FlowBytes): number {
  let sum = 0;
  for (let i = 0; i < flow.length; i += 2) sum += ((flow[i] as number) << 8) | (flow[i + 1] as number);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

/** Bits that are well mixed; folding them to a few is a table without a comparison. */
export function mixedHash(flow: FlowBytes): number {
  let hash = 0x811c_9dc5;
  for (const byte of flow) hash = Math.imul(hash ^ byte, 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function words(flow: FlowBytes): number[] {
  const all: number[] = [];
  for (let i = 0; i < flow.length; i += 4)
    all.push(
      (((flow[i] as number) << 24) |
        ((flow[i + 1] as number) << 16) |
        ((flow[i + 2] as number) << 8) |
        (flow[i + 3] as number)) >>>
        0,
    );
  return all;
}

/**
 * A difference that an affine hash does not see: flipping these bits of any flow keeps its hash. `bits` may be flipped, numbered
 * from the highest bit of the first byte. Undefined if every combination changes the hash.
 */
export function blindDifference(hash: FlowHash, length: number, bits: readonly number[]): Uint8Array | undefined {
  const base = hash(new Uint8Array(length));
  const flipped = (chosen: readonly number[]): Uint8Array => {
    const flow = new Uint8Array(length);
    for (const bit of chosen) flow[bit >> 3] = (flow[bit >> 3] as number) ^ (0x80 >> (bit & 7));
    return flow;
  };
  // Gaussian elimination over GF(2): each pivot remembers which bits it is made of.
  const pivots = new Map<number, { readonly value: number; readonly made: readonly number[] }>();
  for (const bit of bits) {
    let value = (hash(flipped([bit])) ^ base) >>> 0;
    let made: readonly number[] = [bit];
    while (value !== 0) {
      const top = 31 - Math.clz32(value);
      const pivot = pivots.get(top);
      if (pivot === undefined) {
        pivots.set(top, { value, made });
        break;
      }
      value = (value ^ pivot.value) >>> 0;
      made = symmetricDifference(made, pivot.made);
    }
    if (value === 0) return flipped(made);
  }
  return undefined;
}

function symmetricDifference(a: readonly number[], b: readonly number[]): number[] {
  return [...a.filter((one) => !b.includes(one)), ...b.filter((one) => !a.includes(one))];
}
