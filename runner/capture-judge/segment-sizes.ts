/** How long the segments of a connection may be, by the MSS that its ends announced. */

import { u16 } from '../../reference-impl/wire/bytes.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { pairKey } from './connection-name.ts';

/** Number of connections to remember. */
const MOST = 65_536;
const MSS_OPTION = 2;

export interface SegmentSize {
  /** Payload bytes that a segment carries at most. */
  readonly most: number;
  /** What an end of the connection announced: options are within it (RFC 6691), and there are senders that forget them. */
  readonly announced: number | undefined;
}

export class SegmentSizes {
  readonly #mtu: number;
  /** The largest MSS that either end of a connection announced. */
  readonly #mss = new Map<string, number>();

  /** `mtu`: largest IP packet of the link. */
  constructor(mtu: number) {
    this.#mtu = mtu;
  }

  note(segment: Segment): void {
    if ((segment.flags & TcpFlag.syn) === 0) return;
    const { frame, tcpOffset, payloadOffset } = segment;
    for (let at = tcpOffset + TCP_HEADER; at + 1 < payloadOffset; ) {
      const kind = frame[at] as number;
      if (kind === 0) return;
      const length = kind === 1 ? 1 : (frame[at + 1] as number);
      if (kind === MSS_OPTION && length === 4 && at + 4 <= payloadOffset) {
        const key = pairKey(segment);
        this.#mss.set(key, Math.min(this.#mss.get(key) ?? 65_535, Math.max(u16(frame, at + 2), 64)));
        if (this.#mss.size > MOST) this.#mss.delete(this.#mss.keys().next().value as string);
        return;
      }
      at += Math.max(length, 1);
    }
  }

  /** Of the connection that this segment is of. */
  of(segment: Segment): SegmentSize {
    const { tcpHeaderLength, linkEnd, tcpOffset } = segment;
    const announced = this.#mss.size === 0 ? undefined : this.#mss.get(pairKey(segment));
    const most =
      announced === undefined
        ? this.#mtu - (tcpOffset - linkEnd) - tcpHeaderLength
        : announced - (tcpHeaderLength - TCP_HEADER);
    return { most: Math.max(most, 1), announced };
  }
}
