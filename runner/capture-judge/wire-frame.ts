/** A packet of a capture as the judge can take it: whole again where the capture cut it, its length mended where an offload left it 0. */

import { setU16, toHex, u16 } from '../../reference-impl/wire/bytes.ts';
import { finish, fold, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment, verify } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER } from '../../reference-impl/wire/tcp.ts';
import { isLoose, withoutTags } from '../judge/arrival.ts';

/** The largest IP datagram behind an Ethernet header with tags: no capture makes us take more. */
const MOST_BYTES = 65_535 + 64;
const TCP = 6;

export interface WireFrame {
  /** Number of the packet in its capture, from 1 as Wireshark counts. */
  readonly packet: number;
  readonly frame: Uint8Array;
  readonly segment: Segment;
  /** Bytes that the capture holds; behind them the frame is filled up with zeros. */
  readonly known: number;
  /** The TCP checksum field holds the pseudo-header's sum only: to be filled in by a NIC, or vouched for by one. */
  readonly isPartial: boolean;
  /** The VLAN tags that were stripped, in hex. */
  readonly tags: string;
}

/** `mtu`: largest IP packet of the link; a longer frame whose IP length is 0 is an unsegmented one.
 * Undefined: no TCP segment, or one of which not even the headers were captured. Copies what it keeps. */
export function wireFrame(
  bytes: Uint8Array,
  originalLength: number,
  packet: number,
  { stripTags, mtu }: { readonly stripTags: boolean; readonly mtu: number },
): WireFrame | undefined {
  const length = Math.max(bytes.length, Math.min(originalLength, MOST_BYTES));
  const whole = new Uint8Array(length);
  whole.set(bytes);
  const frame = stripTags ? withoutTags(whole) : whole;
  const stripped = whole.length - frame.length;
  const tags = toHex(whole.subarray(12, 12 + stripped));
  const known = bytes.length - stripped;
  const segment = parseSegment(frame, new Segment());
  const isLong = frame.length - segment.ipOffset > mtu;
  if (isLong && segment.reason === 'ip-length-short' && segment.ipVersion === 4) mendLength(segment);
  if (segment.kind === 'other' && (!isMendable(segment) || known < segment.tcpOffset + TCP_HEADER)) return undefined;
  if (segment.kind === 'later-fragment' || known < segment.payloadOffset) return undefined;
  if (segment.kind !== 'other' && known < segment.ipEnd) segment.tcpChecksum = 'right';
  else if (segment.kind === 'segment') verify(segment, fold(sumBytes(frame, segment.payloadOffset, segment.ipEnd)));
  return { packet, frame, segment, known, isPartial: isPartial(segment), tags };
}

/** No segment for a length or an offset alone: with a right one, it names its connection. */
function isMendable({ reason }: Segment): boolean {
  return reason.startsWith('ip-length') || reason.startsWith('data-offset') || reason === 'tcp-header-short';
}

/** Segmentation offload leaves an IPv4 total length of 0 in some captures: the frame ends where the capture says. */
function mendLength(segment: Segment): void {
  const { frame, ipOffset } = segment;
  const length = frame.length - ipOffset;
  if (u16(frame, ipOffset + Ipv4At.totalLength) !== 0 || frame[ipOffset + Ipv4At.protocol] !== TCP || length > 0xffff)
    return;
  setU16(frame, ipOffset + Ipv4At.totalLength, length);
  fillIpChecksum(segment);
  parseSegment(frame, segment);
}

function isPartial(segment: Segment): boolean {
  if (isLoose(segment) || segment.kind !== 'segment') return false;
  const { frame, tcpOffset, ipEnd } = segment;
  return u16(frame, tcpOffset + TcpAt.checksum) === fold(pseudoHeaderSum(segment, ipEnd - tcpOffset));
}

/** Writes the IPv4 header's checksum. */
export function fillIpChecksum({ frame, ipOffset, ipVersion }: Segment): void {
  if (ipVersion !== 4) return;
  setU16(frame, ipOffset + Ipv4At.checksum, 0);
  const end = ipOffset + ((frame[ipOffset] as number) & 0xf) * 4;
  setU16(frame, ipOffset + Ipv4At.checksum, finish(sumBytes(frame, ipOffset, end)));
}

/** Writes the TCP checksum that the sender's NIC puts on the wire, and verifies anew. */
export function fillTcpChecksum(segment: Segment): void {
  const { frame, tcpOffset, payloadOffset, ipEnd } = segment;
  setU16(frame, tcpOffset + TcpAt.checksum, 0);
  setU16(
    frame,
    tcpOffset + TcpAt.checksum,
    finish(sumBytes(frame, tcpOffset, ipEnd) + pseudoHeaderSum(segment, ipEnd - tcpOffset)),
  );
  verify(segment, fold(sumBytes(frame, payloadOffset, ipEnd)));
}
