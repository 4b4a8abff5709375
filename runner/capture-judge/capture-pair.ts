/**
 * Reads two captures side by side in bounded memory. It reads the side with less waiting, explains each connection as
 * far as both sides reach, and gives up what the other side never explains once the windows are full.
 */

import type { Segment } from '../../reference-impl/wire/segment.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { turn } from '../base/turn.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Packet } from '../captures/packet.ts';
import { Stop } from '../captures/stop.ts';
import { CaptureSide } from './capture-side.ts';
import type { Connection, ConnectionResult } from './connection.ts';
import { directionsOf } from './connection-name.ts';
import { Connections } from './connections.ts';
import { type DatagramFrame, datagramFrame } from './datagram-frame.ts';
import { frameKind, KindCounts } from './frame-kind.ts';
import { isInDatagram, isMergedOutside } from './outer-datagrams.ts';
import { type PairPlaces, PLAIN_PLACES } from './packet-places.ts';
import { SegmentSizes } from './segment-sizes.ts';
import type { SideFacts } from './side-facts.ts';
import { segmentMeant } from './sides.ts';
import { type PacketPlace, type WireFrame, type WireOptions, wireFrame } from './wire-frame.ts';

export interface PairOptions {
  /** Files of each side, in any order. */
  readonly sent: readonly string[];
  readonly received: readonly string[];
  /** The interfaces of each side to judge: names, descriptions or numbers; none: all. */
  readonly sentInterfaces?: readonly string[];
  readonly receivedInterfaces?: readonly string[];
  /** Maximum number of packets to read of each side. */
  readonly most?: number;
  /** Ends reading and judging. */
  readonly stop?: Stop;
  readonly capabilities: Capabilities;
  /** Frames on the sent side that are longer than the link allows were segmented by the sender's NIC. */
  readonly allowsSenderOffload: boolean;
  /** Largest IP packet of the link. */
  readonly mtu: number;
  readonly stripTags: boolean;
  /** Nothing between the captures reorders: a wrong order is a failure of the device. Default: false. */
  readonly isDirect?: boolean;
  /** Datagrams that carry an unannounced tunnel are judged as datagrams, not as the segments inside them. */
  readonly readsOuterDatagrams?: boolean;
  readonly result: (result: ConnectionResult) => void;
  /** Called as reading progresses. */
  readonly progress?: () => void;
}

export interface PairTotals {
  readonly sent: SideFacts;
  readonly received: SideFacts;
  /** Of either side: frames that are no TCP segment, or whose headers the capture cut. */
  readonly sentKinds: KindCounts;
  readonly receivedKinds: KindCounts;
}

export class CapturePair {
  /** Defects of a file; everything before a defect was judged. */
  readonly defects: unknown[] = [];
  /** Datagrams that carry an unannounced tunnel came out merged: see `readsOuterDatagrams`. */
  mergesOuterDatagrams: boolean = false;
  readonly options: PairOptions;
  readonly #connections: Connections;
  readonly #touched = new Set<Connection>();
  #sides: Sides | undefined;
  readonly #stop: Stop;
  readonly #sizes: SegmentSizes;
  readonly #sentOptions: WireOptions;
  readonly #receivedOptions: WireOptions;
  /** Times count from this whole second: that of the first packet with a time. */
  #base: number | undefined;

  constructor(options: PairOptions) {
    this.options = options;
    this.#stop = options.stop ?? new Stop();
    const { stripTags, mtu, capabilities, allowsSenderOffload, isDirect = false } = options;
    this.#connections = new Connections({ capabilities, allowsSenderOffload, mtu, isDirect, stop: this.#stop });
    this.#sizes = new SegmentSizes(mtu);
    this.#sentOptions = { stripTags, mtu, isSent: true };
    this.#receivedOptions = { stripTags, mtu, isSent: false };
  }

  /** Both sides are files, so they can be read once more. */
  get isAgainReadable(): boolean {
    return this.#sides?.sent.isAgainReadable === true && this.#sides.received.isAgainReadable;
  }

  /** Facts about both sides, as far as they were read. */
  get totals(): PairTotals {
    if (this.#sides === undefined) return this.#nothing;
    const { sent, received } = this.#sides;
    return { sent: sent.facts, received: received.facts, sentKinds: sent.kinds, receivedKinds: received.kinds };
  }

  /** It was stopped before both were open. */
  get #nothing(): PairTotals {
    const { sent, received } = this.options;
    const none = (files: readonly string[]): SideFacts => ({ files, packets: 0, interfaces: [] });
    return {
      ...{ sent: none(sent), received: none(received) },
      ...{ sentKinds: new KindCounts(), receivedKinds: new KindCounts() },
    };
  }

  /** Where packets of either side are in its files. */
  get places(): PairPlaces {
    return this.#sides === undefined
      ? PLAIN_PLACES
      : { sent: this.#sides.sent.places, received: this.#sides.received.places };
  }

  /** Bytes of both files: read so far, and in all. */
  get position(): number {
    return (this.#sides?.sent.position ?? 0) + (this.#sides?.received.position ?? 0);
  }

  get size(): number {
    return (this.#sides?.sent.size ?? 0) + (this.#sides?.received.size ?? 0);
  }

  /**
   * Opens both captures, unless it is stopped; `run` does it if necessary. Throws UsageError if one is not a capture.
   */
  async open(): Promise<void> {
    const { sent: sentFiles, received: receivedFiles, sentInterfaces = [], receivedInterfaces = [] } = this.options;
    const { most = Number.POSITIVE_INFINITY } = this.options;
    const side = (name: 'sent' | 'received', files: readonly string[], interfaces: readonly string[]) =>
      this.#stop.or(() => CaptureSide.open({ side: name, files, interfaces, most, stop: this.#stop }, this.defects));
    const sent = await side('sent', sentFiles, sentInterfaces);
    if (sent === undefined) return;
    try {
      const received = await side('received', receivedFiles, receivedInterfaces);
      if (received === undefined) await sent.close();
      else this.#sides = { sent, received };
    } catch (error) {
      await sent.close();
      throw error;
    }
  }

  async run(): Promise<void> {
    if (this.#sides === undefined) await this.open();
    if (this.#sides === undefined) return;
    const { sent, received } = this.#sides;
    try {
      await this.#read(sent, received);
    } finally {
      await this.close();
    }
    if (!this.#stop.isStopped)
      for (const { unknownChoice } of [sent, received]) if (unknownChoice !== undefined) throw unknownChoice;
    for (const connection of [...this.#connections.takeLeft(), ...this.#connections]) {
      this.options.result(await connection.end());
      await turn();
    }
  }

  async close(): Promise<void> {
    await this.#sides?.sent.close();
    await this.#sides?.received.close();
  }

  /** Ends the reading: what both sides have so far is judged. */
  interrupt(): void {
    this.#stop.stop();
  }

  async #read(sent: CaptureSide, received: CaptureSide): Promise<void> {
    while (!this.#stop.isStopped && !(sent.isAtEnd && received.isAtEnd)) {
      const side = this.#lagging(sent, received);
      if (side === undefined) {
        await this.#makeRoom(sent, received);
        continue;
      }
      for (const packet of await side.next()) {
        const number = side.take(packet);
        if (number === undefined) continue;
        if (side === sent) this.#takeSent(packet, number, side);
        else this.#takeReceived(packet, number, side);
      }
      await this.#settle(sent, received);
      for (const connection of this.#connections.takeLeft()) {
        this.options.result(await connection.end());
        this.#weigh(connection, sent, received);
      }
      this.options.progress?.();
    }
  }

  /** The side to read next: the one with less waiting, as long as it has room. */
  #lagging(sent: CaptureSide, received: CaptureSide): CaptureSide | undefined {
    const readable = [sent, received].filter((side) => !side.isAtEnd && !side.isFull);
    readable.sort((a, b) => a.waiting - b.waiting);
    return readable[0];
  }

  /** Replaces the recorded weight of what waits on a connection by the current one. */
  #weigh(connection: Connection, sent: CaptureSide, received: CaptureSide): void {
    const { weight, stream } = connection;
    const bytesOf = (pending: readonly { readonly frame: Uint8Array }[]): number => {
      let sum = 0;
      for (const { frame } of pending) sum += frame.length;
      return sum;
    };
    const now = {
      sent: bytesOf(stream.pendingSent),
      sentPackets: stream.pendingSent.length,
      received: bytesOf(stream.pendingReceived),
      receivedPackets: stream.pendingReceived.length,
    };
    sent.waiting += now.sent - weight.sent;
    sent.waitingPackets += now.sentPackets - weight.sentPackets;
    received.waiting += now.received - weight.received;
    received.waitingPackets += now.receivedPackets - weight.receivedPackets;
    connection.weight = now;
  }

  async #settle(sent: CaptureSide, received: CaptureSide): Promise<void> {
    for (const connection of this.#touched) {
      await connection.stream.settle(false);
      if (this.#stop.isStopped) break;
    }
    for (const connection of this.#touched) this.#weigh(connection, sent, received);
    this.#touched.clear();
    if (!sent.isAtEnd && !received.isAtEnd) return;
    for (const connection of this.#connections) {
      const { stream } = connection;
      const isOver = received.isAtEnd && stream.pendingReceived.length === 0 && stream.pendingSent.length > 0;
      if (isOver || (sent.isAtEnd && stream.pendingSent.length === 0 && stream.pendingReceived.length > 0))
        await stream.end();
      this.#weigh(connection, sent, received);
    }
  }

  /** Neither side can be read further: explains the older half of what waits as well as possible, or gives it up. */
  async #makeRoom(sent: CaptureSide, received: CaptureSide): Promise<void> {
    for (const { stream } of this.#connections) {
      if (this.#stop.isStopped) return;
      await stream.settle(true);
    }
    for (const connection of this.#connections) this.#weigh(connection, sent, received);
    const oldSent = this.#median(({ stream }) => stream.pendingSent);
    const oldReceived = this.#median(({ stream }) => stream.pendingReceived);
    const [sentBefore, receivedBefore] = [sent.isFull ? oldSent : 0, received.isFull ? oldReceived : 0];
    for (const connection of this.#connections) {
      connection.stream.expire(sentBefore, receivedBefore);
      this.#weigh(connection, sent, received);
    }
  }

  #median(pending: (connection: Connection) => readonly { readonly packet: number }[]): number {
    const numbers = [...this.#connections].flatMap((connection) => pending(connection).map(({ packet }) => packet));
    numbers.sort((a, b) => a - b);
    return (numbers[Math.floor(numbers.length / 2)] ?? -1) + 1;
  }

  #takeSent(packet: Packet, number: number, side: CaptureSide): void {
    const place = this.#placeOf(packet, number);
    const wire = this.#wire(packet, place, this.#sentOptions);
    const datagram = wire === undefined ? this.#datagram(packet, place, this.#sentOptions) : undefined;
    if (datagram !== undefined) {
      const connection = this.#connections.ofDatagram(datagram);
      connection.takeSentDatagram(datagram);
      if (side.hasPoints) connection.sentPoints.datagram(side.pointOf(packet));
      this.#touched.add(connection);
      return;
    }
    if (wire === undefined || wire.segment.kind === 'other') {
      side.kinds.add(frameKind(packet.frame));
      const meant = wire === undefined ? undefined : segmentMeant(wire);
      if (wire !== undefined && meant !== undefined) this.#connections.ofSegment(meant).takeMalformed(wire, meant);
      return;
    }
    this.#sizes.note(wire.segment);
    const connection = this.#connections.ofSegment(wire.segment);
    connection.takeSent(wire, this.#sizes.of(wire.segment));
    if (side.hasPoints)
      connection.sentPoints.segment(side.pointOf(packet), wire.segment.seq, wire.segment.payloadLength);
    this.#touched.add(connection);
  }

  #takeReceived(packet: Packet, number: number, side: CaptureSide): void {
    const place = this.#placeOf(packet, number);
    const wire = this.#wire(packet, place, this.#receivedOptions);
    const datagram = wire === undefined ? this.#datagram(packet, place, this.#receivedOptions) : undefined;
    if (datagram !== undefined) {
      const connection = this.#connections.ofDatagram(datagram);
      connection.takeReceivedDatagram(datagram);
      if (side.hasPoints) connection.receivedPoints.datagram(side.pointOf(packet));
      this.#touched.add(connection);
      return;
    }
    const connection = wire === undefined ? undefined : this.#connectionOfReceived(wire);
    if (wire === undefined || connection === undefined) {
      side.kinds.add(frameKind(packet.frame));
      return;
    }
    if (isMergedOutside(wire.segment, this.options.capabilities.tunnels)) {
      this.mergesOuterDatagrams = true;
      connection.isMergedOutside = true;
    }
    this.#noteAck(wire.segment, connection);
    connection.takeReceived(wire);
    if (side.hasPoints)
      connection.receivedPoints.segment(side.pointOf(packet), wire.segment.seq, wire.segment.payloadLength);
    this.#touched.add(connection);
  }

  #connectionOfReceived(wire: WireFrame): Connection | undefined {
    return wire.segment.kind === 'other' ? this.#connectionMeant(wire) : this.#connections.ofSegment(wire.segment);
  }

  /** For a frame with an impossible IP length: the connection that it would belong to with a right one. */
  #connectionMeant(wire: WireFrame): Connection | undefined {
    const meant = segmentMeant(wire);
    return meant === undefined ? undefined : this.#connections.ofSegment(meant);
  }

  /** The host received what it acknowledged, whatever its capture shows. */
  #noteAck(segment: Segment, connection: Connection): void {
    if ((segment.flags & TcpFlag.ack) === 0) return;
    // The connection of a frame with an impossible length is that of the repaired frame, not of this segment.
    const isOfConnection = segment.kind !== 'other';
    if (isOfConnection) connection.otherKey ??= directionsOf(segment)[1];
    const key = isOfConnection ? connection.otherKey : directionsOf(segment)[1];
    if (key !== undefined) this.#connections.known(key)?.acknowledged(segment.ack);
  }

  #wire(packet: Packet, place: PacketPlace, options: WireOptions): WireFrame | undefined {
    const wire = wireFrame(packet.frame, packet.originalLength, place, options);
    const isOutside =
      wire !== undefined &&
      this.options.readsOuterDatagrams === true &&
      (wire.segment.kind === 'other' || isInDatagram(wire.segment, this.options.capabilities.tunnels));
    return isOutside && this.#datagram(packet, place, options) !== undefined ? undefined : wire;
  }

  #datagram({ frame, originalLength }: Packet, place: PacketPlace, options: WireOptions): DatagramFrame | undefined {
    return datagramFrame(frame, originalLength, place, options);
  }

  #placeOf({ seconds, nanoseconds }: Packet, number: number): PacketPlace {
    if (seconds === 0) return { number, time: Number.NaN };
    this.#base ??= seconds;
    return { number, time: seconds - this.#base + nanoseconds / 1e9 };
  }
}

interface Sides {
  readonly sent: CaptureSide;
  readonly received: CaptureSide;
}
