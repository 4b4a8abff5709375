/** At least as many frames must share a value for a pattern. */
const LEAST = 3;
const MOST_VALUES = 16;

interface Seen {
  count: number;
  readonly seq: number;
  readonly length: number;
  differ: boolean;
}

/** A value of a wrong checksum, or a difference to the right one, and how many frames have it. */
export interface WrongPattern {
  readonly value: number;
  readonly count: number;
}

/** A value that many frames with wrong checksums share is not damage: it shows why the checksums are wrong. */
export class WrongValues {
  readonly #values = new Map<number, Seen>();
  readonly #differences = new Map<number, Seen>();

  /** `difference` from the right sum, in ones' complement; -1 if it cannot be computed. */
  add(value: number, seq: number, length: number, difference: number): void {
    count(this.#values, value, seq, length);
    if (difference >= 0) count(this.#differences, difference, seq, length);
  }

  /** The same field value although the frames differ: memory that was never filled in. */
  get patterns(): WrongPattern[] {
    return patternsOf(this.#values);
  }

  /** The same difference although the values differ: addresses or ports were rewritten, the sum was not. */
  get rewrites(): WrongPattern[] {
    return this.patterns.length > 0 ? [] : patternsOf(this.#differences);
  }
}

function count(seen: Map<number, Seen>, key: number, seq: number, length: number): void {
  const known = seen.get(key);
  if (known !== undefined) {
    known.count++;
    known.differ ||= known.seq !== seq || known.length !== length;
  } else if (seen.size < MOST_VALUES) {
    seen.set(key, { count: 1, seq, length, differ: false });
  }
}

function patternsOf(seen: ReadonlyMap<number, Seen>): WrongPattern[] {
  return [...seen]
    .filter(([, { count: n, differ }]) => differ && n >= LEAST)
    .map(([value, { count: n }]) => ({ value, count: n }));
}
