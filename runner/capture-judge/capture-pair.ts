/**
 * Two captures side by side, in bounded memory: whichever has less waiting is read on, each connection is explained
 * as far as both reach, and what the other side never explains is given up once the windows are full.
 */

import { formatAddress } from '../../reference-impl/wire/address.ts';
import { u16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../reference-impl/wire/tcp.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { Capture } from '../captures/capture.ts';
import type { Packet } from '../captures/packet.ts';
import { connectionOf } from '../judge/arrival.ts';
import { Connection, type ConnectionResult } from './connection.ts';
import { type DatagramFrame, datagramFrame } from './datagram-frame.ts';
import { frameKind, KindCounts } from './frame-kind.ts';
import type { CommonRange } from './missing-segments.ts';
import { segmentMeant } from './sides.ts';
import { type WireFrame, wireFrame } from './wire-frame.ts';

/** Bytes and packets that one side may hold unexplained. */
const MOST_BYTES = 48 * 1024 * 1024;
const MOST_PACKETS = 32_768;
/** Connections that are followed at a time. */
const MOST_CONNECTIONS = 65_536;

export interface PairOptions {
  readonly sent: string;
  readonly received: string;
  readonly capabilities: Capabilities;
  /** Frames on the sent side that are longer than the link carries were segmented by the sender's NIC. */
  readonly allowsSenderOffload: boolean;
  /** Largest IP packet of the link. */
  readonly mtu: number;
  readonly stripTags: boolean;
  /** Nothing between the captures reorders: a frame that came out of order is held against the device. Default: false. */
  readonly isDirect?: boolean;
  readonly result: (result: ConnectionResult) => void;
  /** Called as reading goes on. */
  readonly progress?: () => void;
}

export interface PairTotals {
  sentPackets: number;
  receivedPackets: number;
  /** Of either side: what is no TCP segment, or one that the capture cut in its headers. */
  readonly sentKinds: KindCounts;
  readonly receivedKinds: KindCounts;
  connections: number;
}

export class CapturePair {
  readonly totals: PairTotals = {
    sentPackets: 0,
    receivedPackets: 0,
    sentKinds: new KindCounts(),
    receivedKinds: new KindCounts(),
    connections: 0,
  };
  /** What was wrong with a file; what stood before it was judged. */
  readonly defects: unknown[] = [];
  readonly #options: PairOptions;
  readonly #connections = new Map<string, Connection>();
  readonly #touched = new Set<Connection>();
  /** No more followed, for there are too many. */
  readonly #left: Connection[] = [];
  readonly #common: CommonRange = { first: Number.POSITIVE_INFINITY, last: -1 };
  #sides: Sides | undefined;
  #isInterrupted = false;
  /** Largest segment that either end of a connection announced. */
  readonly #mss = new Map<string, number>();

  constructor(options: PairOptions) {
    this.#options = options;
  }

  /** Bytes of both files: read so far, and all. */
  get position(): number {
    return (this.#sides?.sent.position ?? 0) + (this.#sides?.received.position ?? 0);
  }

  get size(): number {
    return (this.#sides?.sent.size ?? 0) + (this.#sides?.received.size ?? 0);
  }

  /** Opens both captures; `run` does it if nobody did. Throws UsageError where one is none. */
  async open(): Promise<void> {
    const sent = await Side.open(this.#options.sent);
    try {
      this.#sides = { sent, received: await Side.open(this.#options.received) };
    } catch (error) {
      await sent.close();
      throw error;
    }
  }

  async run(): Promise<void> {
    if (this.#sides === undefined) await this.open();
    const { sent, received } = this.#sides as Sides;
    try {
      await this.#read(sent, received);
    } finally {
      await this.close();
    }
    for (const connection of [...this.#left, ...this.#connections.values()])
      this.#options.result(await connection.end());
  }

  async close(): Promise<void> {
    const sides = this.#sides;
    this.#sides = undefined;
    await sides?.sent.close();
    await sides?.received.close();
  }

  /** Ends the reading: what both hold so far is judged. */
  interrupt(): void {
    this.#isInterrupted = true;
  }

  async #read(sent: Side, received: Side): Promise<void> {
    while (!this.#isInterrupted && !(sent.isAtEnd && received.isAtEnd)) {
      const side = this.#behind(sent, received);
      if (side === undefined) {
        await this.#makeRoom(sent, received);
        continue;
      }
      const batch = await side.next(this.defects);
      for (const packet of batch) {
        if (side === sent) this.#takeSent(packet);
        else this.#takeReceived(packet);
      }
      await this.#settle(sent, received);
      for (const connection of this.#left.splice(0)) this.#options.result(await connection.end());
      this.#options.progress?.();
    }
  }

  /** The side to read on: the one with less waiting, as long as it has room. */
  #behind(sent: Side, received: Side): Side | undefined {
    this.#weigh(sent, received);
    const readable = [sent, received].filter((side) => !side.isAtEnd && !side.isFull);
    readable.sort((a, b) => a.waiting - b.waiting);
    return readable[0];
  }

  #weigh(sent: Side, received: Side): void {
    sent.waiting = 0;
    received.waiting = 0;
    sent.packets = 0;
    received.packets = 0;
    for (const { stream } of this.#connections.values()) {
      for (const { frame } of stream.pendingSent) sent.waiting += frame.length;
      for (const { frame } of stream.pendingReceived) received.waiting += frame.length;
      sent.packets += stream.pendingSent.length;
      received.packets += stream.pendingReceived.length;
    }
  }

  async #settle(sent: Side, received: Side): Promise<void> {
    for (const connection of this.#touched) {
      await connection.stream.settle(false);
      if (this.#isInterrupted) break;
    }
    this.#touched.clear();
    for (const { stream } of this.#connections.values()) {
      const isOver = received.isAtEnd && stream.pendingReceived.length === 0 && stream.pendingSent.length > 0;
      if (isOver || (sent.isAtEnd && stream.pendingSent.length === 0 && stream.pendingReceived.length > 0))
        await stream.end();
    }
  }

  /** Neither side can be read on: the older half of what waits is explained as well as it can be, or given up. */
  async #makeRoom(sent: Side, received: Side): Promise<void> {
    for (const { stream } of this.#connections.values()) await stream.settle(true);
    this.#weigh(sent, received);
    const oldSent = this.#median(({ stream }) => stream.pendingSent);
    const oldReceived = this.#median(({ stream }) => stream.pendingReceived);
    for (const { stream } of this.#connections.values()) {
      stream.expire(sent.isFull ? oldSent : 0, received.isFull ? oldReceived : 0);
    }
  }

  #median(pending: (connection: Connection) => readonly { readonly packet: number }[]): number {
    const numbers = [...this.#connections.values()].flatMap((connection) =>
      pending(connection).map(({ packet }) => packet),
    );
    numbers.sort((a, b) => a - b);
    return (numbers[Math.floor(numbers.length / 2)] ?? -1) + 1;
  }

  #takeSent(packet: Packet): void {
    const number = ++this.totals.sentPackets;
    const wire = wireFrame(packet.frame, packet.originalLength, number, { ...this.#options, isSent: true });
    const datagram = wire === undefined ? this.#datagram(packet, number, true) : undefined;
    if (datagram !== undefined) {
      const connection = this.#connectionOfDatagram(datagram);
      connection.takeSentDatagram(datagram);
      this.#touched.add(connection);
      return;
    }
    if (wire === undefined || wire.segment.kind === 'other') {
      this.totals.sentKinds.add(frameKind(packet.frame));
      const meant = wire === undefined ? undefined : segmentMeant(wire);
      if (wire !== undefined && meant !== undefined) this.#connection(meant).takeMalformed(wire, meant);
      return;
    }
    this.#noteMss(wire.segment);
    const connection = this.#connection(wire.segment);
    connection.takeSent(wire, this.#segmentSize(wire.segment));
    this.#touched.add(connection);
  }

  #takeReceived(packet: Packet): void {
    const number = ++this.totals.receivedPackets;
    const wire = wireFrame(packet.frame, packet.originalLength, number, { ...this.#options, isSent: false });
    const datagram = wire === undefined ? this.#datagram(packet, number, false) : undefined;
    if (datagram !== undefined) {
      const connection = this.#connectionOfDatagram(datagram);
      connection.takeReceivedDatagram(datagram);
      this.#touched.add(connection);
      return;
    }
    const connection = wire === undefined ? undefined : this.#connectionOfReceived(wire);
    if (wire === undefined || connection === undefined) {
      this.totals.receivedKinds.add(frameKind(packet.frame));
      return;
    }
    this.#noteAck(wire.segment);
    connection.takeReceived(wire);
    this.#touched.add(connection);
  }

  #connectionOfReceived(wire: WireFrame): Connection | undefined {
    return wire.segment.kind === 'other' ? this.#connectionMeant(wire) : this.#connection(wire.segment);
  }

  /** Of a frame with an impossible IP length: the connection that it would belong to with a right one. */
  #connectionMeant(wire: WireFrame): Connection | undefined {
    const meant = segmentMeant(wire);
    return meant === undefined ? undefined : this.#connection(meant);
  }

  /** What the host has acknowledged, it got: whatever its capture says. */
  #noteAck(segment: Segment): void {
    if ((segment.flags & TcpFlag.ack) !== 0) this.#connections.get(reverseOf(segment))?.acknowledged(segment.ack);
  }

  #datagram({ frame, originalLength }: Packet, number: number, isSent: boolean): DatagramFrame | undefined {
    return datagramFrame(frame, originalLength, number, { stripTags: this.#options.stripTags, isSent });
  }

  #connectionOfDatagram({ segment, datagram }: DatagramFrame): Connection {
    const name = nameOf(segment, datagram.udpOffset);
    return this.#connectionFor(`udp ${datagram.connection}`, { ...name, name: `${name.name}/udp` }, 'udp');
  }

  #connection(segment: Segment): Connection {
    return this.#connectionFor(connectionOf(segment), nameOf(segment, segment.tcpOffset), 'tcp');
  }

  #connectionFor(key: string, name: Name, protocol: 'tcp' | 'udp'): Connection {
    const known = this.#connections.get(key);
    if (known !== undefined) {
      this.#connections.delete(key);
      this.#connections.set(key, known);
      return known;
    }
    const [oldest] = this.#connections;
    if (oldest !== undefined && this.#connections.size >= MOST_CONNECTIONS) {
      this.#left.push(oldest[1]);
      this.#connections.delete(oldest[0]);
    }
    const { capabilities, allowsSenderOffload, mtu, isDirect = false } = this.#options;
    const connection = new Connection(name, protocol, {
      capabilities,
      allowsSenderOffload,
      mtu,
      isDirect,
      common: this.#common,
    });
    this.#connections.set(key, connection);
    this.totals.connections++;
    return connection;
  }

  #noteMss(segment: Segment): void {
    if ((segment.flags & TcpFlag.syn) === 0) return;
    const { frame, tcpOffset, payloadOffset } = segment;
    for (let at = tcpOffset + TCP_HEADER; at + 1 < payloadOffset; ) {
      const kind = frame[at] as number;
      if (kind === 0) return;
      const length = kind === 1 ? 1 : (frame[at + 1] as number);
      if (kind === 2 && length === 4 && at + 4 <= payloadOffset) {
        const key = pairKey(segment);
        this.#mss.set(key, Math.min(this.#mss.get(key) ?? 65_535, Math.max(u16(frame, at + 2), 64)));
        if (this.#mss.size > MOST_CONNECTIONS) this.#mss.delete(this.#mss.keys().next().value as string);
        return;
      }
      at += Math.max(length, 1);
    }
  }

  /** Payload bytes that a segment of this connection carries at most. */
  #segmentSize(segment: Segment): number {
    const { tcpHeaderLength, ipOffset, tcpOffset } = segment;
    const announced = this.#mss.get(pairKey(segment));
    if (announced !== undefined) return Math.max(announced - (tcpHeaderLength - 20), 1);
    return Math.max(this.#options.mtu - (tcpOffset - ipOffset) - tcpHeaderLength, 1);
  }
}

interface Sides {
  readonly sent: Side;
  readonly received: Side;
}

/** One capture being read. */
class Side {
  readonly #capture: Capture;
  readonly #batches: AsyncGenerator<Packet[], void, undefined>;
  isAtEnd = false;
  waiting = 0;
  packets = 0;

  private constructor(capture: Capture) {
    this.#capture = capture;
    this.#batches = capture.batches();
  }

  static async open(file: string): Promise<Side> {
    return new Side(await Capture.open(file));
  }

  get isFull(): boolean {
    return this.waiting >= MOST_BYTES || this.packets >= MOST_PACKETS;
  }

  /** Bytes of the file: read so far, and all. */
  get position(): number {
    return this.#capture.position;
  }

  get size(): number {
    return this.#capture.size;
  }

  async next(defects: unknown[]): Promise<readonly Packet[]> {
    try {
      const next = await this.#batches.next();
      if (next.done !== true) return next.value;
    } catch (error) {
      defects.push(error);
    }
    this.isAtEnd = true;
    return [];
  }

  close(): Promise<void> {
    return this.#capture.close();
  }
}

interface Name {
  readonly from: string;
  readonly to: string;
  readonly name: string;
}

/** `ports`: where they stand. */
function nameOf({ frame, ipOffset, ipVersion }: Segment, ports: number): Name {
  const [at, length] = ipVersion === 4 ? [ipOffset + Ipv4At.source, 4] : [ipOffset + Ipv6At.source, 16];
  const address = (offset: number): string => formatAddress(frame.subarray(offset, offset + length));
  const [from, to] = [address(at), address(at + length)];
  return { from, to, name: `${from}.${u16(frame, ports)}-${to}.${u16(frame, ports + TcpAt.destinationPort)}` };
}

/** The key of the other direction. */
function reverseOf(segment: Segment): string {
  const words = [...segment.key.subarray(0, segment.keyWords)];
  const ports = words.pop() as number;
  const length = segment.ipVersion === 4 ? 1 : 4;
  const to = words.splice(-length);
  const from = words.splice(-length);
  return [...words, ...to, ...from, (ports << 16) | (ports >>> 16)].join(' ');
}

function pairKey(segment: Segment): string {
  const key = connectionOf(segment);
  const reverse = reverseOf(segment);
  return [key, reverse].sort()[0] as string;
}
