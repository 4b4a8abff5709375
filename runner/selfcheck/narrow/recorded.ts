/** A session on the reference, with every state that its frames arrived in, and where each fault could have struck. */

import { Coalescer } from '../../../reference-impl/coalescer.ts';
import { registry } from '../../../reference-impl/rules/index.ts';
import type { Rule } from '../../../reference-impl/rules/rule.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { advance } from '../../../reference-impl/step.ts';
import type { Decision } from '../../../reference-impl/trace.ts';
import { OneBuffer } from '../../base/one-buffer.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { type Prepared, prepare } from '../../judge/judge.ts';
import type { OwnIndication } from '../subject.ts';
import type { Condition } from './conditions.ts';
import { sameKeyBefore } from './key-confusion.ts';
import type { NarrowFault, Played } from './narrow-fault.ts';
import { Tracker } from './situation.ts';

export interface Recorded extends Played {
  readonly prepared: Prepared;
  /** By arrival: which conditions held, a bit each. */
  readonly held: readonly Uint32Array[];
  /** By fault, in their order: arrivals over which it could have struck. */
  readonly chances: readonly (readonly number[])[];
}

/** Pure ACKs that a silent rule lets pass have to become something: they join as window updates do. */
export const MERGING_ACKS: readonly Rule[] = registry.map((rule) =>
  rule.kind === 'action' && rule.name === 'window-update'
    ? { ...rule, applies: (unit, segment) => unit !== undefined && segment.isPureAck }
    : rule,
);

export class Recorder {
  readonly #faults: readonly NarrowFault[];
  readonly #conditions: readonly Condition[];
  readonly #capabilities: Capabilities;
  readonly #coalescer: Coalescer;
  readonly #buffer = new OneBuffer();
  #asked: Set<number>[] = [];
  #arrival = 0;
  #decided: (decision: Decision) => void = () => {};

  constructor(faults: readonly NarrowFault[], conditions: readonly Condition[], capabilities: Capabilities) {
    this.#faults = faults;
    this.#conditions = conditions;
    this.#capabilities = capabilities;
    const listening = (fault: NarrowFault, number: number) => (rule: Rule) =>
      fault.kind !== 'decision'
        ? rule
        : fault.plant(rule, () => {
            this.#asked[number]?.add(this.#arrival);
            return false;
          });
    const planted = faults.map(listening);
    const rules = MERGING_ACKS.map((rule) => planted.reduce((so, plant) => plant(so), rule));
    this.#coalescer = new Coalescer({}, { rules, onDecision: (decision) => this.#decided(decision) });
  }

  record(steps: readonly FrameStep[]): Recorded {
    const prepared = prepare(steps, this.#capabilities);
    const { arrivals } = prepared;
    const tracker = new Tracker();
    this.#coalescer.reset();
    this.#asked = this.#faults.map(() => new Set());
    this.#arrival = 0;
    this.#decided = (decision) => tracker.decided(decision);
    const held: Uint32Array[] = [];
    const indications: OwnIndication[] = [];
    steps.forEach((step, index) => {
      if ('rx' in step) {
        const situation = tracker.arrive(arrivals[this.#arrival] as Prepared['arrivals'][number]);
        held.push(bitsOf(this.#conditions.map(({ holds }) => holds(situation))));
      }
      for (const { frame, oob, arrivals: made } of advance(this.#coalescer, this.#buffer.lend(step)))
        indications.push({ step: index, frame, oob, arrivals: made });
      if ('rx' in step) this.#arrival++;
      else tracker.passed(step);
    });
    const played = { steps, arrivals, indications };
    const chances = this.#faults.map((fault, i) => {
      if (fault.kind === 'output') return [...new Set(indications.flatMap((one) => fault.chances(one, played)))];
      return fault.kind === 'key' ? sameKeyBefore(fault, played) : [...(this.#asked[i] as Set<number>)];
    });
    return { ...played, prepared, held, chances };
  }
}

function bitsOf(flags: readonly boolean[]): Uint32Array {
  const words = new Uint32Array((flags.length + 31) >> 5);
  flags.forEach((flag, i) => {
    if (flag) words[i >> 5] = (words[i >> 5] as number) | (1 << (i & 31));
  });
  return words;
}

/** Whether a condition held. */
export function isHeld(held: Uint32Array, condition: number): boolean {
  return (((held[condition >> 5] as number) >>> (condition & 31)) & 1) === 1;
}
