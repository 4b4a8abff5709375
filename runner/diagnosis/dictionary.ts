/** The fault dictionary, as chip testers have one: for every planted fault, how each vector fails under it. */

/** What a fault shows: groups of findings, by the id of the vector. */
export type Signature = ReadonlyMap<string, readonly string[]>;

export interface KnownFault {
  readonly name: string;
  /** In plain words: what a coalescer with this fault does. */
  readonly title: string;
  /** The row of the catalogue that it breaks. */
  readonly rule: string;
  readonly signature: Signature;
}

export interface Dictionary {
  /** Of the vectors that it was made with. */
  readonly digest: string;
  /** Ids of the vectors that were played: of others it says nothing. */
  readonly vectors: ReadonlySet<string>;
  readonly faults: readonly KnownFault[];
}
