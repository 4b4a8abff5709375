/**
 * A packet of a capture in the form that the judge takes: filled up if the capture cut it, its length repaired if an
 * offload left it 0.
 */

import { setU16, toHex, u16 } from '../../reference-impl/wire/bytes.ts';
import { finish, fold, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import { pseudoHeaderSum, Segment, verify } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER } from '../../reference-impl/wire/tcp.ts';
import { TUNNEL_KINDS, type TunnelReading } from '../../reference-impl/wire/tunnel.ts';
import { parseTunnelled } from '../../reference-impl/wire/tunnelled-segment.ts';
import { isUnordered, withoutTags } from '../judge/arrival.ts';
import { frameMemory } from './frame-memory.ts';
import { isLong, lengthOfLong, parseLong, withoutJumboOption } from './long-packet.ts';

/**
 * The largest packet that Linux makes (GRO_MAX_SIZE) after an Ethernet header with tags: longer packets are not
 * accepted from any capture.
 */
const MOST_BYTES = 8 * 65_535 + 64;

export interface WireFrame {
  /** Number of the packet in its capture, from 1 as Wireshark counts. */
  readonly packet: number;
  /** In seconds, from a moment that both captures share; NaN: the capture has no time. */
  readonly time: number;
  readonly frame: Uint8Array;
  readonly segment: Segment;
  /** Bytes that the capture has; the rest of the frame is filled up with zeros. */
  readonly known: number;
  /** The TCP checksum field is only the pseudo-header's sum: a NIC will complete it, or has validated it. */
  readonly isPartial: boolean;
  /** Longer than its length field can express. */
  readonly isLong: boolean;
  /** The VLAN tags that were stripped, in hex. */
  readonly tags: string;
  /** The captured frame, if its IP length was repaired. */
  readonly captured?: Uint8Array;
}

export interface WireOptions {
  readonly stripTags: boolean;
  /** Largest IP packet of the link. */
  readonly mtu: number;
  /** On the sent side: a longer frame with an IP length of 0 is one that the NIC will segment. */
  readonly isSent: boolean;
}

/** The number of the packet on its side, from 1, and its time. */
export interface PacketPlace {
  readonly number: number;
  readonly time: number;
}

/** Undefined: it is no TCP segment, or the capture cut its headers. Copies what it keeps. */
export function wireFrame(
  bytes: Uint8Array,
  originalLength: number,
  { number: packet, time }: PacketPlace,
  options: WireOptions,
): WireFrame | undefined {
  const length = Math.max(bytes.length, Math.min(originalLength, MOST_BYTES));
  const whole = frameMemory(length);
  whole.set(bytes);
  const frame = options.stripTags ? withoutTags(whole) : whole;
  const stripped = whole.length - frame.length;
  const tags = stripped === 0 ? '' : toHex(whole.subarray(12, 12 + stripped));
  const held = bytes.length - stripped;
  const { segment, isLong, captured } = segmentOf(frame, options);
  const known = held - (frame.length - segment.frame.length);
  if (segment.kind === 'other' && (!isRepairable(segment) || known < segment.tcpOffset + TCP_HEADER)) return undefined;
  if (segment.kind === 'later-fragment' || known < segment.payloadOffset) return undefined;
  if (segment.kind !== 'other' && known < segment.ipEnd) segment.tcpChecksum = 'right';
  else if (segment.kind === 'segment')
    verify(segment, fold(sumBytes(segment.frame, segment.payloadOffset, segment.ipEnd)));
  const wire = { packet, time, frame: segment.frame, segment, known, isPartial: isPartial(segment), tags, isLong };
  return captured === undefined ? wire : { ...wire, captured };
}

/** A capture shows every tunnel, and how the segments inside were merged. */
export function parseWire(
  frame: Uint8Array,
  into: Segment,
  outerLengths: TunnelReading['lengths'] = 'checked',
): Segment {
  return parseTunnelled(frame, into, { kinds: TUNNEL_KINDS, lengths: outerLengths });
}

/** The part of the frame that is the segment; its IP length is repaired if it gives no length. */
function segmentOf(
  frame: Uint8Array,
  { mtu, isSent }: WireOptions,
): Pick<WireFrame, 'segment' | 'isLong' | 'captured'> {
  const segment = parseWire(frame, new Segment());
  const { ipOffset } = segment;
  if (segment.ipVersion === 0 || frame.length - ipOffset <= mtu) return { segment, isLong: false };
  const length = lengthOfLong(frame, segment);
  if (length === undefined) return { segment, isLong: false };
  const bare = withoutJumboOption(frame, segment);
  const bytes = length - (frame.length - bare.length);
  if (isLong(bytes, segment)) return { segment: parseLong(bare, ipOffset, bytes), isLong: true };
  if (!isSent) return { segment, isLong: false };
  const is4 = segment.ipVersion === 4;
  const captured = frame.slice();
  setU16(bare, ipOffset + (is4 ? Ipv4At.totalLength : Ipv6At.payloadLength), is4 ? bytes : bytes - IPV6_HEADER);
  const repaired = parseWire(bare, new Segment());
  fillIpChecksum(repaired);
  return { segment: parseWire(bare, repaired), isLong: false, captured };
}

/** No segment, only because of a length or an offset: with a right one, it names its connection. */
function isRepairable({ reason, frame }: Segment): boolean {
  if (reason.startsWith('ip-length') || reason.startsWith('data-offset') || reason === 'tcp-header-short') return true;
  // In a tunnel with wrong headers.
  return parseWire(frame, new Segment(), 'ignored').kind === 'segment';
}

function isPartial(segment: Segment): boolean {
  if (isUnordered(segment) || segment.kind !== 'segment') return false;
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

/** Writes the TCP checksum that the sender's NIC puts on the wire, and verifies it again. */
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
