/** The contents of a picture: arrivals, indications, and the reference's indications of the same arrivals. */

import { DEFAULT_POLICY, type Policy } from '../../../reference-impl/policy.ts';
import { type ReferenceRun, referenceRun } from '../../../reference-impl/reference-run.ts';
import { dpcsBefore, type FrameStep } from '../../../reference-impl/step.ts';
import type { DecisionEvent, FindingEvent } from '../../events.ts';
import type { PayloadStreams } from '../../frames/packed-frame.ts';
import { unpackFrame } from '../../frames/unpack-frame.ts';
import type { PackedCase } from '../packed.ts';
import type { Arrival } from './connections.ts';

export interface SceneIndication {
  /** Index of the step that it answers; undefined: the events do not contain it. */
  readonly step?: number | undefined;
  readonly dpc: number;
  readonly frame: Uint8Array;
  readonly oob: Readonly<Record<string, unknown>>;
  readonly arrivals: readonly number[];
  /** The header of a virtio device, if the target is one. */
  readonly virtio?: object;
  /** Position in the order of all indications, if it is not the position in this scene. */
  readonly number?: number;
  /** Only known for the reference. */
  readonly endedBy?: string;
  readonly endedByName?: string;
}

export interface Scene {
  /** The numbers of the first arrival and the first DPC; 0 if left out. */
  readonly firstArrival?: number;
  readonly firstDpc?: number;
  /** The arrivals with their connections, if the names of connections come from more arrivals than are here. */
  readonly named?: readonly Arrival[];
  readonly steps: readonly FrameStep[];
  readonly arrivals: readonly Uint8Array[];
  /** The indications; undefined if the target did not play. */
  readonly indications: readonly SceneIndication[] | undefined;
  readonly expected: readonly SceneIndication[];
  readonly decisions: readonly DecisionEvent[];
  readonly findings: readonly FindingEvent[];
}

export function sceneOf(one: PackedCase, policy: Policy, streams: Pick<PayloadStreams, 'fill'>): Scene {
  const arrivals: Uint8Array[] = [];
  const steps = one.steps.map((step): FrameStep => {
    if (!('rx' in step)) return step as FrameStep;
    const rx = unpackFrame(step.rx, arrivals, streams);
    arrivals.push(rx);
    const { ipsec, csum } = step;
    return {
      rx,
      ...(ipsec === true ? { ipsec } : {}),
      ...(csum === undefined || csum === 'none' ? {} : { csum }),
    };
  });
  const isPlayed = one.verdict !== 'unsupported' && (one.verdict !== 'error' || one.indications.length > 0);
  const indications = one.indications.map(({ frame, ...rest }) => ({
    ...rest,
    frame: unpackFrame(frame, arrivals, streams),
  }));
  return {
    steps,
    arrivals,
    indications: isPlayed ? indications : undefined,
    expected: expectedOf(one, indications, { steps, arrivals, policy, streams }),
    decisions: one.decisions,
    findings: one.findings,
  };
}

interface Played {
  readonly steps: readonly FrameStep[];
  readonly arrivals: readonly Uint8Array[];
  readonly policy: Policy;
  readonly streams: Pick<PayloadStreams, 'fill'>;
}

/** The reference's indications from the events; if the events have none, from this page's reference. */
function expectedOf(
  { expected }: PackedCase,
  indications: readonly SceneIndication[],
  { steps, arrivals, policy, streams }: Played,
): readonly SceneIndication[] {
  if (expected === 'as-indicated') return indications;
  if (expected === undefined) return sceneIndications(referenceRun(steps, policy), steps);
  const dpcs = dpcsBefore(steps);
  return expected.map(({ frame, ...rest }) => ({
    ...rest,
    dpc: dpcs[rest.step] ?? 0,
    frame: frame === undefined ? (arrivals[rest.arrivals[0] ?? 0] ?? NOTHING) : unpackFrame(frame, arrivals, streams),
  }));
}

const NOTHING = new Uint8Array(0);

/** The reference's indications as a scene shows them. */
export function sceneIndications({ indications }: ReferenceRun, steps: readonly FrameStep[]): SceneIndication[] {
  const dpcs = dpcsBefore(steps);
  return indications.map(({ oob, ...rest }) => ({ ...rest, dpc: dpcs[rest.step] ?? 0, oob: { ...oob } }));
}

export function decisionEvents({ decisions }: ReferenceRun): DecisionEvent[] {
  return decisions.map(({ arrival, did, rule }) => ({ arrival, did, rule: rule.id, name: rule.name }));
}

/** The policy of a session event, in which no limit is "none". */
export function policyFrom(recorded: Readonly<Record<string, unknown>>): Policy {
  const policy: Record<string, unknown> = { ...DEFAULT_POLICY };
  for (const key of Object.keys(policy)) {
    const value = recorded[key];
    if (value !== undefined) policy[key] = value === 'none' ? Number.POSITIVE_INFINITY : value;
  }
  return policy as unknown as Policy;
}

/** The reference's indications to compare one of the target's with: those that the rules give for the same segments. */
export function counterparts(indication: SceneIndication, scene: Scene, policy: Policy): readonly SceneIndication[] {
  const { expected } = scene;
  const touching = expected.filter(({ arrivals }) => arrivals.some((arrival) => indication.arrivals.includes(arrival)));
  const [only] = touching;
  if (touching.length !== 1 || only === undefined || only.arrivals.length === indication.arrivals.length)
    return touching;
  // For a part of a unit of the reference: what the rules give for this part.
  const part = indication.arrivals.flatMap((arrival) => scene.arrivals[arrival] ?? []).map((rx) => ({ rx }));
  const steps = [...part, { dpc: true as const }];
  return sceneIndications(referenceRun(steps, policy), steps).map((one) => ({
    ...one,
    arrivals: one.arrivals.map((i) => indication.arrivals[i] ?? i),
  }));
}
