/**
 * A session on the reference, with the state in which each frame arrived, and the places where each fault could have
 * occurred.
 */

import { Coalescer } from '../../../reference-impl/coalescer.ts';
import { tableFull } from '../../../reference-impl/rules/exceptions.ts';
import { registry } from '../../../reference-impl/rules/index.ts';
import type { Rule } from '../../../reference-impl/rules/rule.ts';
import type { Statistics } from '../../../reference-impl/statistics.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { advance } from '../../../reference-impl/step.ts';
import type { Decision } from '../../../reference-impl/trace.ts';
import { TUNNEL_KINDS } from '../../../reference-impl/wire/tunnel.ts';
import { OneBuffer } from '../../base/one-buffer.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { Arrival } from '../../judge/arrival.ts';
import { type Prepared, prepare } from '../../judge/judge.ts';
import type { OwnIndication } from '../subject.ts';
import type { Condition } from './conditions/conditions.ts';
import { sameKeyBefore } from './key-confusion.ts';
import type { NarrowFault, Played, TableFault } from './narrow-fault.ts';
import { Tracker } from './situation.ts';
import { asTracked } from './tracked.ts';

export interface Recorded extends Played {
  readonly prepared: Prepared;
  /** The arrivals; datagrams are segments of connections of their own if URO applies to them. */
  readonly tracked: readonly Arrival[];
  /** The result of the steps with a small flow table; undefined: it is never full. */
  readonly crowded: (policy: TableFault['policy']) => readonly CrowdedIndication[] | undefined;
  /** The counters at the end. */
  readonly statistics: Statistics;
  /** Units of tunnelled frames, if the coalescer looked inside. */
  readonly inTunnels: () => readonly OwnIndication[];
  /** By arrival: which conditions were true, one bit each. */
  readonly held: readonly Uint32Array[];
  /** Arrivals at which the fault of this number could have occurred, computed on demand. */
  readonly chances: (fault: number) => readonly number[];
}

/** An indication of a coalescer with a small flow table. */
export interface CrowdedIndication extends OwnIndication {
  /** The table was full: this is the newcomer that went alone, or the SCU that made room. */
  readonly isCrowdedOut: boolean;
}

/** Pure ACKs that the missing rule lets through must join somehow: they join like window updates. */
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
    const tracked = trackedArrivals(steps, arrivals);
    steps.forEach((step, index) => {
      if ('rx' in step) {
        const situation = tracker.arrive(tracked[this.#arrival] as Arrival);
        held.push(bitsOf(this.#conditions.map(({ holds }) => holds(situation))));
      }
      for (const { frame, oob, arrivals: made } of advance(this.#coalescer, this.#buffer.lend(step)))
        indications.push({ step: index, frame, oob, arrivals: made });
      if ('rx' in step) this.#arrival++;
      else tracker.passed(step);
    });
    const played = { steps, arrivals, indications };
    const crowded = crowding(steps, new Set(tracked.map(({ connection }) => connection)).size);
    const inTunnels = once(() => unitsInTunnels(steps, played));
    const asked = this.#asked;
    const chances = (number: number): readonly number[] => {
      const fault = this.#faults[number] as NarrowFault;
      if (fault.kind === 'output' || fault.kind === 'counter')
        return [...new Set(indications.flatMap((one) => fault.chances(one, played)))];
      if (fault.kind === 'tunnel') return inTunnels().map(({ arrivals: made }) => made.at(-1) as number);
      if (fault.kind === 'table')
        return (crowded(fault.policy) ?? []).flatMap((one) =>
          one.isCrowdedOut ? [one.arrivals.at(-1) as number] : [],
        );
      return fault.kind === 'key' ? sameKeyBefore(fault, played) : [...(asked[number] as Set<number>)];
    };
    const { statistics } = this.#coalescer;
    return { ...played, prepared, tracked, crowded, statistics: { ...statistics }, inTunnels, held, chances };
  }
}

/** If datagrams are coalesced, they belong to connections. */
function trackedArrivals(steps: readonly FrameStep[], arrivals: readonly Arrival[]): Arrival[] {
  let uro = false;
  let rxcsum = true;
  let number = 0;
  return steps.flatMap((step) => {
    if ('set' in step) {
      uro = step.set.uro ?? uro;
      rxcsum = step.set.rxcsum ?? rxcsum;
    }
    if (!('rx' in step)) return [];
    const arrival = arrivals[number++] as Arrival;
    return [uro && rxcsum ? asTracked(arrival) : arrival];
  });
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

/**
 * The reference looks inside all kinds of tunnels. For a coalescer that does not, their frames belong to no connection.
 */
function unitsInTunnels(steps: readonly FrameStep[], { arrivals }: Played): OwnIndication[] {
  if (arrivals.every(({ connection }) => connection !== '')) return [];
  return indicationsOf(new Coalescer({ tunnels: TUNNEL_KINDS }), steps).filter(
    ({ arrivals: made }) => made.length > 1 && arrivals[made[0] as number]?.connection === '',
  );
}

function indicationsOf(coalescer: Coalescer, steps: readonly FrameStep[]): (OwnIndication & { endedBy: string })[] {
  return steps.flatMap((step, index) =>
    advance(coalescer, step).map(({ frame, oob, arrivals, endedBy }) => ({
      step: index,
      frame,
      oob,
      arrivals,
      endedBy,
    })),
  );
}

/** Each policy is played once. */
function crowding(steps: readonly FrameStep[], connections: number): Recorded['crowded'] {
  const played = new Map<string, readonly CrowdedIndication[]>();
  return (policy) => {
    if (connections <= policy.maxConnections) return undefined;
    const key = `${policy.maxConnections} ${policy.fullTable}`;
    const known = played.get(key) ?? crowdedIndications(steps, policy);
    played.set(key, known);
    return known;
  };
}

function crowdedIndications(steps: readonly FrameStep[], policy: TableFault['policy']): CrowdedIndication[] {
  return indicationsOf(new Coalescer(policy), steps).map(({ endedBy, ...one }) => ({
    ...one,
    isCrowdedOut: endedBy === tableFull.id,
  }));
}

function bitsOf(flags: readonly boolean[]): Uint32Array {
  const words = new Uint32Array((flags.length + 31) >> 5);
  flags.forEach((flag, i) => {
    if (flag) words[i >> 5] = (words[i >> 5] as number) | (1 << (i & 31));
  });
  return words;
}

/** Whether a condition was true. */
export function isHeld(held: Uint32Array, condition: number): boolean {
  return (((held[condition >> 5] as number) >>> (condition & 31)) & 1) === 1;
}
