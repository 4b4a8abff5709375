/**
 * Header prediction: the segments of a stream differ in a few fields only. The masks leave these out of the words of a frame,
 * so that a dozen comparisons recognise the next segment of a stream.
 */

import { setU16, setU32 } from './bytes.ts';
import { ETHERNET_HEADER } from './ethernet.ts';
import { type Layout as FrameLayout, Ipv4At, Ipv6At, TcpAt, USUAL_TIMESTAMPS } from './fields.ts';
import { IPV4_HEADER } from './ipv4.ts';
import { IPV6_HEADER } from './ipv6.ts';
import { TCP_HEADER, TcpFlag } from './tcp.ts';
import { HEADER_WORDS, Layout, Place } from './wasm/frame-module.ts';

/** Bytes before the frame in the word in which it begins. */
const LEAD = Place.frame & 3;
const TIMESTAMPS_OPTION = 12;

export interface HeaderMask {
  /** Ones where a frame must equal the one before; zeros after its headers. */
  readonly words: Int32Array;
  /** Where its parts are, see `Layout`. */
  readonly layout: Int32Array;
}

const masks = new Map<number, HeaderMask>();

/**
 * The mask for frames of this layout. Undefined for unusual layouts: options or extension headers, timestamps in another
 * place, more than two tags.
 */
export function headerMask(layout: FrameLayout): HeaderMask | undefined {
  const { ipVersion, ipOffset, tcpOffset, payloadOffset, timestampsOffset } = layout;
  const hasTimestamps = timestampsOffset !== 0;
  if (tcpOffset !== ipOffset + (ipVersion === 4 ? IPV4_HEADER : IPV6_HEADER)) return undefined;
  if (payloadOffset !== tcpOffset + TCP_HEADER + (hasTimestamps ? TIMESTAMPS_OPTION : 0)) return undefined;
  if (hasTimestamps && timestampsOffset !== tcpOffset + USUAL_TIMESTAMPS) return undefined;
  if (ipOffset < ETHERNET_HEADER || LEAD + payloadOffset > 4 * HEADER_WORDS) return undefined;
  // The offset of the payload determines the headers before it, except for the IP version and the timestamps.
  const key = (payloadOffset << 8) | (tcpOffset << 1) | (ipVersion === 4 ? 1 : 0);
  const known = masks.get(key) ?? { words: wordsOf(layout), layout: layoutOf(layout) };
  masks.set(key, known);
  return known;
}

function wordsOf({ ipVersion, ipOffset, tcpOffset, payloadOffset, timestampsOffset }: FrameLayout): Int32Array {
  const words = new Int32Array(HEADER_WORDS);
  const mask = new Uint8Array(words.buffer).subarray(LEAD);
  mask.fill(0xff, 0, payloadOffset);
  setU16(mask, ipOffset + (ipVersion === 4 ? Ipv4At.totalLength : Ipv6At.payloadLength), 0);
  if (ipVersion === 4) {
    setU16(mask, ipOffset + Ipv4At.id, 0);
    setU16(mask, ipOffset + Ipv4At.checksum, 0);
  }
  setU32(mask, tcpOffset + TcpAt.seq, 0);
  setU32(mask, tcpOffset + TcpAt.ack, 0);
  mask[tcpOffset + TcpAt.flags] = 0xff & ~TcpFlag.psh;
  setU16(mask, tcpOffset + TcpAt.window, 0);
  setU16(mask, tcpOffset + TcpAt.checksum, 0);
  if (timestampsOffset !== 0) {
    setU32(mask, timestampsOffset, 0);
    setU32(mask, timestampsOffset + 4, 0);
  }
  return words;
}

function layoutOf({ ipVersion, ipOffset, tcpOffset, payloadOffset }: FrameLayout): Int32Array {
  const isIpv4 = ipVersion === 4;
  const layout = new Int32Array(8);
  layout[Layout.length] = Place.frame + ipOffset + (isIpv4 ? Ipv4At.totalLength : Ipv6At.payloadLength);
  layout[Layout.lengthFrom] = Place.frame + (isIpv4 ? ipOffset : tcpOffset);
  layout[Layout.ip] = Place.frame + ipOffset;
  layout[Layout.ipEnd] = Place.frame + (isIpv4 ? tcpOffset : ipOffset);
  layout[Layout.ipSum] = isIpv4 ? 0xffff : 0;
  layout[Layout.addresses] = Place.frame + ipOffset + (isIpv4 ? Ipv4At.source : Ipv6At.source);
  layout[Layout.tcp] = Place.frame + tcpOffset;
  layout[Layout.payload] = Place.frame + payloadOffset;
  return layout;
}
