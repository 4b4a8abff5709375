/**
 * Events of a package without their long fields. Those are read again from the lines when they are asked for: a whole run has
 * 300 MB of frames, and most are looked at once.
 */

import type { RunEvent, VectorEvent, VerdictEvent } from '../../reports/events.ts';
import { recordedSteps, rememberSteps } from '../events/event-steps.ts';
import { EventUnpacker, type PackedEvent } from '../events/packed-events.ts';
import type { PackedLines } from './packed-lines.ts';
import type { RecordedPair } from './recorded-run.ts';

/** A batch of them is judged, and then compared. */
const MOST_KEPT = 128;
const LONG = { vector: ['steps'], verdict: ['indications', 'expected'] } as const;

export class LightEvents {
  readonly #lines: PackedLines;
  readonly #unpacker = new EventUnpacker();
  /** By the number of the vector's line. */
  readonly #pairs = new Map<number, RecordedPair>();

  constructor(lines: PackedLines) {
    this.#lines = lines;
  }

  /** `number`: of its line; the line of a verdict's vector is the one before. */
  light(event: RunEvent, number: number): RunEvent {
    if (event.type === 'vector') {
      const light = this.#without(event, LONG.vector, () => this.pair(number).vector);
      rememberSteps(light, () => recordedSteps(light));
      return light;
    }
    return event.type === 'verdict' ? this.#without(event, LONG.verdict, () => this.pair(number - 1).verdict) : event;
  }

  /** The vector of this line, and the verdict of the next one. */
  pair(number: number): RecordedPair {
    const kept = this.#pairs.get(number);
    if (kept !== undefined) return kept;
    const [vector, verdict] = [number, number + 1].map((line) =>
      this.#unpacker.unpack(JSON.parse(this.#lines.line(line)) as PackedEvent),
    ) as [VectorEvent, VerdictEvent];
    const pair = { vector, verdict };
    this.#pairs.set(number, pair);
    const [oldest] = this.#pairs.keys();
    if (this.#pairs.size > MOST_KEPT) this.#pairs.delete(oldest as number);
    return pair;
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
