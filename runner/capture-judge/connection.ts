/** One direction of one connection in both captures, and the final report about it. */

import type { Segment } from '../../reference-impl/wire/segment.ts';
import { seqAtOrAfter } from '../../reference-impl/wire/seq.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Stop } from '../captures/stop.ts';
import { CapturePoints } from './capture-points.ts';
import type { ClockSpread } from './clock-spread.ts';
import type { ConnectionName } from './connection-name.ts';
import { type DatagramFrame, receivedDatagram, sentDatagram } from './datagram-frame.ts';
import type { HistoryBudget } from './history-budget.ts';
import type { Incident } from './incident.ts';
import type { CommonRange } from './missing-segments.ts';
import type { PacketRanges } from './packet-ranges.ts';
import type { SegmentSize } from './segment-sizes.ts';
import { segmented } from './sender-offload.ts';
import { arrivalOf, receivedOf, type SentSegment } from './sides.ts';
import { Stream } from './stream.ts';
import type { StreamCounts } from './stream-counts.ts';
import { tcpTransport } from './tcp-transport.ts';
import { udpTransport } from './udp-transport.ts';
import type { WireFrame } from './wire-frame.ts';

/** Incidents whose frames are kept; further ones are only counted. */
const MOST_INCIDENTS = 32;

export interface ConnectionOptions {
  readonly capabilities: Capabilities;
  readonly allowsSenderOffload: boolean;
  readonly mtu: number;
  /** Shared by all connections of the pair. */
  readonly common: CommonRange;
  /** Shared by all connections of the pair. */
  readonly budget?: HistoryBudget;
  /** Nothing between the captures reorders. */
  readonly isDirect?: boolean;
  readonly stop?: Stop;
}

/** The two captures are exchanged, or may be. */
export interface Exchanged {
  readonly isSure: boolean;
  /** The evidence for it; empty if it is not certain. */
  readonly why: string;
}

export interface ConnectionResult {
  /** Of its packets: see `connectionOf`. */
  readonly key: string;
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly from: string;
  readonly to: string;
  readonly counts: Readonly<StreamCounts>;
  readonly incidents: readonly Incident[];
  readonly moreIncidents: number;
  /** Segments that went missing between the captures: see `lost` of the counts. */
  readonly lost: readonly SentSegment[];
  /** Packets of the sent capture from before the first that came out, and from after the last. */
  readonly before: PacketRanges;
  readonly after: PacketRanges;
  /** Packets of the sent capture whose bytes came in a frame of `unsent`. */
  readonly amongUnsent: PacketRanges;
  /** Packets of the received capture that nothing in the sent one explains. */
  readonly unsent: PacketRanges;
  /** How many of these the host acknowledged: its capture missed them. */
  readonly acknowledged: number;
  /** Frames on the sent side that are too long for any link, and that no option allows. */
  readonly oversized: number;
  /** Not judged: segments of the sent side were cut up on the way, by a size that nothing shows. */
  readonly isSplitUp?: boolean;
  readonly hasHop: boolean;
  readonly exchanged?: Exchanged;
  /** The side that has it in several forms, from several interfaces. */
  readonly twofold?: 'sent' | 'received';
  /** Datagrams that carry it came out merged: they are judged, not the segments inside them. */
  readonly isMergedOutside?: boolean;
  readonly clock: ClockSpread;
}

export class Connection {
  /** Bytes and packets that waited at the last weighing. */
  weight: { sent: number; sentPackets: number; received: number; receivedPackets: number } = {
    ...{ sent: 0, sentPackets: 0, received: 0, receivedPackets: 0 },
  };
  isMergedOutside: boolean = false;
  /** The key of the other direction, once one of its frames was looked at: making it takes as long as parsing a frame. */
  otherKey: string | undefined = undefined;
  readonly stream: Stream;
  readonly sentPoints: CapturePoints = new CapturePoints();
  readonly receivedPoints: CapturePoints = new CapturePoints();
  readonly #key: string;
  readonly #name: ConnectionName;
  readonly #protocol: 'tcp' | 'udp';
  readonly #options: ConnectionOptions;
  readonly #incidents: Incident[] = [];
  #moreIncidents = 0;
  #sent = 0;
  #received = 0;
  #oversized = 0;
  #ack: number | undefined;

  constructor(key: string, name: ConnectionName, protocol: 'tcp' | 'udp', options: ConnectionOptions) {
    this.#key = key;
    this.#name = name;
    this.#protocol = protocol;
    this.#options = options;
    this.stream = new Stream({ ...options, transport: protocol === 'udp' ? udpTransport : tcpTransport }, (incident) =>
      this.#take(incident),
    );
  }

  takeSentDatagram(wire: DatagramFrame): void {
    const { datagram } = wire;
    if (wire.known < datagram.ipEnd) this.stream.counts.cut++;
    const isOversized = datagram.kind === 'datagram' && datagram.ipEnd - datagram.ipOffset > this.#options.mtu;
    if (isOversized) this.#oversized++;
    const { maySplit, ...sent } = sentDatagram(wire, this.#sent++);
    // Nothing announces the size of datagrams.
    this.stream.addSent({ ...sent, maySplit: maySplit || isOversized || this.#options.allowsSenderOffload });
  }

  takeReceivedDatagram(wire: DatagramFrame): void {
    if (wire.known < wire.datagram.ipEnd) this.stream.counts.cut++;
    this.stream.addReceived(receivedDatagram(wire, this.#received++));
  }

  takeSent(wire: WireFrame, { most, announced }: SegmentSize): void {
    const { segment } = wire;
    if (wire.known < segment.ipEnd) this.stream.counts.cut++;
    const { allowsSenderOffload, mtu } = this.#options;
    const { payloadLength, ipEnd, linkEnd } = segment;
    const isOversized =
      payloadLength > most && (ipEnd - linkEnd > mtu || (announced !== undefined && payloadLength > announced));
    if (isOversized) this.#oversized++;
    if (!isOversized || !allowsSenderOffload) {
      // The link carries it, but the path to the other end may carry less.
      const isUnsure = announced === undefined && (allowsSenderOffload || this.#oversized > 0);
      this.stream.addSent(arrivalOf(wire, this.#sent++, undefined, isOversized || isUnsure));
      return;
    }
    for (const piece of segmented(wire, most)) {
      this.stream.addSent(arrivalOf(piece, this.#sent++, { baseId: segment.ipId }));
    }
  }

  takeReceived(wire: WireFrame): void {
    if (wire.known < wire.segment.ipEnd) this.stream.counts.cut++;
    this.stream.addReceived(receivedOf(wire, this.#received++));
  }

  /** A frame that is no segment only because of a wrong length; `meant`: what it would be with a right one. */
  takeMalformed(wire: WireFrame, meant: Segment): void {
    this.stream.addMalformed(arrivalOf(wire, this.#sent++), meant);
  }

  acknowledged(ack: number): void {
    if (this.#ack === undefined || seqAtOrAfter(ack, this.#ack)) this.#ack = ack;
  }

  async end(): Promise<ConnectionResult> {
    await this.stream.end();
    const { counts, missing, unsent, hop } = this.stream;
    const twofold = this.sentPoints.isTwofold ? 'sent' : this.receivedPoints.isTwofold ? 'received' : undefined;
    return {
      key: this.#key,
      ...this.#name,
      protocol: this.#protocol,
      counts,
      incidents: this.#incidents,
      moreIncidents: this.#moreIncidents,
      lost: missing.lost,
      acknowledged: missing.acknowledged(this.#ack),
      before: missing.before,
      after: missing.after,
      amongUnsent: missing.amongUnsent,
      unsent,
      oversized: this.stream.isSegmentedLater && !this.#options.allowsSenderOffload ? this.#oversized : 0,
      ...(this.stream.isSegmentedLater ? { isSplitUp: true } : {}),
      hasHop: hop.isSeen,
      ...(twofold === undefined ? {} : { twofold }),
      ...(this.isMergedOutside ? { isMergedOutside: true } : {}),
      clock: this.stream.clock,
    };
  }

  #take(incident: Incident): void {
    if (this.#incidents.length < MOST_INCIDENTS) this.#incidents.push(incident);
    else this.#moreIncidents++;
  }
}
