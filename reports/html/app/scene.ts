/** What a picture shows: what arrived, what came out, and what the reference makes of the same. */

import { Coalescer } from '../../../reference-impl/coalescer.ts';
import type { Indication } from '../../../reference-impl/indication.ts';
import { DEFAULT_POLICY, type Policy } from '../../../reference-impl/policy.ts';
import type { ChecksumMark } from '../../../reference-impl/wire/segment.ts';
import type { DecisionEvent, EventStep, FindingEvent } from '../../events.ts';
import type { PayloadStreams } from '../../frames/packed-frame.ts';
import { unpackFrame } from '../../frames/unpack-frame.ts';
import type { PackedCase } from '../packed.ts';
import type { Arrival } from './connections.ts';

export type SceneStep =
  | { readonly frame: Uint8Array; readonly ipsec?: true; readonly csum?: ChecksumMark }
  | { readonly dpc: true }
  | { readonly wait: number }
  | Extract<EventStep, { readonly set: unknown }>;

export interface SceneUnit {
  readonly dpc: number;
  readonly frame: Uint8Array;
  readonly oob: Readonly<Record<string, unknown>>;
  readonly arrivals: readonly number[];
  /** The header of a virtio device, where the target is one. */
  readonly virtio?: object;
  /** Position in the order of what came out, where it is not the position in this scene. */
  readonly number?: number;
  /** Known of the reference's units only. */
  readonly endedBy?: string;
  readonly endedByName?: string;
}

export interface Scene {
  /** Numbers that the first arrival and the first DPC here are shown with; 0 if left out. */
  readonly firstArrival?: number;
  readonly firstDpc?: number;
  /** The arrivals with their connections, where those are named by more than is here. */
  readonly named?: readonly Arrival[];
  readonly steps: readonly SceneStep[];
  readonly arrivals: readonly Uint8Array[];
  /** What came out; undefined where the target did not play. */
  readonly units: readonly SceneUnit[] | undefined;
  readonly expected: readonly SceneUnit[];
  readonly decisions: readonly DecisionEvent[];
  readonly findings: readonly FindingEvent[];
}

export function sceneOf(one: PackedCase, policy: Policy, streams: Pick<PayloadStreams, 'fill'>): Scene {
  const arrivals: Uint8Array[] = [];
  const steps = one.steps.map((step): SceneStep => {
    if (!('rx' in step)) return step;
    const frame = unpackFrame(step.rx, arrivals, streams);
    arrivals.push(frame);
    const { ipsec, csum } = step;
    return { frame, ...(ipsec === true ? { ipsec } : {}), ...(csum === undefined ? {} : { csum }) };
  });
  const isPlayed = one.verdict !== 'unsupported' && (one.verdict !== 'error' || one.indications.length > 0);
  const units = one.indications.map(({ frame, ...rest }) => ({
    ...rest,
    frame: unpackFrame(frame, arrivals, streams),
  }));
  return {
    steps,
    arrivals,
    units: isPlayed ? units : undefined,
    expected: referenceRun(steps, policy).units,
    decisions: one.decisions,
    findings: one.findings,
  };
}

/** The reference over these steps. What is pending at the end is due then. */
export function referenceRun(
  steps: readonly SceneStep[],
  policy: Policy,
): { readonly units: SceneUnit[]; readonly decisions: DecisionEvent[]; readonly coalescer: Coalescer } {
  const decisions: DecisionEvent[] = [];
  const coalescer = new Coalescer(policy, {
    onDecision: ({ arrival, did, rule }) => decisions.push({ arrival, did, rule: rule.id, name: rule.name }),
  });
  const units: SceneUnit[] = [];
  let dpc = 0;
  const take = (due: readonly Indication[]): void => {
    for (const { frame, oob, arrivals, endedBy, endedByName } of due)
      units.push({ dpc, frame, oob: { ...oob }, arrivals, endedBy, endedByName });
  };
  for (const step of steps) {
    if ('frame' in step)
      coalescer.receive(step.frame, step.ipsec === true || step.csum !== undefined ? step : undefined);
    else if ('dpc' in step) {
      take(coalescer.endOfDpc());
      dpc++;
    } else if ('set' in step) {
      const { rsc4, rsc6, uro, rxcsum, negotiate } = step.set;
      const due = coalescer.setRsc({
        ...(rsc4 === undefined ? {} : { ipv4: rsc4 }),
        ...(rsc6 === undefined ? {} : { ipv6: rsc6 }),
        ...(uro === undefined ? {} : { uro }),
      });
      if (rxcsum !== undefined) due.push(...coalescer.setRxcsum(rxcsum));
      // A reset: whatever was under way is gone.
      if (negotiate === undefined) take(due);
      else coalescer.endOfDpc();
    }
  }
  return { units, decisions, coalescer };
}

/** A policy as a session event tells it: no limit is "none". */
export function policyFrom(told: Readonly<Record<string, unknown>>): Policy {
  const policy: Record<string, unknown> = { ...DEFAULT_POLICY };
  for (const key of Object.keys(policy)) {
    const value = told[key];
    if (value !== undefined) policy[key] = value === 'none' ? Number.POSITIVE_INFINITY : value;
  }
  return policy as unknown as Policy;
}

/** Units of the reference to hold one of the target's against: what the rules make of the same segments. */
export function counterparts(unit: SceneUnit, scene: Scene, policy: Policy): readonly SceneUnit[] {
  const { expected } = scene;
  const touching = expected.filter(({ arrivals }) => arrivals.some((arrival) => unit.arrivals.includes(arrival)));
  const [only] = touching;
  if (touching.length !== 1 || only === undefined || only.arrivals.length === unit.arrivals.length) return touching;
  // A part of what the reference merges: what the rules make of the part.
  const part = unit.arrivals.flatMap((arrival) => scene.arrivals[arrival] ?? []).map((frame) => ({ frame }));
  return referenceRun([...part, { dpc: true }], policy).units.map((one) => ({
    ...one,
    arrivals: one.arrivals.map((i) => unit.arrivals[i] ?? i),
  }));
}
