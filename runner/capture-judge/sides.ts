/** Both sides of a pair of captures, in the judge's form: all arrivals before all indications, in one long DPC. */

import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER } from '../../reference-impl/wire/tcp.ts';
import { TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import type { Arrival } from '../judge/arrival.ts';
import { connectionOf, isUnordered } from '../judge/arrival.ts';
import { type Observed, observe } from '../judge/observed.ts';
import { fillTcpChecksum, type WireFrame } from './wire-frame.ts';

export interface SentSegment extends Arrival {
  readonly packet: number;
  /** In seconds, from a moment that both captures share; NaN: the capture has no time. */
  readonly time: number;
  readonly known: number;
  /** Made of a longer frame, as the sender's NIC does it: its Identification is a guess. */
  readonly isMade: boolean;
  /** It may have been segmented after the capture. */
  readonly maySplit: boolean;
  /**
   * No segment, only because of a wrong length: it must come out unchanged, and its bytes must not be anywhere else.
   */
  readonly isMalformed: boolean;
  /** Identification of the frame that it was made of. */
  readonly baseId: number;
  /** The captured frame, if its IP length was repaired. */
  readonly captured: Uint8Array | undefined;
}

export interface ReceivedFrame extends Observed {
  readonly packet: number;
  readonly time: number;
  readonly known: number;
  readonly isPartial: boolean;
  readonly isLong: boolean;
}

/** `maySplit`: see there. */
export function arrivalOf(
  wire: WireFrame,
  number: number,
  made?: { readonly baseId: number },
  maySplit: boolean = false,
): SentSegment {
  const { frame, segment, packet, time, known, tags } = wire;
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
    time,
    known,
    maySplit,
    isMalformed: isUnordered(segment),
    isMade: made !== undefined,
    baseId: made?.baseId ?? segment.ipId,
    captured: wire.captured,
  };
}

/** The TCP segment that a frame with an impossible length would be with a right one; undefined: it would be none. */
export function segmentMeant({ frame, segment }: WireFrame): Segment | undefined {
  const { repaired, connection } = observe({ step: 1, frame, oob: {} }, 0, false, TUNNEL_KINDS);
  if (connection !== '') return repaired;
  const { tcpOffset: at, ipOffset, ipVersion } = segment;
  if (at === 0 || at + TCP_HEADER > frame.length) return undefined;
  const copy = frame.slice();
  const length = copy.length - ipOffset;
  if (ipVersion === 4) setU16(copy, ipOffset + Ipv4At.totalLength, Math.min(length, 0xffff));
  else setU16(copy, ipOffset + Ipv6At.payloadLength, Math.min(length - IPV6_HEADER, 0xffff));
  copy[at + TcpAt.dataOffset] = ((TCP_HEADER / 4) << 4) | ((copy[at + TcpAt.dataOffset] as number) & 0xf);
  const whole = observe({ step: 1, frame: copy, oob: {} }, 0, false, TUNNEL_KINDS);
  return whole.connection === '' ? undefined : whole.repaired;
}

export function receivedOf(wire: WireFrame, number: number): ReceivedFrame {
  const { frame, packet, time, known, isPartial, isLong, segment } = wire;
  const oob = isPartial ? ({ tcpChecksum: 'partial' } as const) : {};
  const observed = observe({ step: 1, frame, oob }, number, false, TUNNEL_KINDS);
  const meant = isLong ? segment : observed.connection === '' ? segmentMeant(wire) : undefined;
  const connection = meant === undefined ? observed.connection : connectionOf(meant);
  // Field by field: objects that are spread into one another are slow to make, and five times as large.
  return {
    number,
    step: observed.step,
    frame: observed.frame,
    oob,
    isInferred: isPartial,
    gsoSize: undefined,
    virtio: undefined,
    isVirtio: false,
    segment: isLong ? segment : observed.segment,
    repaired: meant ?? observed.repaired,
    stream: connection,
    connection,
    packet,
    time,
    known,
    isPartial,
    isLong,
  };
}
