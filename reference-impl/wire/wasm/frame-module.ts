/**
 * The work on every byte of a frame, in WebAssembly: a sum over 32-bit words, and the check of a frame whose headers are like
 * those before. JavaScript has no 64-bit accumulator and no vectors; its own loop takes five times as long (see bench).
 * If WebAssembly is missing or forbidden, there is no module, and the caller does the same in JavaScript.
 */

import { type Code, get, i32, i32x4, i64, moduleOf, returnIf, set, Type, v128, whileBefore } from './assembler.ts';

/** The part of WebAssembly's interface that is used; the standard library of the language does not declare it. */
declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: Readonly<Record<string, unknown>> };
    }
  | undefined;

export interface FrameModule {
  readonly buffer: ArrayBuffer;
  /** Ones' complement sum, as 32 bits, of [at, end); blocks of 32 bytes up to `blocksEnd`, words from there. */
  readonly sum: (at: number, blocksEnd: number, end: number) => number;
  /**
   * Checks the frame that ends at `frameEnd`. Returns 0 if its headers are not the expected ones, its lengths disagree, or a
   * checksum is wrong; else the payload's length (high 16 bits) and sum. It writes zeros after the IP packet.
   */
  readonly check: (frameEnd: number) => number;
}

/** The layout: a frame with room for any IP packet, and after it the expected headers of the next one. */
export const Place = {
  /** Ethernet's 14 bytes and tags of 4 end at a word; the usual 54 bytes of headers at a vector. The bytes before are zero. */
  frame: 74,
  frameEnd: 0x1_ffe0,
  header: 0x2_0000,
  mask: 0x2_0060,
  /** Eight words. */
  layout: 0x2_00c0,
  end: 0x2_00e0,
} as const;
/** Words of a header that are compared. */
export const HEADER_WORDS = 24;
/** Addresses in the frame, by the word of the layout that each is in. */
export const Layout = {
  /** Offsets of the field that gives the IP length, and of the byte from which it counts. */
  length: 0,
  lengthFrom: 1,
  /** Start and end of the IPv4 header, equal if there is none; and its required sum: 0xffff, or 0 if there is none. */
  ip: 2,
  ipEnd: 3,
  ipSum: 4,
  /** Offset of both addresses, which the TCP header follows. */
  addresses: 5,
  tcp: 6,
  payload: 7,
} as const;
const PAGES = 3;
const TCP_PROTOCOL = 6;

/** acc & 0xffffffff + acc >> 32, twice: a sum of 32 bits. */
function folded32(sum: Code): Code {
  const once = (it: Code): Code => i64.add(i64.fromI32(i32.fromI64(it)), i64.shrU(it, i64.const(32)));
  return i32.fromI64(once(once(sum)));
}

/** Adds the two halves of `local`, twice: a sum of 16 bits. */
function fold16(local: number): Code {
  const once = set(local, i32.add(i32.and(get(local), i32.const(0xffff)), i32.shrU(get(local), i32.const(16))));
  return [...once, ...once];
}

/** Swaps the bytes of 16 bits. */
const swapped16 = (value: Code): Code =>
  i32.or(i32.and(i32.shl(value, i32.const(8)), i32.const(0xff00)), i32.shrU(value, i32.const(8)));

/** Adds the words in [at, end), a multiple of 32 bytes, to `sum`: eight words as a tree, so that only one addition waits. */
function addWords(at: number, end: Code, sum: number): Code {
  const word = (offset: number): Code => i64.load32(get(at), offset);
  const pair = (offset: number): Code => i64.add(word(offset), word(offset + 4));
  const four = (offset: number): Code => i64.add(pair(offset), pair(offset + 8));
  return whileBefore(at, end, 32, set(sum, i64.add(get(sum), i64.add(four(0), four(16)))));
}

/** The same by vectors: 128 KiB cannot overflow a lane. Two of them, so that additions need not wait for each other. */
function addLanes(at: number, end: Code, sum: number, lanes: number, others: number): Code {
  const add = (offset: number, to: number): Code =>
    set(to, i32x4.add(i32x4.addHalves(v128.load(get(at), offset)), get(to)));
  const lane = (index: number): Code => i64.fromI32(i32x4.lane(get(lanes), index));
  return [
    ...[...set(lanes, v128.zero), ...set(others, v128.zero)],
    ...whileBefore(at, end, 32, [...add(0, lanes), ...add(16, others)]),
    ...set(lanes, i32x4.add(get(lanes), get(others))),
    ...set(sum, i64.add(get(sum), lane(0), lane(1), lane(2), lane(3))),
  ];
}

function sumBody(hasLanes: boolean): Code {
  const [at, blocksEnd, end, sum, lanes, others] = [0, 1, 2, 3, 4, 5] as const;
  return [
    ...(hasLanes ? addLanes(at, get(blocksEnd), sum, lanes, others) : addWords(at, get(blocksEnd), sum)),
    ...whileBefore(at, get(end), 4, set(sum, i64.add(get(sum), i64.load32(get(at))))),
    ...folded32(get(sum)),
  ];
}

function checkBody(hasLanes: boolean): Code {
  const [frameEnd, ipEnd, at, payload, headers, part, sum, lanes, others] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;
  const no = i32.const(0);
  const layout = (word: number): Code => i32.load(i32.const(Place.layout), 4 * word);
  const differing = Array.from({ length: HEADER_WORDS / 2 }, (_, i) => {
    const words = (from: number): Code => i64.load(i32.const(from), 8 * i);
    return i64.and(i64.xor(words(Place.frame & ~3), words(Place.header)), words(Place.mask));
  });
  /** The sum of [from, end), as 16 bits. */
  const sumHeader = (from: Code, end: Code, into: number): Code => [
    ...[...set(at, from), ...set(sum, i64.const(0))],
    ...whileBefore(at, end, 4, set(sum, i64.add(get(sum), i64.load32(get(at))))),
    ...[...set(into, folded32(get(sum))), ...fold16(into)],
  ];
  return [
    ...returnIf(i64.ne(i64.or(...differing), i64.const(0)), no),
    ...set(payload, layout(Layout.payload)),
    ...set(ipEnd, i32.add(layout(Layout.lengthFrom), swapped16(i32.load16(layout(Layout.length))))),
    ...returnIf(i32.gtU(get(ipEnd), get(frameEnd)), no),
    ...returnIf(i32.leU(get(ipEnd), get(payload)), no),
    ...sumHeader(layout(Layout.ip), layout(Layout.ipEnd), part),
    ...returnIf(i32.ne(get(part), layout(Layout.ipSum)), no),
    ...sumHeader(layout(Layout.addresses), get(payload), headers),
    // Pads the payload to a whole number of blocks.
    ...[0, 8, 16, 24].flatMap((offset) => i64.store(get(ipEnd), i64.const(0), offset)),
    ...[...set(at, get(payload)), ...set(sum, i64.const(0))],
    ...(hasLanes ? addLanes(at, get(ipEnd), sum, lanes, others) : addWords(at, get(ipEnd), sum)),
    ...[...set(part, folded32(get(sum))), ...fold16(part)],
    // The rest of the pseudo-header: protocol and length.
    ...[...set(at, i32.add(i32.const(TCP_PROTOCOL), i32.sub(get(ipEnd), layout(Layout.tcp)))), ...fold16(at)],
    ...[...set(headers, i32.add(get(headers), get(part), swapped16(get(at)))), ...fold16(headers)],
    ...returnIf(i32.ne(get(headers), i32.const(0xffff)), no),
    ...i32.or(i32.shl(i32.sub(get(ipEnd), get(payload)), i32.const(16)), swapped16(get(part))),
  ];
}

function moduleBytes(hasLanes: boolean): Uint8Array {
  const { i32: word, i64: long, v128: vector } = Type;
  const vectors = hasLanes ? [vector, vector] : [];
  return moduleOf(PAGES, [
    { name: 'sum', parameters: [word, word, word], locals: [long, ...vectors], body: sumBody(hasLanes) },
    {
      name: 'check',
      parameters: [word],
      locals: [word, word, word, word, word, long, ...vectors],
      body: checkBody(hasLanes),
    },
  ]);
}

/** A module with a memory of its own; undefined if the machine allows none. */
export function frameModule(): FrameModule | undefined {
  return compile(true) ?? compile(false);
}

/** With vector instructions, or without. */
export function compile(hasLanes: boolean): FrameModule | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    const { memory, sum, check } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(hasLanes))).exports;
    return {
      buffer: (memory as { buffer: ArrayBuffer }).buffer,
      sum: sum as FrameModule['sum'],
      check: check as FrameModule['check'],
    };
  } catch {
    return undefined;
  }
}
