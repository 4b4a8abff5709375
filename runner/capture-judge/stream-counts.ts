import type { PairMatch } from './transport.ts';

/** Counts for one direction of one connection. */
export interface StreamCounts {
  segments: number;
  frames: number;
  /** Segments that are explained as parts of received frames, and such frames. */
  explained: number;
  explainedFrames: number;
  merged: number;
  /** Sent and never received, although later frames were. */
  lost: number;
  /** How many of these were sent again and came through. */
  retransmitted: number;
  /** Received, but not among the sent ones. */
  unsent: number;
  /** Before the other capture begins, or after it ends. */
  outside: number;
  cut: number;
  /** Received frames whose TTL is higher, or lower, than that of all their segments; and the others that are explained. */
  raised: number;
  lowered: number;
  level: number;
  /** Segments and frames that waited when the judging was interrupted. */
  left: number;
}

export function noCounts(): StreamCounts {
  return {
    segments: 0,
    frames: 0,
    explained: 0,
    explainedFrames: 0,
    merged: 0,
    lost: 0,
    retransmitted: 0,
    unsent: 0,
    outside: 0,
    cut: 0,
    raised: 0,
    lowered: 0,
    level: 0,
    left: 0,
  };
}

/** Adds a match, or takes it away again. */
export function countMatch(counts: StreamCounts, { run, observed: { segment } }: PairMatch, by: 1 | -1): void {
  counts.explained += by * run.length;
  counts.explainedFrames += by;
  counts.merged += by * (run.length - 1);
  if (run.every(({ segment: { ttl } }) => ttl < segment.ttl)) counts.raised += by;
  else if (run.every(({ segment: { ttl } }) => ttl > segment.ttl)) counts.lowered += by;
  else counts.level += by;
}
