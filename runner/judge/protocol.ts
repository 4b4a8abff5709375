/** What attribution needs to know about a transport: TCP segments, or datagrams. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { RuleBase } from '../../reference-impl/rules/rule.ts';
import type { Draft, Finding } from './types.ts';

/** A frame that arrived. */
export interface Arrived {
  /** Number among the arrivals, from 0. */
  readonly number: number;
  /** Index of its own step. */
  readonly step: number;
  /** Index of the step that ends its DPC. */
  readonly due: number;
  readonly frame: Uint8Array;
}

/** A frame that was indicated. */
export interface Indicated {
  /** Number among the indications, from 0. */
  readonly number: number;
  /** Index of the step in whose answer it came. */
  readonly step: number;
  readonly frame: Uint8Array;
  readonly oob: Partial<OutOfBand>;
}

/** Bytes of a frame, `to` excluded. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** An indication, and the arrivals that it is made of, in the order of its bytes. */
export interface Match<A extends Arrived = Arrived, I extends Indicated = Indicated> {
  readonly observed: I;
  readonly run: readonly A[];
  readonly findings: readonly Finding[];
}

/** The part that acceptance needs. */
export interface AcceptanceProtocol<A extends Arrived, I extends Indicated> {
  /** The payload bytes that an arrival gives to the unit that it joins. */
  payloadOf(arrival: A): Range;
  /** Where the payload of an indication is, by its own lengths. */
  payloadIn(observed: I): Range;
  /** Whether the payload of such a unit may end at this offset of the indication. */
  mayEndAt(offset: number, observed: I, run: readonly A[]): boolean;
  /** A cheap test: false if no conforming unit that begins with `first`, or ends with `last`, looks like this. */
  mayBegin(first: A, observed: I): boolean;
  mayEnd(last: A, observed: I): boolean;
  /**
   * Arrivals with equal texts differ only in their place, so that a run of them is judged by its length. Undefined: unknown.
   */
  likeness(arrival: A): string | undefined;
  /** Cheap: false where no conforming unit goes on after this run. */
  mayGoOn(run: readonly A[]): boolean;
  /** Cheap: false where no conforming unit holds `next` right after this run. */
  mayJoin(run: readonly A[], next: A): boolean;
  /** What of its frame counts after the first of a unit: of two that are the same there, the earlier is as good as the later. */
  joined(arrival: A): Uint8Array;
  /** A target that announces so may drop it instead of indicating it (I7). */
  mayDrop(arrival: A): boolean;
  /** If it may be missing: joined to this run, it shows nowhere unless it is the last. Left out: it always may show. */
  leavesNoTrace?(run: readonly A[], next: A): boolean;
  /** If it is missing between two segments of a unit, nothing had to end the unit. `before` came before it on its stream. */
  mayBeMissingWithin(arrival: A, before: readonly A[]): boolean;
  /**
   * The findings on the indication if it is made of this run, in the order of its bytes. Undefined if it cannot be. `padding`:
   * bytes of Ethernet padding in the payload, which are reported apart.
   */
  findingsOf(run: readonly A[], observed: I, padding?: number): readonly Draft[] | undefined;
}

/** The further part that explanation needs. */
export interface Protocol<A extends Arrived, I extends Indicated> extends AcceptanceProtocol<A, I> {
  /** Within these, order is judged; empty: in none. */
  streamOf(arrival: A): string;
  /** Streams with the same value differ only in their link-layer headers. */
  connectionOf(arrival: A): string;
  /** The stream that an indication names; empty: none. */
  connectionIn(observed: I): string;
  /** It is not a whole segment or datagram, so it is unknown which of its bytes would join a unit. */
  isMalformed(arrival: A): boolean;
  /** Where an IP packet ends in its frame: what follows is Ethernet padding, or another trailer. */
  packetEnd(arrival: A): number;
  /** Where the payload of an indication may begin, and where it may end, whatever its lengths say. */
  payloadStarts(observed: I): readonly number[];
  payloadEnds(observed: I): readonly number[];
  /** By their headers, the bytes of `after` follow those of `before`. */
  isContinued(before: I, after: I): boolean;
  /** Segments or datagrams that the indication says it is made of; 0: it does not say. */
  countIn(observed: I): number;
  /** The indication is marked as made of several: then it is not a lone frame, whatever its bytes. */
  saysMerged(observed: I): boolean;
  /** The beginning of the indication resembles the arrival, which may be its first. */
  isAlike(first: A, observed: I): boolean;
  /** It can be the arrival, altered: they share the flow, or bytes of the payload. */
  isRelated(arrival: A, observed: I): boolean;
  /** I7, or the rule about vanished duplicates. `all`: all arrivals. */
  lost(arrivals: readonly A[], all: readonly A[]): Finding[];
  /** I1: the rule that forbids an arrival to overtake another. `merged`: the other is between two of one unit. */
  overtaking(overtaken: readonly A[], by: readonly A[]): RuleBase;
  /** "pure ACK", "FIN", "data". */
  kindOf(arrival: A): string;
}
