/**
 * At which end of a direction a capture was taken: its sender or its receiver. The signs come from one capture alone,
 * so its clock does not matter.
 */

import { u16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../../reference-impl/wire/segment.ts';
import { seqAdd, seqAtOrAfter, seqDiff } from '../../reference-impl/wire/seq.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import type { Packet } from '../captures/packet.ts';
import { directionsOf } from './connection-name.ts';

/** Maximum number of frames whose answer is awaited. */
const WAITING = 64;

/** Of one direction of a connection. */
export interface EndSigns {
  /** Data frames that the capture marks as received by its host, and as sent by it. */
  marked: { in: number; out: number };
  /**
   * The shortest payload with a TCP checksum that is only the pseudo-header's sum: a NIC will complete it. Infinity: none.
   * A receiver that merges may leave it so as well, in merged frames: a frame that was not merged tells the ends apart.
   */
  unfilled: number;
  /** The longest payload. */
  longest: number;
  /** The shortest time from a frame to its ACK, in seconds, and the number of measurements. */
  answer: number;
  answers: number;
}

interface Waiting {
  readonly end: number;
  readonly time: number;
}

export class CaptureEnd {
  readonly #signs = new Map<string, EndSigns & { readonly waiting: Waiting[] }>();
  readonly #segment = new Segment();

  add({ frame, seconds, nanoseconds, direction }: Packet): void {
    const segment = parseSegment(frame, this.#segment);
    if (segment.kind !== 'segment') return;
    const [here, back] = directionsOf(segment);
    const time = seconds + nanoseconds / 1e9;
    if ((segment.flags & TcpFlag.ack) !== 0) this.#answered(back, segment.ack, time);
    if (segment.payloadLength === 0) return;
    let signs = this.#signs.get(here);
    if (signs === undefined) {
      const none = Number.POSITIVE_INFINITY;
      signs = { marked: { in: 0, out: 0 }, unfilled: none, longest: 0, answer: none, answers: 0, waiting: [] };
      this.#signs.set(here, signs);
    }
    if (direction !== undefined) signs.marked[direction]++;
    const { tcpOffset, ipEnd, seq, payloadLength } = segment;
    signs.longest = Math.max(signs.longest, payloadLength);
    if (u16(frame, tcpOffset + TcpAt.checksum) === fold(pseudoHeaderSum(segment, ipEnd - tcpOffset)))
      signs.unfilled = Math.min(signs.unfilled, payloadLength);
    signs.waiting.push({ end: seqAdd(seq, payloadLength), time });
    if (signs.waiting.length > WAITING) signs.waiting.shift();
  }

  of(direction: string): EndSigns | undefined {
    return this.#signs.get(direction);
  }

  #answered(direction: string, ack: number, time: number): void {
    const signs = this.#signs.get(direction);
    const newest = signs?.waiting.findLast(({ end }) => seqAtOrAfter(ack, end));
    if (signs === undefined || newest === undefined) return;
    // An ACK of older data measures nothing.
    if (seqDiff(ack, newest.end) === 0) {
      signs.answer = Math.min(signs.answer, time - newest.time);
      signs.answers++;
    }
    const at = signs.waiting.indexOf(newest);
    signs.waiting.splice(0, at + 1);
  }
}
