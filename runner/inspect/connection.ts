import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import type { Packet } from '../captures/packet.ts';
import type { ChecksumState } from './checksum-state.ts';
import { Direction } from './direction.ts';
import type { Headers } from './headers.ts';

/** A connection: `a` is the side whose frame came first. */
export class Connection {
  readonly addressA: Uint8Array;
  readonly addressB: Uint8Array;
  readonly portA: number;
  readonly portB: number;
  readonly fromA: Direction = new Direction();
  readonly fromB: Direction = new Direction();
  /** Of a cooked or raw link: the Ethernet header is ours, and its lengths tell nothing of padding. */
  readonly isSynthetic: boolean;
  /** Microseconds from SYN to SYN ACK, and from there to the client's ACK; undefined if not all three were seen. */
  handshake: { readonly client: 'a' | 'b'; readonly toServer: number; readonly toClient: number } | undefined;
  #syn: { readonly fromA: boolean; readonly at: number } | undefined;
  #synAck: number | undefined;

  constructor(first: { a: Uint8Array; b: Uint8Array; portA: number; portB: number; isSynthetic: boolean }) {
    this.addressA = first.a;
    this.addressB = first.b;
    this.portA = first.portA;
    this.portB = first.portB;
    this.isSynthetic = first.isSynthetic;
  }

  add(packet: Packet, headers: Headers, state: ChecksumState, isFromA: boolean): void {
    const [own, other] = isFromA ? [this.fromA, this.fromB] : [this.fromB, this.fromA];
    own.add(packet, headers, state, this.mss);
    if ((headers.flags & TcpFlag.ack) !== 0 && own.acknowledges(headers.ack)) other.recent.acknowledged(headers.ack);
    this.#shake(packet, headers.flags, isFromA);
  }

  /** What both sides can do, as far as their SYNs tell: the smaller, for each announces its own link's. 0: unknown. */
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
