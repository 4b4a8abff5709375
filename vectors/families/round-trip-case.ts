import type { SegmentSpec } from '../vector.ts';

/** Payload length, if it is not the usual one, and fields. */
export type Sent = SegmentSpec & { readonly length?: number };

export interface RoundTrip {
  readonly name: string;
  readonly title: string;
  readonly sent: readonly Sent[];
  /** Sizes of the units that RSC's rules make, and of those that can be cut again. */
  readonly rsc: readonly number[];
  readonly gro: readonly number[];
  readonly only?: 4 | 6;
  readonly rules?: readonly string[];
  readonly level?: 'should';
}

/** Segments that differ in one field. */
export const each = <K extends keyof SegmentSpec>(key: K, ...values: readonly SegmentSpec[K][]): Sent[] =>
  values.map((value) => ({ [key]: value }));

export const flags = (...letters: readonly string[]): Sent[] => letters.map((one) => ({ flags: one }));
