import type { Finding } from '../judge/types.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

/** Findings, and the packets of both captures that they concern. */
export interface Incident {
  readonly findings: readonly Finding[];
  readonly sent: readonly SentSegment[];
  readonly received: readonly ReceivedFrame[];
}
