/** Both sides of a pair of captures, as the judge takes them: every arrival before every indication, one long DPC. */

import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { Arrival } from '../judge/arrival.ts';
import { connectionOf } from '../judge/arrival.ts';
import { type Observed, observe } from '../judge/observed.ts';
import { fillTcpChecksum, type WireFrame } from './wire-frame.ts';

export interface SentSegment extends Arrival {
  readonly packet: number;
  readonly known: number;
  /** Made of a longer frame, as the sender's NIC makes it: its Identification is a guess. */
  readonly isMade: boolean;
  /** Longer than the link carries: it may have been segmented behind the capture. */
  readonly isOversized: boolean;
  /** Identification of the frame that it was made of. */
  readonly baseId: number;
}

export interface ReceivedFrame extends Observed {
  readonly packet: number;
  readonly known: number;
  readonly isPartial: boolean;
}

export function arrivalOf(wire: WireFrame, number: number, made?: { readonly baseId: number }): SentSegment {
  const { frame, segment, packet, known, tags } = wire;
  if (wire.isPartial && known >= segment.ipEnd) fillTcpChecksum(segment);
  const connection = connectionOf(segment);
  return {
    number,
    frame,
    segment,
    step: 0,
    due: 1,
    rscOn: true,
    switchedOff: Number.POSITIVE_INFINITY,
    rxcsumOn: true,
    rxcsumSwitched: Number.POSITIVE_INFINITY,
    stream: connection,
    connection,
    strippedTags: tags,
    packet,
    known,
    isOversized: false,
    isMade: made !== undefined,
    baseId: made?.baseId ?? segment.ipId,
  };
}

/** The TCP segment that a frame with an impossible IP length would be with a right one; undefined: none either. */
export function segmentMeant({ frame }: WireFrame): Segment | undefined {
  const { mended, connection } = observe({ step: 1, frame, oob: {} }, 0, false);
  return connection === '' ? undefined : mended;
}

export function receivedOf(wire: WireFrame, number: number): ReceivedFrame {
  const { frame, packet, known, isPartial } = wire;
  const observed = observe({ step: 1, frame, oob: isPartial ? { tcpChecksum: 'partial' } : {} }, number, false);
  return { ...observed, isInferred: isPartial, stream: observed.connection, packet, known, isPartial };
}
