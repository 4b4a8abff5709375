/** Frames that a capture cut: bytes that one side lacks are not judged. */

import type { Range } from '../judge/protocol.ts';
import type { Draft } from '../judge/types.ts';

/** A frame, the number of bytes that its capture has, and its payload; missing bytes were filled up. */
export interface Shown {
  readonly frame: Uint8Array;
  readonly known: number;
  readonly payload: Range;
}

export function isCut({ known, payload }: Shown): boolean {
  return known < payload.to;
}

/** The findings, without those that only filled-up bytes show. */
export function withoutUnknown(findings: readonly Draft[], run: readonly Shown[], observed: Shown): readonly Draft[] {
  if (!(isCut(observed) || run.some(isCut))) return findings;
  const isShown = (field: string): boolean => {
    // It covers bytes that were cut.
    if (field === 'tcp.checksum' || field === 'udp.checksum') return false;
    return field !== 'payload' || differs(run, observed);
  };
  return findings.filter(({ field }) => isShown(field));
}

/** The lengths differ, or bytes that both captures have. */
function differs(run: readonly Shown[], observed: Shown): boolean {
  let at = observed.payload.from;
  for (const { frame, known, payload } of run) {
    const shown = Math.min(known, payload.to) - payload.from;
    for (let i = 0; i < shown && at + i < observed.known; i++)
      if (frame[payload.from + i] !== observed.frame[at + i]) return true;
    at += payload.to - payload.from;
  }
  return at !== observed.payload.to;
}
