/**
 * The part of WebAssembly's binary format that the reference needs, with the names of its text format. Code is a list of bytes; an
 * instruction's operands come before it, as in `add(get(A), get(B))`.
 */

/** Bytes of instructions. */
export type Code = readonly number[];

export const Type = { i32: 0x7f, i64: 0x7e, v128: 0x7b } as const;

/** LEB128 of an unsigned number below 2^28. */
export function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7f; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest];
}

/** LEB128 of a signed number of 32 bits. */
export function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest < -64 || rest > 63; rest >>= 7) bytes.push((rest & 0x7f) | 0x80);
  return [...bytes, rest & 0x7f];
}

type Binary = (...operands: Code[]) => Code;
type Unary = (operand: Code) => Code;
type Load = (address: Code, offset?: number) => Code;
type Instructions<B extends string, U extends string, L extends string> = Readonly<
  Record<B, Binary> & Record<U, Unary> & Record<L, Load>
>;
interface Constant {
  readonly const: (value: number) => Code;
}
type Store = (address: Code, value: Code, offset?: number) => Code;

/** Applies it to more than two operands, from left to right. */
const binary =
  (...opcode: number[]): Binary =>
  (...operands) => {
    const [first = [], ...others] = operands;
    return [...first, ...others.flatMap((other) => [...other, ...opcode])];
  };
const unary =
  (...opcode: number[]): Unary =>
  (operand) => [...operand, ...opcode];
/** Promises no alignment: any address is allowed. */
const load =
  (...opcode: number[]): Load =>
  (address, offset = 0) => [...address, ...opcode, 0, ...unsigned(offset)];
const store =
  (...opcode: number[]): Store =>
  (address, value, offset = 0) => [...address, ...value, ...opcode, 0, ...unsigned(offset)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
/** `if (condition) return value`. */
export const returnIf = (condition: Code, value: Code): Code => [...condition, 0x04, 0x40, ...value, 0x0f, 0x0b];
/** `while (local < end) { body; local += step }`, addresses. */
export function whileBefore(local: number, end: Code, step: number, body: Code): Code {
  const leaves = [...i32.geU(get(local), end), 0x0d, 1];
  const advance = set(local, i32.add(get(local), i32.const(step)));
  return [0x02, 0x40, 0x03, 0x40, ...leaves, ...body, ...advance, 0x0c, 0, 0x0b, 0x0b];
}

export const i32: Instructions<
  'add' | 'sub' | 'and' | 'or' | 'shl' | 'shrU' | 'ne' | 'gtU' | 'leU' | 'geU',
  'fromI64',
  'load' | 'load16'
> &
  Constant = {
  const: (value) => [0x41, ...signed(value)],
  load: load(0x28),
  load16: load(0x2f),
  add: binary(0x6a),
  sub: binary(0x6b),
  and: binary(0x71),
  or: binary(0x72),
  shl: binary(0x74),
  shrU: binary(0x76),
  ne: binary(0x47),
  gtU: binary(0x4b),
  leU: binary(0x4d),
  geU: binary(0x4f),
  fromI64: unary(0xa7),
};
export const i64: Instructions<'add' | 'and' | 'or' | 'xor' | 'shrU' | 'ne', 'fromI32', 'load' | 'load32'> &
  Constant & { readonly store: Store } = {
  const: (value) => [0x42, ...signed(value)],
  load: load(0x29),
  /** 32 bits, unsigned. */
  load32: load(0x35),
  store: store(0x37),
  add: binary(0x7c),
  and: binary(0x83),
  or: binary(0x84),
  xor: binary(0x85),
  shrU: binary(0x88),
  ne: binary(0x52),
  fromI32: unary(0xad),
};
export const v128: { readonly zero: Code; readonly load: Load } = {
  zero: [0xfd, 0x0c, ...new Array<number>(16).fill(0)],
  load: load(0xfd, 0x00),
};
export const i32x4: {
  readonly add: Binary;
  readonly addHalves: Unary;
  readonly lane: (vector: Code, lane: number) => Code;
} = {
  add: binary(0xfd, 0xae, 0x01),
  /** Neighbouring halves, unsigned, added to each other. */
  addHalves: unary(0xfd, 0x7f),
  lane: (vector, lane) => [...vector, 0xfd, 0x1b, lane],
};

/** A function: types of its parameters and of other locals, which are numbered after them; it returns an i32. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: readonly number[];
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A module with a memory of `pages` pages of 64 KiB that does not grow, exported as `memory`, and these functions. */
export function moduleOf(pages: number, functions: readonly WasmFunction[]): Uint8Array<ArrayBuffer> {
  const vector = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
  const sized = (content: Code): Code => [...unsigned(content.length), ...content];
  const section = (id: number, content: Code): Code => [id, ...sized(content)];
  const name = (text: string): Code => vector([...text].map((letter) => [letter.charCodeAt(0)]));
  const bodyOf = ({ locals, body }: WasmFunction): Code =>
    sized([...vector(locals.map((type) => [1, type])), ...body, 0x0b]);
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(
      1,
      vector(functions.map(({ parameters }) => [0x60, ...vector(parameters.map((it) => [it])), 1, Type.i32])),
    ),
    ...section(3, vector(functions.map((_, i) => [i]))),
    ...section(5, [1, 1, pages, pages]),
    ...section(7, vector([[...name('memory'), 2, 0], ...functions.map((it, i) => [...name(it.name), 0, i])])),
    ...section(10, vector(functions.map(bodyOf))),
  ]);
}
