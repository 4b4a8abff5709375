/** What the driver and its workers say to each other. */

/** Files of one mocha run: most units are one file. */
export type TestUnit = readonly string[];

export interface UnitResult {
  readonly passed: number;
  readonly skipped: number;
  /** Titles with stacks; its length is the number of failures. */
  readonly failures: readonly string[];
  readonly cost: UnitCost | undefined;
}

/** In seconds. */
export interface UnitCost {
  /** CPU time, children's included; undefined where the system does not tell it. */
  readonly cpu: number | undefined;
  readonly wall: number;
}
