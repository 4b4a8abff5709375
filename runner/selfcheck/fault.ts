import type { Implementation } from './subject.ts';

/** A coalescer with one thing broken. */
export interface Fault extends Implementation {
  /** The row of the catalogue that it breaks. */
  readonly broken: string;
  /** Rows that a verdict may rightly name. */
  readonly blames: readonly string[];
}
