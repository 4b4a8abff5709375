/** The fault dictionary, as chip testers use it: for every planted fault, how each vector fails under it. */

export interface KnownFault {
  readonly name: string;
  /** The behavior of a coalescer with this fault, in plain words. */
  readonly title: string;
  /** The row of the catalogue that it breaks. */
  readonly rule: string;
  /** Failing vectors by their place in the dictionary, each with its findings as a place in `sets`. */
  readonly at: Uint32Array;
  readonly shows: Uint32Array;
}

export interface Dictionary {
  /** Digest of the vectors that it was made with. */
  readonly digest: string;
  /** Ids of the vectors that were played; it knows no others. */
  readonly vectors: readonly string[];
  /** Groups of findings, each a set that some vector shows. */
  readonly sets: readonly ReadonlySet<string>[];
  readonly faults: readonly KnownFault[];
}
