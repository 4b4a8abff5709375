/** A packet of a capture as a UDP datagram, in the form that the judge takes. */

import { Datagram, readDatagram } from '../../reference-impl/udp/datagram.ts';
import { setU16, toHex, u16 } from '../../reference-impl/wire/bytes.ts';
import { finish, fold, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, Ipv6At, UdpAt } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { UDP_HEADER, UDP_PROTOCOL } from '../../reference-impl/wire/udp.ts';
import { withoutTags } from '../judge/arrival.ts';
import { observe } from '../judge/observed.ts';
import type { UdpArrival, UdpObserved } from '../judge/udp/udp-arrival.ts';
import type { ReceivedFrame, SentSegment } from './sides.ts';
import { fillIpChecksum, type PacketPlace } from './wire-frame.ts';

const MOST_BYTES = 65_535 + 64;

export interface DatagramFrame {
  readonly packet: number;
  readonly time: number;
  readonly frame: Uint8Array;
  readonly segment: Segment;
  readonly datagram: Datagram;
  /** Bytes that the capture has; the rest of the frame is filled up with zeros. */
  readonly known: number;
  /** Its checksum was left to a NIC, which may have cut it up, too. */
  readonly isPartial: boolean;
  readonly tags: string;
}

export interface SentDatagram extends SentSegment, UdpArrival {}
export interface ReceivedDatagram extends ReceivedFrame, UdpObserved {}

/** Undefined: it is no datagram with ports, or the capture cut its headers. Copies what it keeps. */
export function datagramFrame(
  bytes: Uint8Array,
  originalLength: number,
  { number: packet, time }: PacketPlace,
  { stripTags, isSent }: { readonly stripTags: boolean; readonly isSent: boolean },
): DatagramFrame | undefined {
  const whole = new Uint8Array(Math.max(bytes.length, Math.min(originalLength, MOST_BYTES)));
  whole.set(bytes);
  const frame = stripTags ? withoutTags(whole) : whole;
  const stripped = whole.length - frame.length;
  const tags = toHex(whole.subarray(12, 12 + stripped));
  const known = bytes.length - stripped;
  const segment = parseSegment(frame, new Segment());
  if (!isSent && segment.reason.startsWith('ip-length')) repairLength(segment);
  const datagram = readDatagram(segment, new Datagram());
  if (datagram.kind !== 'datagram' && datagram.kind !== 'first-fragment') return undefined;
  if (known < datagram.payloadOffset) return undefined;
  if (known < datagram.ipEnd) datagram.udpChecksum = 'unverified';
  const isPartial = known >= datagram.ipEnd && fillChecksum(datagram);
  return { packet, time, frame, segment, datagram, known, isPartial, tags };
}

/**
 * The length written by the device may be wrong: then the datagram goes to the end of the frame, and the field is
 * compared as it is.
 */
function repairLength(segment: Segment): void {
  const { frame, ipOffset, ipVersion } = segment;
  const at = ipOffset + (ipVersion === 4 ? Ipv4At.totalLength : Ipv6At.payloadLength);
  const length = frame.length - ipOffset - (ipVersion === 6 ? IPV6_HEADER : 0);
  if (ipVersion === 0 || length < UDP_HEADER || length > 0xffff) return;
  const stated = u16(frame, at);
  setU16(frame, at, length);
  parseSegment(frame, segment);
  setU16(frame, at, stated);
}

/** A checksum that was left to offload, as it is on the wire; whether it was. */
function fillChecksum({ frame, ipVersion, ipOffset, ipEnd, udpOffset, udpLength }: Datagram): boolean {
  if (udpLength < UDP_HEADER || udpOffset + udpLength > ipEnd) return false;
  const addresses = ipOffset + (ipVersion === 4 ? Ipv4At.source : Ipv6At.source);
  const pseudo = sumBytes(frame, addresses, addresses + (ipVersion === 4 ? 8 : 32)) + UDP_PROTOCOL + udpLength;
  const at = udpOffset + UdpAt.checksum;
  if (u16(frame, at) !== fold(pseudo)) return false;
  setU16(frame, at, 0);
  const sum = finish(pseudo + sumBytes(frame, udpOffset, udpOffset + udpLength));
  setU16(frame, at, sum === 0 ? 0xffff : sum);
  return true;
}

export function sentDatagram(
  { frame, segment, datagram, packet, time, known, isPartial, tags }: DatagramFrame,
  number: number,
): SentDatagram {
  const verified = known < datagram.ipEnd ? datagram : readDatagram(segment, new Datagram());
  return {
    number,
    frame,
    segment,
    datagram: verified,
    uroOn: true,
    uroOff: Number.POSITIVE_INFINITY,
    step: 0,
    due: 1,
    rscOn: true,
    switchedOff: Number.POSITIVE_INFINITY,
    rxcsumOn: true,
    rxcsumSwitched: Number.POSITIVE_INFINITY,
    stream: '',
    connection: datagram.connection,
    strippedTags: tags,
    packet,
    time,
    known,
    maySplit: isPartial,
    isMalformed: false,
    isMade: false,
    baseId: segment.ipId,
    captured: undefined,
  };
}

export function receivedDatagram(
  { frame, datagram, packet, time, known }: DatagramFrame,
  number: number,
): ReceivedDatagram {
  const observed = observe({ step: 1, frame, oob: {} }, number, false);
  const read = known < datagram.ipEnd ? datagram : readDatagram(observed.segment, new Datagram());
  const own = read.kind === 'other' ? datagram : read;
  const all = { ...observed, datagram: own, packet, time, known, isPartial: false, isLong: false };
  return { ...all, connection: datagram.connection, stream: datagram.connection };
}

/** Reads the datagram again, from bytes with another link-layer header and TTL. */
export function movedDatagram(received: ReceivedDatagram, bytes: Uint8Array): ReceivedDatagram {
  const { frame, segment, packet, time, number } = received;
  const again = parseSegment(bytes, new Segment());
  if (segment.ipChecksum === 'right') fillIpChecksum(again);
  const datagram = readDatagram(parseSegment(bytes, again), new Datagram());
  const known = received.known + bytes.length - frame.length;
  if (known < datagram.ipEnd) datagram.udpChecksum = 'unverified';
  return receivedDatagram(
    { frame: bytes, segment: again, datagram, packet, time, known, isPartial: false, tags: '' },
    number,
  );
}
