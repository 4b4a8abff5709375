/** Values of a pattern: as many frames at least have it. */
const LEAST = 3;
const MOST_VALUES = 16;

/** One field value over and over although the frames differ: memory that nobody filled in, not damage. */
export class WrongValues {
  readonly #seen = new Map<number, { count: number; readonly seq: number; readonly length: number; differ: boolean }>();

  add(value: number, seq: number, length: number): void {
    const known = this.#seen.get(value);
    if (known !== undefined) {
      known.count++;
      known.differ ||= known.seq !== seq || known.length !== length;
    } else if (this.#seen.size < MOST_VALUES) {
      this.#seen.set(value, { count: 1, seq, length, differ: false });
    }
  }

  /** Each value that is a pattern, and how many frames have it. */
  get patterns(): { readonly value: number; readonly count: number }[] {
    return [...this.#seen]
      .filter(([, { count, differ }]) => differ && count >= LEAST)
      .map(([value, { count }]) => ({ value, count }));
  }
}
