import { TCP_HEADER, TcpFlag } from '../../reference-impl/wire/tcp.ts';
import type { Packet } from '../captures/packet.ts';
import { checksumState, wrongBy } from './checksum-state.ts';
import { Direction } from './direction.ts';
import type { Headers } from './headers.ts';
import type { SeenSegments } from './seen-segments.ts';

const NONE: readonly Uint8Array[] = [];

export interface ConnectionStart {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
  readonly portA: number;
  readonly portB: number;
  readonly isSynthetic: boolean;
  readonly encapsulation: string;
  /** From 1. */
  readonly id: number;
}

/** A connection: `a` is the side whose frame came first. */
export class Connection {
  readonly addressA: Uint8Array;
  readonly addressB: Uint8Array;
  readonly portA: number;
  readonly portB: number;
  readonly fromA: Direction = new Direction();
  readonly fromB: Direction = new Direction();
  /** Captured on a cooked or raw link: the Ethernet header is added by this suite, so its lengths do not show padding. */
  readonly isSynthetic: boolean;
  /** The encapsulation of its packets; '' for none. */
  readonly encapsulation: string;
  /** Microseconds from SYN to SYN ACK, and from there to the client's ACK; undefined if not all three were seen. */
  handshake: { readonly client: 'a' | 'b'; readonly toServer: number; readonly toClient: number } | undefined;
  readonly #id: number;
  #syn: { readonly fromA: boolean; readonly at: number } | undefined;
  #synAck: number | undefined;

  constructor(first: ConnectionStart) {
    this.addressA = first.a;
    this.addressB = first.b;
    this.portA = first.portA;
    this.portB = first.portB;
    this.isSynthetic = first.isSynthetic;
    this.encapsulation = first.encapsulation;
    this.#id = first.id;
  }

  /** `number`: the frame's, from 1. */
  add(number: number, packet: Packet, headers: Headers, isFromA: boolean, seen: SeenSegments): void {
    const [own, other] = isFromA ? [this.fromA, this.fromB] : [this.fromB, this.fromA];
    const { frame } = packet;
    const { flags, seq, ack, payloadLength } = headers;
    const state = checksumState(frame, headers);
    own.add(number, packet, headers, state, state === 'wrong' ? wrongBy(frame, headers) : 0, this.mss);
    const isReset = (flags & TcpFlag.rst) !== 0;
    const isSyn = (flags & TcpFlag.syn) !== 0;
    const numbers = payloadLength + (isSyn ? 1 : 0) + ((flags & TcpFlag.fin) === 0 ? 0 : 1);
    const stream = 2 * this.#id + (isFromA ? 0 : 1);
    const whole = state === 'right' && payloadLength > 0 && !isSyn ? this.#segmentsOf(frame, headers) : NONE;
    if (!isReset) own.order.add(number, seq, numbers, whole, stream, seen);
    if ((flags & TcpFlag.ack) !== 0 && !isReset) {
      if (own.acknowledges(ack)) other.recent.acknowledged(ack);
      own.order.acknowledge(number, ack, headers.window, numbers === 0, other.order);
    }
    this.#shake(packet, flags, isFromA);
  }

  /** As on the wire, so that a long and a short frame can be compared. */
  #segmentsOf(frame: Uint8Array, { payloadOffset, payloadLength, tcpOffset }: Headers): readonly Uint8Array[] {
    const mss = this.mss - (payloadOffset - tcpOffset - TCP_HEADER);
    const size = this.mss > 0 && mss > 0 ? mss : payloadLength;
    const end = payloadOffset + payloadLength;
    const segments: Uint8Array[] = [];
    for (let at = payloadOffset; at < end; at += size) segments.push(frame.subarray(at, Math.min(end, at + size)));
    return segments;
  }

  /** The MSS that both sides support, from their SYNs: the smaller one, since each announces that of its own link. 0: unknown. */
  get mss(): number {
    const a = this.fromA.announcedMss;
    const b = this.fromB.announcedMss;
    return a > 0 && b > 0 ? Math.min(a, b) : a + b;
  }

  get frames(): number {
    return this.fromA.frames + this.fromB.frames;
  }

  #shake({ seconds, nanoseconds }: Packet, flags: number, isFromA: boolean): void {
    const at = seconds * 1e6 + nanoseconds / 1000;
    if (at === 0) return;
    const isSyn = (flags & TcpFlag.syn) !== 0;
    const isAck = (flags & TcpFlag.ack) !== 0;
    if (isSyn && !isAck) {
      this.#syn = { fromA: isFromA, at };
      this.#synAck = undefined;
    } else if (isSyn && this.#syn !== undefined && this.#syn.fromA !== isFromA) {
      this.#synAck = at;
    } else if (this.#syn !== undefined && this.#synAck !== undefined && this.#syn.fromA === isFromA) {
      const client = isFromA ? 'a' : 'b';
      this.handshake ??= { client, toServer: this.#synAck - this.#syn.at, toClient: at - this.#synAck };
      this.#syn = undefined;
    }
  }
}
