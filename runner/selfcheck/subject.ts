/** A coalescer in process, right or wrong, which selfcheck judges. */

import { Coalescer, type CoalescerOptions } from '../../reference-impl/coalescer.ts';
import type { Policy } from '../../reference-impl/policy.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { advance } from '../../reference-impl/step.ts';
import { OneBuffer } from '../base/one-buffer.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { ObservedIndication } from '../judge/types.ts';

/** An indication, and its arrivals before it was altered. */
export interface OwnIndication extends ObservedIndication {
  /** Numbers of arrivals. */
  readonly arrivals: readonly number[];
}

export interface Outcome {
  readonly indications: readonly OwnIndication[];
  readonly statistics: Statistics | undefined;
}

export type Subject = (steps: readonly FrameStep[]) => Outcome;

/** The capabilities of a subject besides the defaults. */
export interface Implementation {
  readonly name: string;
  readonly summary: string;
  readonly subject: Subject;
  readonly capabilities?: Partial<Capabilities>;
}

/** The options that a coalescer was made with. */
export interface Making {
  readonly policy: Partial<Policy>;
  readonly options: CoalescerOptions;
}

const buffer = new OneBuffer();
const makings = new WeakMap<Subject, Making>();

/** How `coalescerSubject` made it; undefined: it is something else. */
export function makingOf(subject: Subject): Making | undefined {
  return makings.get(subject);
}

/** The reference with other rules or another policy; every frame is passed in the same memory. */
export function coalescerSubject(policy: Partial<Policy> = {}, options: CoalescerOptions = {}): Subject {
  const coalescer = new Coalescer(policy, options);
  const subject: Subject = (steps) => {
    coalescer.reset();
    const indications = steps.flatMap((step, index) =>
      advance(coalescer, buffer.lend(step)).map(
        ({ frame, oob, arrivals }): OwnIndication => ({ step: index, frame, oob, arrivals }),
      ),
    );
    return { indications, statistics: coalescer.statistics };
  };
  makings.set(subject, { policy, options });
  return subject;
}

/** A subject whose output is changed on its way. */
export function altered(subject: Subject, alter: (outcome: Outcome, steps: readonly FrameStep[]) => Outcome): Subject {
  return (steps) => alter(subject(steps), steps);
}

export function alteredFrames(
  subject: Subject,
  alter: (indication: OwnIndication, position: number, steps: readonly FrameStep[]) => OwnIndication,
): Subject {
  return altered(subject, (outcome, steps) => ({
    ...outcome,
    indications: outcome.indications.map((indication, position) => alter(indication, position, steps)),
  }));
}

/** Whether two outputs are equal in everything that is judged. */
export function isSame(one: Outcome, other: Outcome): boolean {
  return (
    one === other ||
    (one.indications.length === other.indications.length &&
      one.indications.every((indication, i) => isSameIndication(indication, other.indications[i] as OwnIndication)) &&
      hasSameValues(one.statistics, other.statistics))
  );
}

function isSameIndication(one: OwnIndication, other: OwnIndication): boolean {
  return one.step === other.step && Buffer.compare(one.frame, other.frame) === 0 && hasSameValues(one.oob, other.oob);
}

/** For numbers and words. Called for every implementation and every vector, so it must be fast. */
function hasSameValues<T extends object>(one: T | undefined, other: T | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const keys = Object.keys(one) as (keyof T)[];
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}
