/** The ordinary case between two captures: the next frame is made of the next segments. */

import { sameBytes } from '../../reference-impl/wire/bytes.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from '../judge/arrival.ts';
import { isOrderedWith } from './evidence.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import type { Transport } from './transport.ts';

/** Segments without payload that may have joined a frame, before a closer look. */
const MOST_SILENT = 128;

/**
 * The run, from `sent[from]` on, that `observed` is made of without any finding; undefined: a closer look is needed.
 */
export function nextRun(
  sent: readonly SentSegment[],
  from: number,
  observed: ReceivedFrame,
  transport: Transport,
  capabilities: Capabilities,
): readonly Arrival[] | undefined {
  const first = sent[from];
  if (first !== undefined && isAsCaptured(first.captured, observed)) return [first];
  if (first === undefined || !transport.mayBegin(first, observed)) return undefined;
  const wanted = transport.payloadLength(observed);
  let sum = 0;
  let length = 0;
  do {
    const next = sent[from + length];
    if (next === undefined) return undefined;
    sum += transport.payloadLength(next);
    length++;
  } while (sum < wanted);
  if (sum !== wanted) return undefined;
  // Window updates after it may have joined it: they leave no bytes.
  for (const most = length + MOST_SILENT; length <= most; length++) {
    const last = sent[from + length - 1] as SentSegment;
    if (transport.mayEnd(last, observed)) {
      const run = transport.prepared(sent.slice(from, from + length), observed);
      if (transport.findings(run, observed, capabilities)?.length === 0) return run;
    }
    const next = sent[from + length];
    if (next === undefined || !transport.isSilent(next) || !isOrderedWith(first, next)) return undefined;
  }
  return undefined;
}

/** It is unchanged from the sent capture, including an IP length that gives no length. */
export function isAsCaptured(captured: Uint8Array | undefined, { segment, frame }: ReceivedFrame): boolean {
  return captured !== undefined && segment.kind === 'other' && sameBytes(captured, frame);
}
