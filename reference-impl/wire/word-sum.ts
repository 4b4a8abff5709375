/**
 * A sum over aligned 32-bit words as one WebAssembly function of some 200 bytes. JavaScript has no 64-bit accumulator, so its
 * own loop spends a shift and a second addition on every word, and a bounds check: three times slower (see bench).
 * Where WebAssembly is missing or forbidden, `wordSum` is undefined and the caller has a loop of its own.
 */

/** The little of WebAssembly's interface that is used; the language's own library does not declare it. */
declare const WebAssembly:
  | {
      readonly Module: new (bytes: Uint8Array) => object;
      readonly Instance: new (module: object) => { readonly exports: { readonly m: unknown; readonly s: unknown } };
    }
  | undefined;

export interface WordSum {
  /** The memory summed: 128 KiB. */
  readonly buffer: ArrayBuffer;
  /** Ones' complement sum, as 32 bits, of [at, end); blocks of 32 bytes up to `blocksEnd`, words from there. */
  readonly sum: (at: number, blocksEnd: number, end: number) => number;
}

const AT = 0;
const BLOCKS_END = 1;
const END = 2;
const SUM = 3;
/** Four 32-bit sums side by side, twice: additions need not wait for each other. */
const LANES = 4;
const OTHER_LANES = 5;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: number): number[] => [0x41, value];
const word = (offset: number): number[] => [...get(AT), 0x35, 2, offset];
const ADD = 0x7c;
/** acc & 0xffffffff + acc >> 32: i64.extend_i32_u(i32.wrap_i64(acc)) + (acc >> 32). */
const FOLD = [...get(SUM), 0xa7, 0xad, ...get(SUM), 0x42, 32, 0x88, ADD, ...set(SUM)];

/** block { loop { if (at >= end) break; body; at += step } } */
function whileBefore(end: number, step: number, body: readonly number[]): number[] {
  const advance = [...get(AT), ...constant(step), 0x6a, ...set(AT)];
  return [0x02, 0x40, 0x03, 0x40, ...get(AT), ...get(end), 0x4f, 0x0d, 1, ...body, ...advance, 0x0c, 0, 0x0b, 0x0b];
}

/** Eight words added as a tree: one addition a block waits for the one before. */
const WORD_BLOCK = [
  ...[...word(0), ...word(4), ADD, ...word(8), ...word(12), ADD, ADD],
  ...[...word(16), ...word(20), ADD, ...word(24), ...word(28), ADD, ADD],
  ...[ADD, ...get(SUM), ADD, ...set(SUM)],
];

/** lanes = i32x4.add(lanes, i32x4.extadd_pairwise_i16x8_u(v128.load(at + offset))): 128 KiB cannot overflow a lane. */
function addLanes(offset: number, lanes: number): number[] {
  return [...get(AT), 0xfd, 0, 4, offset, 0xfd, 0x7f, ...get(lanes), 0xfd, 0xae, 1, ...set(lanes)];
}
const LANE_BLOCK = [...addLanes(0, LANES), ...addLanes(16, OTHER_LANES)];
/** sum += each lane, as 64 bits. */
const LANES_INTO_SUM = [
  ...[...get(LANES), ...get(OTHER_LANES), 0xfd, 0xae, 1, ...set(LANES)],
  ...[0, 1, 2, 3].flatMap((lane) => [...get(LANES), 0xfd, 0x1b, lane, 0xad, ...get(SUM), ADD, ...set(SUM)]),
];

function moduleBytes(hasLanes: boolean): Uint8Array {
  const section = (id: number, content: readonly number[]): number[] => [id, ...length(content.length), ...content];
  const code = [
    ...(hasLanes ? [2, 1, 0x7e, 2, 0x7b] : [1, 1, 0x7e]),
    ...whileBefore(BLOCKS_END, 32, hasLanes ? LANE_BLOCK : WORD_BLOCK),
    ...(hasLanes ? LANES_INTO_SUM : []),
    ...whileBefore(END, 4, [...word(0), ...get(SUM), ADD, ...set(SUM)]),
    ...[...FOLD, ...FOLD, ...get(SUM), 0xa7, 0x0b],
  ];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 3, 0x7f, 0x7f, 0x7f, 1, 0x7f]),
    ...section(3, [1, 0]),
    ...section(5, [1, 1, 2, 2]),
    ...section(7, [2, 1, 0x6d, 2, 0, 1, 0x73, 0, 0]),
    ...section(10, [1, ...length(code.length), ...code]),
  ]);
}

/** LEB128, for up to 14 bits. */
function length(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, value >> 7];
}

/** A fresh memory with its sum, or undefined where there can be none. */
export function wordSum(): WordSum | undefined {
  return compile(true) ?? compile(false);
}

/** With vector instructions, or without. */
export function compile(hasLanes: boolean): WordSum | undefined {
  if (typeof WebAssembly === 'undefined') return undefined;
  try {
    const { m, s } = new WebAssembly.Instance(new WebAssembly.Module(moduleBytes(hasLanes))).exports;
    return { buffer: (m as { buffer: ArrayBuffer }).buffer, sum: s as WordSum['sum'] };
  } catch {
    return undefined;
  }
}
