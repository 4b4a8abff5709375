import type { Arrival } from '../judge/arrival.ts';
import type { Incomplete } from '../judge/explain-incomplete.ts';
import { isSoft } from '../judge/finding.ts';
import type { Observed } from '../judge/observed.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import type { PairMatch } from './transport.ts';

export interface Settled extends Incomplete<Arrival, Observed> {
  readonly gone: readonly SentSegment[];
  /** The number after the last segment that is settled; negative: none is. */
  readonly end: number;
}

/**
 * The part of an explanation that more frames will not change: that of `frames`. `isLast`: no more will come. Frames
 * after these are looked at again: only one that is right shows what became of its segments.
 */
export function settledPart(
  { matches, extra, order, gone }: Incomplete<Arrival, Observed>,
  frames: readonly ReceivedFrame[],
  isLast: boolean,
): Settled {
  const taken = new Set(frames.map(({ number }) => number));
  const isTaken = ({ observed }: { readonly observed: Observed }): boolean => taken.has(observed.number);
  const settled = matches.filter(isTaken);
  const end = settled.reduce((most, { run }) => run.reduce((last, { number }) => Math.max(last, number + 1), most), -1);
  const isDoubtful = (match: PairMatch): boolean => !isTaken(match) && !match.findings.every(isSoft);
  const doubtful = matches.filter(isDoubtful).flatMap(({ run }) => run);
  const unknown = new Set(doubtful.map(({ number }) => number));
  return {
    matches: settled,
    extra: extra.filter(isTaken),
    order: order.filter(({ arrivals }) => arrivals.every((number) => number < end && !unknown.has(number))),
    gone: ([...gone, ...doubtful] as SentSegment[]).filter(
      ({ number, isMalformed }) => (number < end || isLast) && !isMalformed,
    ),
    end,
  };
}
