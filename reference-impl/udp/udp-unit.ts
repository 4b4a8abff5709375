/** A single coalesced unit (SCU) of datagrams in progress: what the rules compare a datagram with, and the bytes so far. */

import type { ChecksumState } from '../wire/segment.ts';
import type { Datagram } from './datagram.ts';

const HEADROOM = 4096;

/** Offsets and lengths are in bytes of `bytes`; header values are the first datagram's. */
export class UdpUnit {
  /** The first datagram's frame, then the payloads that joined. */
  bytes: Uint8Array;
  /** End of the payload in `bytes`. */
  end: number;
  /** Length of the first frame with its trailer: a unit that nothing joined is indicated with it. */
  readonly firstFrameLength: number;
  readonly ipVersion: 0 | 4 | 6;
  readonly ipOffset: number;
  readonly udpOffset: number;
  readonly payloadOffset: number;
  readonly trafficClass: number;
  readonly ipFlags: number;
  readonly ttl: number;
  readonly flowLabel: number;
  readonly hosts: string;
  readonly connection: string;
  readonly ipChecksum: ChecksumState;
  readonly udpChecksum: ChecksumState;
  /** UDP lengths, header included: of the first datagram, and of the one that joined last. */
  readonly udpLength: number;
  lastUdpLength: number;
  /** Arrival numbers. */
  readonly arrivals: number[];

  constructor(datagram: Datagram, arrival: number) {
    const { frame } = datagram;
    this.bytes = new Uint8Array(frame);
    this.end = datagram.payloadOffset + datagram.payloadLength;
    this.firstFrameLength = frame.length;
    this.ipVersion = datagram.ipVersion;
    this.ipOffset = datagram.ipOffset;
    this.udpOffset = datagram.udpOffset;
    this.payloadOffset = datagram.payloadOffset;
    this.trafficClass = datagram.trafficClass;
    this.ipFlags = datagram.ipFlags;
    this.ttl = datagram.ttl;
    this.flowLabel = datagram.flowLabel;
    this.hosts = datagram.hosts;
    this.connection = datagram.connection;
    this.ipChecksum = datagram.ipChecksum;
    this.udpChecksum = datagram.udpChecksum;
    this.udpLength = datagram.udpLength;
    this.lastUdpLength = datagram.udpLength;
    this.arrivals = [arrival];
  }

  get datagrams(): number {
    return this.arrivals.length;
  }

  get isMerged(): boolean {
    return this.arrivals.length > 1;
  }

  /** Bytes that the IP length field of `extra` more payload bytes would count. */
  ipLengthWith(extra: number): number {
    return this.end - this.ipOffset - (this.ipVersion === 6 ? 40 : 0) + extra;
  }

  /** U5: the payload is appended. */
  join({ frame, payloadOffset, payloadLength, udpLength }: Datagram, arrival: number): void {
    this.#reserve(this.end + payloadLength);
    this.bytes.set(frame.subarray(payloadOffset, payloadOffset + payloadLength), this.end);
    this.end += payloadLength;
    this.lastUdpLength = udpLength;
    this.arrivals.push(arrival);
  }

  #reserve(length: number): void {
    if (length <= this.bytes.length) return;
    const longer = new Uint8Array(Math.max(length + HEADROOM, this.bytes.length * 2));
    longer.set(this.bytes.subarray(0, this.end));
    this.bytes = longer;
  }
}
