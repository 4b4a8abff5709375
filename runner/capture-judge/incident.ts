import type { Arrival } from '../judge/arrival.ts';
import type { Finding } from '../judge/types.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import type { PairMatch } from './transport.ts';

/** Findings, and the packets of both captures that they concern. */
export interface Incident {
  readonly findings: readonly Finding[];
  readonly sent: readonly SentSegment[];
  readonly received: readonly ReceivedAs[];
}

/** A frame, and what it is made of. */
export interface ReceivedAs {
  readonly observed: ReceivedFrame;
  readonly run: readonly SentSegment[];
}

export function receivedAs(matches: readonly Pick<PairMatch, 'observed' | 'run'>[]): readonly ReceivedAs[] {
  return matches.map(({ observed, run }) => ({
    observed: observed as ReceivedFrame,
    run: run as readonly SentSegment[],
  }));
}

/** The segments that one of the findings is about. */
export function concerned<A extends Arrival>(segments: readonly A[], findings: readonly Finding[]): readonly A[] {
  return segments.filter(({ number }) => findings.some(({ arrivals }) => arrivals.includes(number)));
}
