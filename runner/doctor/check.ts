/** One thing that a target needs of this machine. */

export interface Check {
  /** What it is: "ethtool". */
  readonly name: string;
  readonly ok: boolean;
  /** Where it is not: what is missing for want of it, and how to get it. */
  readonly advice: string;
}

/** A group of checks, for one target or a few. */
export type CheckGroup = () => Promise<readonly Check[]>;
