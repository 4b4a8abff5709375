/** The segments that a sender's NIC makes of a frame that is too long for its link, by the connection's MSS. */

import { outerChecksumUpdated, outerLengthUpdated, updateOuter } from '../../reference-impl/rules/tunnels.ts';
import { setU16, setU32, u16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import { Segment } from '../../reference-impl/wire/segment.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { fillIpChecksum, fillTcpChecksum, parseWire, type WireFrame } from './wire-frame.ts';

/** Only the last segment has these flags, and only the first has CWR, as from a NIC. */
const LAST_ONLY = TcpFlag.psh | TcpFlag.fin;

type Place = Pick<WireFrame, 'packet' | 'time' | 'tags' | 'known'>;

export function segmented({ packet, time, frame, segment, tags, known }: WireFrame, mss: number): WireFrame[] {
  const pieces: WireFrame[] = [];
  for (let at = 0; at < segment.payloadLength; at += mss) {
    const length = Math.min(mss, segment.payloadLength - at);
    const piece = new Uint8Array(segment.payloadOffset + length);
    piece.set(frame.subarray(0, segment.payloadOffset));
    const from = segment.payloadOffset + at;
    piece.set(frame.subarray(from, from + length), segment.payloadOffset);
    let flags = segment.flags;
    if (at > 0) flags &= ~TcpFlag.cwr;
    if (at + length < segment.payloadLength) flags &= ~LAST_ONLY;
    const { ipOffset, tcpOffset } = segment;
    setU32(piece, tcpOffset + TcpAt.seq, (segment.seq + at) >>> 0);
    setU16(piece, tcpOffset + TcpAt.dataOffset, (segment.tcpHeaderLength << 10) | flags);
    if (segment.ipVersion === 4) {
      setU16(piece, ipOffset + Ipv4At.totalLength, piece.length - ipOffset);
      setU16(piece, ipOffset + Ipv4At.id, (segment.ipId + pieces.length) & 0xffff);
    } else setU16(piece, ipOffset + Ipv6At.payloadLength, piece.length - ipOffset - IPV6_HEADER);
    for (const { kind, at: outer } of segment.outer)
      if (kind === 'ipv4') {
        const id = u16(piece, outer + Ipv4At.id);
        setU16(piece, outer + Ipv4At.id, (id + pieces.length) & 0xffff);
      }
    const held = Math.min(Math.max(known - from, 0), length);
    pieces.push(finished(piece, { packet, time, tags, known: segment.payloadOffset + held }));
  }
  return pieces;
}

/** NICs count the Identification of the segments up, or keep it: the output shows which. */
export function withIpId({ frame, ...place }: Place & Pick<WireFrame, 'frame'>, id: number): WireFrame {
  const copy = frame.slice();
  setU16(copy, parseWire(copy, new Segment(), 'ignored').ipOffset + Ipv4At.id, id);
  return finished(copy, place);
}

function finished(frame: Uint8Array, { packet, time, tags, known }: Place): WireFrame {
  const segment = parseWire(frame, new Segment(), 'ignored');
  fillIpChecksum(segment);
  parseWire(frame, segment, 'ignored');
  fillTcpChecksum(segment);
  updateOuter(frame, segment.outer, segment.ipEnd, [outerLengthUpdated, outerChecksumUpdated]);
  return { packet, time, frame, segment, known, isPartial: false, isLong: false, tags };
}
