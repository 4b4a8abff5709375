/** What one indication may be made of, and the findings in that case. */

import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { Draft } from '../types.ts';
import type { Cost } from './cost.ts';

export interface Candidate<A extends Arrived> {
  /** In the order of its bytes; empty if all its arrivals are in other indications. */
  readonly run: readonly A[];
  readonly findings: readonly Draft[];
  readonly cost: Cost;
  /** Every byte is accounted for, these among them. */
  readonly padding?: readonly Padding<A>[];
  /** The arrivals that it repeats, if it takes none of its own. */
  readonly repeats?: readonly A[];
}

/** Bytes of an arrival in the payload of the unit that are not its payload: Ethernet padding, or headers before it. */
export interface Padding<A> {
  readonly arrival: A;
  readonly bytes: number;
  readonly isHeaders?: true;
}

/** A run that a generator proposes. */
export interface Proposal<A> {
  readonly run: readonly A[];
  readonly padding?: readonly Padding<A>[];
}

/** The input of generators. */
export interface SearchInput<A extends Arrived, I extends Indicated> {
  readonly protocol: Protocol<A, I>;
  /** The arrivals that may explain, in order. */
  readonly arrivals: readonly A[];
  /** The same, by stream. */
  readonly streams: ReadonlyMap<string, readonly A[]>;
  /** Also, if a connection has several streams, all of them together. */
  readonly groups: readonly (readonly A[])[];
  /** The groups of each connection. */
  readonly ofConnection: ReadonlyMap<string, readonly (readonly A[])[]>;
  readonly observed: readonly I[];
  /** Arrivals that came out alone and unmodified, with their indications. */
  readonly alone: ReadonlyMap<A, I>;
  readonly asItCame: ReadonlyMap<I, A>;
  /** Of these: equal arrivals that came out nowhere else. */
  readonly copies: ReadonlyMap<I, readonly A[]>;
  /** Arrivals that are equal to unmodified indications; none if there are many. */
  readonly equals: ReadonlyMap<I, readonly A[]>;
  /** Arrivals without payload that one of the indications may end with. */
  readonly ends: ReadonlySet<A>;
  /** Indications that are the same, byte for byte, as another; and those that differ from another in few bytes. */
  readonly twins: ReadonlySet<I>;
  readonly nearTwins: ReadonlyMap<I, readonly I[]>;
  /** All arrivals, and those that are explained already. */
  readonly everything: readonly A[];
  readonly settled: readonly Match<A, I>[];
}

export type Generator = <A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
) => Iterable<Proposal<A>>;
