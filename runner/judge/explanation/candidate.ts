/** What one indication may be made of, and what would be wrong with it then. */

import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { Draft } from '../types.ts';
import type { Cost } from './cost.ts';

export interface Candidate<A extends Arrived> {
  /** In the order of its bytes; empty where it is made of nothing that is not in another indication. */
  readonly run: readonly A[];
  readonly findings: readonly Draft[];
  readonly cost: Cost;
  /** Which arrivals it repeats, where it takes none of its own. */
  readonly repeats?: readonly A[];
}

/** Ethernet padding of an arrival that is in the payload of the unit. */
export interface Padding<A> {
  readonly arrival: A;
  readonly bytes: number;
}

/** A run that a generator proposes. */
export interface Proposal<A> {
  readonly run: readonly A[];
  readonly padding?: readonly Padding<A>[];
}

/** What generators look at. */
export interface Scene<A extends Arrived, I extends Indicated> {
  readonly protocol: Protocol<A, I>;
  /** What is to be explained by, in order. */
  readonly arrivals: readonly A[];
  /** The same, by stream. */
  readonly streams: ReadonlyMap<string, readonly A[]>;
  /** And, where a connection has several streams, what all of them hold together. */
  readonly groups: readonly (readonly A[])[];
  /** The groups of each connection. */
  readonly ofConnection: ReadonlyMap<string, readonly (readonly A[])[]>;
  readonly observed: readonly I[];
  /** Arrivals that came out alone, byte for byte, and what came out so. */
  readonly alone: ReadonlyMap<A, I>;
  readonly asItCame: ReadonlyMap<I, A>;
  /** Of these: equal arrivals that came out nowhere else. */
  readonly copies: ReadonlyMap<I, readonly A[]>;
  /** Arrivals that are equal to what came out as it came; none where there are many. */
  readonly equals: ReadonlyMap<I, readonly A[]>;
  /** Arrivals without payload that one of the indications may end with. */
  readonly ends: ReadonlySet<A>;
  /** Indications that are the same, byte for byte, as another; and those that differ from another in few bytes. */
  readonly twins: ReadonlySet<I>;
  readonly nearTwins: ReadonlySet<I>;
  /** Everything that arrived, and what is explained already. */
  readonly everything: readonly A[];
  readonly settled: readonly Match<A, I>[];
}

export type Generator = <A extends Arrived, I extends Indicated>(
  observed: I,
  scene: Scene<A, I>,
) => Iterable<Proposal<A>>;
