/**
 * Events of a package without their long fields. Those are read again from the lines when they are asked for: a whole run has
 * 300 MB of frames, and most are looked at once.
 */

import type { RunEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { recordedSteps, rememberSteps } from '../events/event-steps.ts';
import { EventUnpacker, type PackedEvent } from '../events/packed-events.ts';
import type { PackedLines } from './packed-lines.ts';

/** A batch of them is judged, and then compared. */
const MOST_KEPT = 128;
const LONG = { vector: ['steps'], verdict: ['indications', 'expected'] } as const;

/** A vector; its verdict is read when one of its frames is needed. */
interface Kept {
  readonly unpacker: EventUnpacker;
  readonly vector: VectorEvent;
  verdict?: VerdictEvent;
}

export class LightEvents {
  readonly #lines: PackedLines;
  /** By the number of the vector's line. */
  readonly #kept = new Map<number, Kept>();

  constructor(lines: PackedLines) {
    this.#lines = lines;
  }

  /** `number`: of its line; the line of a verdict's vector is the one before. */
  light(event: RunEvent, number: number): RunEvent {
    if (event.type === 'vector') {
      const light = this.#without(event, LONG.vector, () => this.#at(number).vector);
      rememberSteps(light, () => recordedSteps(light));
      return light;
    }
    return event.type === 'verdict' ? this.#without(event, LONG.verdict, () => this.#verdict(number - 1)) : event;
  }

  #at(number: number): Kept {
    const known = this.#kept.get(number);
    if (known !== undefined) return known;
    const unpacker = new EventUnpacker();
    const kept: Kept = { unpacker, vector: unpacker.unpack(this.#parsed(number)) as VectorEvent };
    this.#kept.set(number, kept);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(oldest as number);
    return kept;
  }

  #verdict(number: number): VerdictEvent {
    const kept = this.#at(number);
    kept.verdict ??= kept.unpacker.unpack(this.#parsed(number + 1)) as VerdictEvent;
    return kept.verdict;
  }

  #parsed(number: number): PackedEvent {
    return JSON.parse(this.#lines.line(number)) as PackedEvent;
  }

  /** The fields keep their places among the others. */
  #without<T extends VectorEvent | VerdictEvent>(event: T, fields: readonly string[], whole: () => T): T {
    const light = { ...event };
    for (const field of fields)
      if (field in event)
        Object.defineProperty(light, field, { enumerable: true, get: () => whole()[field as keyof T] });
    return light;
  }
}
