/** What the number of a random segment means to kinds and twists that draw a value of their own. */

/** Distances of numbers: small ones, lengths of segments, and those that a comparison of fewer bits misses. */
const DISTANCES = [
  1, 2, 3, 7, 8, 20, 63, 64, 100, 200, 255, 256, 257, 536, 1000, 1448, 4096, 0x7fff, 0x8000, 0xffff, 0x1_0000, 0x1_0001,
  0x10_0000, 0x100_0000, 0x1234_5678, 0x7000_0000,
] as const;

/** A number of 16 bits as one of them. */
export const oneBy = <T>(value: number, all: readonly T[]): T => all[value % all.length] as T;

export const distanceBy = (value: number): number => oneBy(value, DISTANCES);
