/** Plays a fault that occurs in one state only. */

import { Coalescer } from '../../../reference-impl/coalescer.ts';
import type { Statistics } from '../../../reference-impl/statistics.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { advance } from '../../../reference-impl/step.ts';
import { OneBuffer } from '../../base/one-buffer.ts';
import type { Arrival } from '../../judge/arrival.ts';
import type { OwnIndication } from '../subject.ts';
import type { Condition } from './conditions/conditions.ts';
import { confusedSteps, confusions, undisguised } from './key-confusion.ts';
import type { CounterFault, DecisionFault, KeyFault, NarrowFault, OutputFault, TableFault } from './narrow-fault.ts';
import { isHeld, MERGING_ACKS, type Recorded } from './recorded.ts';
import { type Situation, Tracker } from './situation.ts';

export interface NarrowOutcome {
  readonly indications: readonly OwnIndication[];
  readonly statistics: Statistics | undefined;
}

/** One fault, under any condition. */
export interface NarrowPlayer {
  /** Undefined: it never occurred. `number`: the place of the condition in the recording. */
  play(recorded: Recorded, condition: Condition, number: number): NarrowOutcome | undefined;
}

export function playerOf(fault: NarrowFault): NarrowPlayer {
  if (fault.kind === 'decision') return new DecisionPlayer(fault);
  if (fault.kind === 'table') return new TablePlayer(fault);
  if (fault.kind === 'counter') return new CounterPlayer(fault);
  if (fault.kind === 'tunnel') return new TunnelPlayer();
  return fault.kind === 'key' ? new KeyPlayer(fault) : new OutputPlayer(fault);
}

class DecisionPlayer implements NarrowPlayer {
  readonly #coalescer: Coalescer;
  readonly #buffer = new OneBuffer();
  #tracker = new Tracker();
  #situation: Situation | undefined;
  #holds: Condition['holds'] = () => false;
  #hasStruck = false;

  constructor(fault: DecisionFault) {
    const strikes = (): boolean => {
      const does = this.#situation !== undefined && this.#holds(this.#situation);
      if (does) this.#hasStruck = true;
      return does;
    };
    const rules = MERGING_ACKS.map((rule) => fault.plant(rule, strikes));
    this.#coalescer = new Coalescer({}, { rules, onDecision: (decision) => this.#tracker.decided(decision) });
  }

  play({ steps, tracked }: Recorded, condition: Condition): NarrowOutcome | undefined {
    this.#coalescer.reset();
    this.#tracker = new Tracker();
    this.#holds = condition.holds;
    this.#hasStruck = false;
    const indications: OwnIndication[] = [];
    let number = 0;
    steps.forEach((step, index) => {
      if ('rx' in step) this.#situation = this.#tracker.arrive(tracked[number++] as Arrival);
      for (const { frame, oob, arrivals: made } of advance(this.#coalescer, this.#buffer.lend(step)))
        indications.push({ step: index, frame, oob, arrivals: made });
      if (!('rx' in step)) this.#tracker.passed(step);
    });
    return this.#hasStruck ? { indications, statistics: this.#coalescer.statistics } : undefined;
  }
}

/** The decisions are the reference's, so the recording applies. */
class OutputPlayer implements NarrowPlayer {
  readonly #fault: OutputFault;

  constructor(fault: OutputFault) {
    this.#fault = fault;
  }

  play(recorded: Recorded, _: Condition, number: number): NarrowOutcome | undefined {
    let hasStruck = false;
    const indications = recorded.indications.flatMap((one) => {
      const struck = this.#fault
        .chances(one, recorded)
        .filter((arrival) => isHeld(recorded.held[arrival] as Uint32Array, number));
      if (struck.length === 0) return [one];
      hasStruck = true;
      return this.#fault.strike(one, struck, recorded);
    });
    // In the order of the output: frames that were kept back come after the others.
    indications.sort((a, b) => a.step - b.step);
    return hasStruck ? { indications, statistics: undefined } : undefined;
  }
}

/** A frame without a place in the table is wrong if the condition was true when its last frame arrived. */
class TablePlayer implements NarrowPlayer {
  readonly #fault: TableFault;

  constructor(fault: TableFault) {
    this.#fault = fault;
  }

  play(recorded: Recorded, _: Condition, number: number): NarrowOutcome | undefined {
    let hasStruck = false;
    const indications = (recorded.crowded(this.#fault.policy) ?? []).flatMap(({ isCrowdedOut, ...one }) => {
      const last = one.arrivals.at(-1) as number;
      if (!isCrowdedOut || !isHeld(recorded.held[last] as Uint32Array, number)) return [one];
      hasStruck = true;
      return this.#fault.strike(one, recorded);
    });
    indications.sort((a, b) => a.step - b.step);
    return hasStruck ? { indications, statistics: undefined } : undefined;
  }
}

class CounterPlayer implements NarrowPlayer {
  readonly #fault: CounterFault;

  constructor(fault: CounterFault) {
    this.#fault = fault;
  }

  play(recorded: Recorded, _: Condition, number: number): NarrowOutcome | undefined {
    let statistics = recorded.statistics;
    let hasStruck = false;
    for (const one of recorded.indications) {
      const struck = this.#fault
        .chances(one, recorded)
        .filter((arrival) => isHeld(recorded.held[arrival] as Uint32Array, number));
      if (struck.length === 0) continue;
      hasStruck = true;
      const { pkts = 0, octets = 0, events = 0, aborts = 0 } = this.#fault.adds(struck, one, recorded);
      statistics = {
        pkts: statistics.pkts + pkts,
        octets: statistics.octets + octets,
        events: statistics.events + events,
        aborts: statistics.aborts + aborts,
      };
    }
    return hasStruck ? { indications: recorded.indications, statistics } : undefined;
  }
}

/** A unit takes the place of its last frame if the condition was true there; its other frames do not come out. */
class TunnelPlayer implements NarrowPlayer {
  play({ indications: right, held, inTunnels }: Recorded, _: Condition, number: number): NarrowOutcome | undefined {
    const units = inTunnels().filter(({ arrivals }) => isHeld(held[arrivals.at(-1) as number] as Uint32Array, number));
    if (units.length === 0) return undefined;
    const unitOf = new Map(units.flatMap((unit) => unit.arrivals.map((arrival) => [arrival, unit] as const)));
    const indications = right.flatMap((one) => {
      const arrival = one.arrivals[0] as number;
      const unit = unitOf.get(arrival);
      if (unit === undefined) return [one];
      return arrival === unit.arrivals.at(-1) ? [{ ...unit, step: one.step }] : [];
    });
    return { indications, statistics: undefined };
  }
}

class KeyPlayer implements NarrowPlayer {
  readonly #fault: KeyFault;
  readonly #coalescer = new Coalescer();

  constructor(fault: KeyFault) {
    this.#fault = fault;
  }

  play(recorded: Recorded, _: Condition, number: number): NarrowOutcome | undefined {
    const struck = new Map(
      [...confusions(this.#fault, recorded.arrivals)].filter(([arrival]) =>
        isHeld(recorded.held[arrival] as Uint32Array, number),
      ),
    );
    if (struck.size === 0) return undefined;
    this.#coalescer.reset();
    const steps: readonly FrameStep[] = confusedSteps(recorded, struck);
    const indications = steps.flatMap((step, index) =>
      advance(this.#coalescer, step).map(({ frame, oob, arrivals }) =>
        undisguised({ step: index, frame, oob, arrivals }, recorded, struck),
      ),
    );
    return { indications, statistics: undefined };
  }
}
