/** What the driver and its workers say to each other. */

/** Files of one mocha run: most units are one file. */
export type TestUnit = readonly string[];

export interface UnitResult {
  readonly passed: number;
  readonly skipped: number;
  /** Titles with stacks; its length is the number of failures. */
  readonly failures: readonly string[];
  /** CPU time, children's included, in seconds; undefined where the system does not tell it. */
  readonly seconds: number | undefined;
}
