/** Shared by tests of inspection: a connection, frame by frame, as one host's tap shows it. */

import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';
import { setU16, u16 } from '../reference-impl/wire/bytes.ts';
import { fold, sumBytes } from '../reference-impl/wire/checksum.ts';
import { TcpAt } from '../reference-impl/wire/fields.ts';
import type { Packet } from '../runner/captures/packet.ts';
import { Inspector } from '../runner/inspect/inspector.ts';
import type { InspectReport } from '../runner/inspect/report.ts';

export const CLIENT = '10.0.0.1';
export const SERVER = '10.0.0.2';

export interface Shot {
  readonly frame: Uint8Array;
  /** Microseconds since the first. */
  readonly at: number;
  readonly originalLength?: number;
  readonly direction?: 'in' | 'out';
}

/**
 * Writes the pseudo-header's sum into the checksum field of an IPv4 frame without tags, as transmit offload leaves it.
 */
export function unfilled(frame: Uint8Array, withLength: boolean = true): Uint8Array {
  const tcp = 14 + ((u16(frame, 14) >> 8) & 0xf) * 4;
  const length = u16(frame, 16) + 14 - tcp;
  setU16(frame, tcp + TcpAt.checksum, fold(sumBytes(frame, 26, 34) + 6 + (withLength ? length : 0)));
  return frame;
}

/** A frame with ports, MACs and a TTL. Sequence numbers are those on the wire. */
export function segment(fromClient: boolean, spec: Partial<FrameSpec>): Uint8Array {
  const macs = ['02:00:00:00:00:01', '02:00:00:00:00:02'] as const;
  const [src, dst] = fromClient ? [CLIENT, SERVER] : [SERVER, CLIENT];
  const [srcMac, dstMac] = fromClient ? macs : [macs[1], macs[0]];
  const [sport, dport] = fromClient ? [40_000, 5000] : [5000, 40_000];
  return buildFrame({ src, dst, srcMac, dstMac, sport, dport, ...spec });
}

export function packet({ frame, at, originalLength = frame.length, direction }: Shot): Packet {
  const seconds = 1_700_000_000 + Math.floor(at / 1e6);
  return { frame, seconds, nanoseconds: (at % 1e6) * 1000, originalLength, direction, from: undefined, offset: 0 };
}

export function inspect(shots: readonly Shot[], mostConnections?: number): InspectReport {
  const inspector = new Inspector(mostConnections);
  for (const shot of shots) inspector.add(packet(shot));
  return inspector.report('x.pcap', 'IF');
}

/** SYN options: MSS 1460, SACK permitted, NOP, NOP. */
const SYN_OPTIONS = '020405b404020101';

/**
 * The three segments that open a connection; the server is `rtt` away from the tap, unless the tap is at the server.
 */
export function handshake(rtt: number, tap: 'client' | 'server', change: (frame: Uint8Array) => Uint8Array): Shot[] {
  const of = (isClient: boolean, spec: Partial<FrameSpec>): Uint8Array => {
    // A short frame that its own host has not padded yet, and one that Ethernet padded.
    if (isClient === (tap === 'client')) return change(segment(isClient, { ...spec, trailer: 0 }));
    return segment(isClient, spec);
  };
  const toServer = tap === 'client' ? rtt : 10;
  const toClient = tap === 'client' ? 10 : rtt;
  return [
    { at: 0, frame: of(true, { flags: 'S', seq: 999, options: SYN_OPTIONS }) },
    { at: toServer, frame: of(false, { flags: 'SA', seq: 4999, ack: 1000, options: SYN_OPTIONS }) },
    { at: toServer + toClient, frame: of(true, { seq: 1000, ack: 5000 }) },
  ];
}

/** Bytes that differ, so that no checksum is right by chance. */
export function text(length: number, start: number = 0): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 0x20 + (((start + i) * 7) % 0x5f));
}
