/**
 * A random session as a value: what is sent, in words. Shrinking works on it, and it can be stored: plain JSON, and
 * nothing in it but words, numbers and switches.
 */

import type { TwistName } from './twists.ts';

/**
 * The role of a segment in its connection; the first is the simplest, to which shrinking leads. "by": its value draws the distance.
 * "as-first": it continues the first flow.
 */
export const KINDS = [
  'data',
  'data-acking',
  'data-old-ack',
  'data-window',
  'window-update',
  'duplicate',
  'ack',
  'old-ack',
  'keep-alive',
  'repeat',
  'repeat-other',
  'overlap',
  'gap',
  'old',
  'stray',
  'gap-by',
  'overlap-by',
  'data-acking-by',
  'data-old-ack-by',
  'data-window-by',
  'window-update-by',
  'ack-by',
  'shorter',
  'longer',
  'as-first',
] as const;
export type Kind = (typeof KINDS)[number];
/** Number of kinds, from the front, that most faults concern. */
export const COMMON_KINDS = 15;

/** One side of a conversation. Sessions have `FLOWS` of them, and use some. */
export interface FuzzFlow {
  readonly ip: 4 | 6;
  /** Every segment carries timestamps. */
  readonly stamped: boolean;
  /** Sequence numbers begin shortly before 2^32. */
  readonly wraps: boolean;
  /** From its own host; otherwise only its ports differ from those of the others. */
  readonly alone: boolean;
  /** Payload bytes of a segment that names no length. */
  readonly size: number;
  /** Datagrams instead of segments. */
  readonly udp: boolean;
  /** Fields of all its segments, or the range of its numbers: names of moves (vectors/symmetries.ts). */
  readonly moves: readonly string[];
  /**
   * 0: its own ends. 1: the reverse direction of the first flow. The last number: the first flow's ends and another
   * VID. Otherwise: the first flow's ends except for one bit of addresses and ports. A twin has the first flow's
   * numbers.
   */
  readonly twin: number;
}
export const FLOWS = 12;
/** One for each bit of addresses and ports, IPv6's, and three. */
export const TWINS: number = 3 + 8 * 36;
export const OTHER_VID: number = TWINS - 1;

export interface FuzzSegment {
  readonly op: 'segment';
  /** Index of its flow. */
  readonly on: number;
  readonly kind: Kind;
  /** Payload bytes; 0: those of its flow. Kinds without payload ignore it. */
  readonly length: number;
  /** Its peculiarities: two at most. */
  readonly twist: TwistName;
  readonly also: TwistName;
  /** For kinds and twists that need a number. */
  readonly value: number;
}

/** Data segments of the flow's size, one after the other. */
export interface FuzzRun {
  readonly op: 'run';
  readonly on: number;
  readonly count: number;
}

export type FuzzOp =
  | FuzzSegment
  | FuzzRun
  /** From here on every segment of the flow has this twist. */
  | { readonly op: 'turn'; readonly on: number; readonly twist: TwistName }
  | { readonly op: 'dpc' }
  /** Microseconds. */
  | { readonly op: 'wait'; readonly us: number }
  | FuzzSetting;

/** A switch that a target lacks is left out; the grammar always has all. */
export interface FuzzSetting {
  readonly op: 'set';
  readonly rsc4?: boolean;
  readonly rsc6?: boolean;
  readonly uro?: boolean;
  readonly rxcsum?: boolean;
}

export interface FuzzSession {
  /** It begins with switching URO on. */
  readonly uro: boolean;
  /** Every unusual segment has this twist; none: each has its own. */
  readonly focus: TwistName;
  readonly flows: readonly FuzzFlow[];
  readonly ops: readonly FuzzOp[];
}
