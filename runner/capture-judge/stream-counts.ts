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
    left: 0,
  };
}
