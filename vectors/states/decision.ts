/** The decision of a state. */

import type { SegmentSpec } from '../vector.ts';

/** The outcome for the decided segment: it joins, starts a unit, goes alone, or is not a segment at all. */
export type Effect = 'joins' | 'starts' | 'alone' | 'unordered';

export interface Decision {
  readonly name: string;
  readonly title: string;
  /** First element of the vectors' ids. */
  readonly family: string;
  readonly rules: readonly string[];
  readonly level?: 'should' | 'derived';
  readonly effect: Effect;
  /** Whether plain data after it joins it. */
  readonly joinedByNext?: boolean;
  readonly kind?:
    | 'data'
    | 'ack'
    | 'older-ack'
    | 'window-update'
    | 'duplicate'
    | 'keep-alive'
    | 'acked-data'
    | 'acked-duplicate'
    | 'later-timestamp';
  /** Fields of the decided segment. */
  readonly fields?: SegmentSpec;
  /** Alternatives to `fields`; each state has one of all. */
  readonly or?: readonly SegmentSpec[];
  /** Fields of every other segment. */
  readonly base?: SegmentSpec;
  /** Its SEQ, relative to the next one in order; "gap": any distance; "old": the previous payload is sent again. */
  readonly ahead?: number | 'old' | 'gap';
  readonly only?: 'ipv4' | 'ipv6' | 'stamped' | 'unstamped' | 'marked';
  /** It comes twice: a target that took both for data would merge them. */
  readonly repeats?: true;
  /** Dimensions that it determines itself. */
  readonly settles?: readonly string[];
  /** Only a unit of 60,000 bytes can show it. */
  readonly isLong?: boolean;
}
