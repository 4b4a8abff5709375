/** A packet of a capture as the judge can take it: whole again where the capture cut it, its length repaired where an offload left it 0. */

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

/** The largest packet that Linux makes (GRO_MAX_SIZE) after an Ethernet header with tags: no capture makes us take more. */
const MOST_BYTES = 8 * 65_535 + 64;

export interface WireFrame {
  /** Number of the packet in its capture, from 1 as Wireshark counts. */
  readonly packet: number;
  /** Seconds, from a moment that both captures share; NaN: the capture does not say. */
  readonly time: number;
  readonly frame: Uint8Array;
  readonly segment: Segment;
  /** Bytes that the capture holds; after them the frame is filled up with zeros. */
  readonly known: number;
  /** The TCP checksum field holds the pseudo-header's sum only: to be filled in by a NIC, or vouched for by one. */
  readonly isPartial: boolean;
  /** Longer than the field for its length can say. */
  readonly isLong: boolean;
  /** The VLAN tags that were stripped, in hex. */
  readonly tags: string;
  /** As the capture holds it, if its IP length was repaired. */
  readonly captured?: Uint8Array;
}

export interface WireOptions {
  readonly stripTags: boolean;
  /** Largest IP packet of the link. */
  readonly mtu: number;
  /** Of the sent side: a longer frame with an IP length of 0 is one that the NIC is to segment. */
  readonly isSent: boolean;
}

/** Which packet of its side, from 1, and when. */
export interface PacketPlace {
  readonly number: number;
  readonly time: number;
}

/** Undefined: no TCP segment, or one of which not even the headers were captured. Copies what it keeps. */
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
  if (segment.kind === 'other' && (!isMendable(segment) || known < segment.tcpOffset + TCP_HEADER)) return undefined;
  if (segment.kind === 'later-fragment' || known < segment.payloadOffset) return undefined;
  if (segment.kind !== 'other' && known < segment.ipEnd) segment.tcpChecksum = 'right';
  else if (segment.kind === 'segment')
    verify(segment, fold(sumBytes(segment.frame, segment.payloadOffset, segment.ipEnd)));
  const wire = { packet, time, frame: segment.frame, segment, known, isPartial: isPartial(segment), tags, isLong };
  return captured === undefined ? wire : { ...wire, captured };
}

/** A capture shows every tunnel, and what is made of the segments inside. */
export function parseWire(
  frame: Uint8Array,
  into: Segment,
  outerLengths: TunnelReading['lengths'] = 'checked',
): Segment {
  return parseTunnelled(frame, into, { kinds: TUNNEL_KINDS, lengths: outerLengths });
}

/** What of a frame is the segment; its IP length repaired where that says nothing. */
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

/** No segment for a length or an offset alone: with a right one, it names its connection. */
function isMendable({ reason, frame }: Segment): boolean {
  if (reason.startsWith('ip-length') || reason.startsWith('data-offset') || reason === 'tcp-header-short') return true;
  // In a tunnel whose own headers are wrong.
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
