/** What attributing indications to arrivals has to know of a transport: TCP's segments, or datagrams. */

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

/** What acceptance asks. */
export interface AcceptanceProtocol<A extends Arrived, I extends Indicated> {
  /** The payload bytes that an arrival gives to the unit that it joins. */
  payloadOf(arrival: A): Range;
  /** Where the payload of an indication lies, taking its lengths as they are. */
  payloadIn(observed: I): Range;
  /** Whether the payload of such a unit may end at this offset of the indication. */
  mayEndAt(offset: number, observed: I, run: readonly A[]): boolean;
  /** Cheap: false where no conforming unit that begins with `first`, or ends with `last`, looks like this. */
  mayBegin(first: A, observed: I): boolean;
  mayEnd(last: A, observed: I): boolean;
  /**
   * Equal texts: arrivals that differ in nothing but their place, so that a run of them is judged by its length. Undefined:
   * it is not known.
   */
  likeness(arrival: A): string | undefined;
  /** A target that says so may drop it instead of indicating it (I7). */
  mayDrop(arrival: A): boolean;
  /** Missing between two segments of a unit, it explains why nothing ended the unit: `before` came before it on its stream. */
  mayBeMissingWithin(arrival: A, before: readonly A[]): boolean;
  /**
   * Whatever is wrong with the indication if it is made of this run, in the order of its bytes; undefined where it cannot
   * be. `padding`: bytes of Ethernet padding that are in the payload, and are reported apart.
   */
  findingsOf(run: readonly A[], observed: I, padding?: number): readonly Draft[] | undefined;
}

/** What explanation asks besides. */
export interface Protocol<A extends Arrived, I extends Indicated> extends AcceptanceProtocol<A, I> {
  /** Within these, order is judged; empty: in none. */
  streamOf(arrival: A): string;
  /** Streams with the same value differ only in their link-layer headers. */
  connectionOf(arrival: A): string;
  /** What an indication says it is of; empty: it does not say. */
  connectionIn(observed: I): string;
  /** It is no whole segment or datagram: what of its bytes would join a unit is not known. */
  isMalformed(arrival: A): boolean;
  /** Where an IP packet ends in its frame: what follows is Ethernet padding, or another trailer. */
  packetEnd(arrival: A): number;
  /** Where the payload of an indication may begin, and where it may end, whatever its lengths say. */
  payloadStarts(observed: I): readonly number[];
  payloadEnds(observed: I): readonly number[];
  /** The indication says that it is made of several: it is no lone frame then, whatever its bytes are. */
  saysMerged(observed: I): boolean;
  /** Something of the arrival shows at the indication's beginning: it may be the first of it. */
  isAlike(first: A, observed: I): boolean;
  /** It can be the arrival, altered: they share the flow, or bytes of the payload. */
  isKin(arrival: A, observed: I): boolean;
  /** I7, or what a vanished duplicate is. `all`: whatever arrived. */
  lost(arrivals: readonly A[], all: readonly A[]): Finding[];
  /** I1: rule that forbids an arrival to overtake another; `merged`: the other lies between two of one unit. */
  overtaking(overtaken: readonly A[], by: readonly A[]): RuleBase;
  /** "pure ACK", "FIN", "data". */
  kindOf(arrival: A): string;
}
