/** Events with their frames in the short form, as in a compressed file of events. */

import { fromHex, toHex } from '../../reference-impl/wire/bytes.ts';
import type { RunEvent, VerdictEvent } from '../../reports/events.ts';
import { FramePacker } from '../../reports/frames/pack-frame.ts';
import type { PackedFrame } from '../../reports/frames/packed-frame.ts';
import { unpackFrame } from '../../reports/frames/unpack-frame.ts';
import { PAYLOAD_STREAMS } from './payload-streams.ts';

/** An event in which each frame is hex or a `PackedFrame`. */
export type PackedEvent = { readonly type: string };

/** Needs every event in order: a verdict's frames refer to those of its vector. */
export class EventPacker {
  #frames = new FramePacker(PAYLOAD_STREAMS);

  pack(event: RunEvent): PackedEvent {
    if (event.type === 'vector') {
      this.#frames = new FramePacker(PAYLOAD_STREAMS);
      return {
        ...event,
        steps: event.steps.map((step) => ('rx' in step ? { ...step, rx: bare(this.#frames.arrival(step.rx)) } : step)),
      } as PackedEvent;
    }
    if (event.type !== 'verdict') return event;
    const packed = (frame: string): string | PackedFrame => bare(this.#frames.indication(frame));
    return {
      ...event,
      indications: event.indications.map((out) => ({ ...out, frame: packed(out.frame) })),
      ...expectedWith(event, packed),
    } as PackedEvent;
  }
}

/** Needs every event in order, as the schema allows it. */
export class EventUnpacker {
  /** The frames that arrived, as hex, and as bytes as far as a frame in the short form was put together from them. */
  #sent: string[] = [];
  #arrivals: Uint8Array[] = [];

  unpack(event: PackedEvent): RunEvent {
    const whole = event as RunEvent;
    if (whole.type === 'vector') {
      this.#sent = [];
      this.#arrivals = [];
      return {
        ...whole,
        steps: whole.steps.map((step) => {
          if (!('rx' in step)) return step;
          const rx = this.#whole(step.rx);
          this.#sent.push(rx);
          return { ...step, rx };
        }),
      };
    }
    if (whole.type !== 'verdict') return whole;
    return {
      ...whole,
      indications: whole.indications.map((out) => ({ ...out, frame: this.#whole(out.frame) })),
      ...expectedWith(whole, (frame) => this.#whole(frame)),
    } as RunEvent;
  }

  #whole(frame: string | PackedFrame): string {
    if (typeof frame === 'string') return frame;
    for (const rx of this.#sent.slice(this.#arrivals.length)) this.#arrivals.push(fromHex(rx) ?? new Uint8Array(0));
    return toHex(unpackFrame(frame, this.#arrivals, PAYLOAD_STREAMS));
  }
}

/** The indications of the reference, with frames in the other form. */
function expectedWith(
  { expected }: VerdictEvent,
  other: (frame: string) => string | PackedFrame,
): { readonly expected?: unknown } {
  if (typeof expected !== 'object') return {};
  return { expected: expected.map((one) => (one.frame === undefined ? one : { ...one, frame: other(one.frame) })) };
}

function bare(frame: PackedFrame): string | PackedFrame {
  const [only, more] = frame;
  return typeof only === 'string' && more === undefined ? only : frame;
}
