/** Subjects made of several references: the caller chooses which one gets a frame. */

import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Indication } from '../../reference-impl/indication.ts';
import type { Policy } from '../../reference-impl/policy.ts';
import { advance } from '../../reference-impl/step.ts';
import type { Decision } from '../../reference-impl/trace.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { parsed } from '../judge/arrival.ts';
import type { OwnIndication, Subject } from './subject.ts';

export interface SplitOptions {
  readonly policy?: Partial<Policy>;
  /** Whether the unit of this arrival ends at once; it is still indicated with its DPC. */
  readonly endsAfter?: (decision: Decision, segment: Segment) => boolean;
}

/** A reference for each name; their indications come one reference after the other. */
export function split(nameOf: (segment: Segment) => string, options: SplitOptions = {}): Subject {
  return (steps) => {
    const parts = new Map<string, Part>();
    const sets: { readonly set: { readonly rsc4?: boolean; readonly rsc6?: boolean } }[] = [];
    const indications: OwnIndication[] = [];
    let arrival = 0;
    steps.forEach((step, index) => {
      if ('rx' in step) {
        const segment = parsed(step.rx);
        const name = nameOf(segment);
        let part = parts.get(name);
        if (part === undefined) {
          part = new Part(options);
          for (const set of sets) part.advance(set);
          parts.set(name, part);
        }
        part.receive(step, segment, arrival++);
        return;
      }
      if ('set' in step) sets.push(step);
      for (const part of parts.values())
        for (const { frame, oob, arrivals } of part.advance(step))
          indications.push({ step: index, frame, oob, arrivals });
    });
    const statistics = { pkts: 0, octets: 0, events: 0, aborts: 0 };
    for (const part of parts.values()) {
      for (const key of ['pkts', 'octets', 'events', 'aborts'] as const) statistics[key] += part.statistics[key];
    }
    return { indications, statistics };
  };
}

class Part {
  readonly #coalescer: Coalescer;
  readonly #endsAfter: SplitOptions['endsAfter'];
  /** Numbers of its arrivals, counted over all references. */
  readonly #numbers: number[] = [];
  #ready: Indication[] = [];
  #decision: Decision | undefined;

  constructor({ policy, endsAfter }: SplitOptions) {
    this.#endsAfter = endsAfter;
    const onDecision = (decision: Decision): void => {
      this.#decision = decision;
    };
    this.#coalescer = new Coalescer(policy, { onDecision });
  }

  get statistics(): Coalescer['statistics'] {
    return this.#coalescer.statistics;
  }

  receive(step: { readonly rx: Uint8Array; readonly ipsec?: boolean }, segment: Segment, number: number): void {
    this.#numbers.push(number);
    advance(this.#coalescer, step);
    if (this.#decision !== undefined && this.#endsAfter?.(this.#decision, segment) === true)
      this.#ready.push(...this.#coalescer.endOfDpc());
  }

  advance(step: Parameters<typeof advance>[1]): Indication[] {
    const due = [...this.#ready, ...advance(this.#coalescer, step)];
    const isAnswered = 'dpc' in step || 'set' in step;
    this.#ready = isAnswered ? [] : due;
    if (!isAnswered) return [];
    return due.map((one) => ({ ...one, arrivals: one.arrivals.map((own) => this.#numbers[own] as number) }));
  }
}
