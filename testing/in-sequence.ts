import type { Arrival } from '../runner/judge/arrival.ts';

/** Sorted by sequence number if each follows the one before; else unchanged. */
export function inSequence(run: readonly Arrival[]): readonly Arrival[] {
  const sorted = [...run].sort((a, b) => (a.segment.seq - b.segment.seq) | 0 || a.number - b.number);
  const follows = ({ segment }: Arrival, i: number): boolean => {
    const before = sorted[i - 1]?.segment;
    return before === undefined || segment.seq === (before.seq + before.payloadLength) >>> 0;
  };
  return sorted.every(follows) ? sorted : run;
}
