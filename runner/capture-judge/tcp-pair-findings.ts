/** Findings on a received frame if it is made of these segments, as far as both captures show it. */

import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from '../judge/arrival.ts';
import type { Observed } from '../judge/observed.ts';
import { tcpFindings } from '../judge/tcp/tcp-findings.ts';
import type { Draft } from '../judge/types.ts';
import { type Shown, withoutUnknown } from './cut-frames.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';

export function tcpPairFindings(
  run: readonly Arrival[],
  observed: Observed,
  capabilities: Capabilities,
): readonly Draft[] | undefined {
  const findings = tcpFindings(run, observed, capabilities);
  return findings && withoutUnknown(findings, run.map(shownOf), shownOf(observed));
}

export function shownOf(one: Arrival | Observed): Shown {
  const { frame, segment, known } = one as SentSegment | ReceivedFrame;
  return { frame, known, payload: { from: segment.payloadOffset, to: segment.ipEnd } };
}
