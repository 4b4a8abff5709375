/** A fault that can occur in one state only. The state is not part of it. */

import type { Policy } from '../../../reference-impl/policy.ts';
import type { Rule } from '../../../reference-impl/rules/rule.ts';
import type { Statistics } from '../../../reference-impl/statistics.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import type { Arrival } from '../../judge/arrival.ts';
import type { OwnIndication } from '../subject.ts';

interface NarrowFaultBase {
  readonly name: string;
  readonly summary: string;
  /** The broken row of the catalogue. */
  readonly broken: string;
}

/** Changes decisions. `strikes` is called wherever the fault could occur, and returns whether it does. */
export interface DecisionFault extends NarrowFaultBase {
  readonly kind: 'decision';
  readonly plant: (rule: Rule, strikes: () => boolean) => Rule;
}

/** The input of an output fault. */
export interface Played {
  readonly steps: readonly FrameStep[];
  readonly arrivals: readonly Arrival[];
  readonly indications: readonly OwnIndication[];
}

/** Right decisions, wrong output. */
export interface OutputFault extends NarrowFaultBase {
  readonly kind: 'output';
  /** Numbers of the arrivals in an indication at which it could occur. */
  readonly chances: (one: OwnIndication, played: Played) => readonly number[];
  /** The output after the fault has occurred at some of them: empty if the indication is lost. */
  readonly strike: (one: OwnIndication, struck: readonly number[], played: Played) => readonly OwnIndication[];
}

/** Confuses connections: frames with the same key belong to one connection. */
export interface KeyFault extends NarrowFaultBase {
  readonly kind: 'key';
  readonly key: (arrival: Arrival) => string;
}

/** Has a small flow table, and treats a frame that finds no place in it wrongly. */
export interface TableFault extends NarrowFaultBase {
  readonly kind: 'table';
  readonly policy: { readonly maxConnections: number; readonly fullTable: Policy['fullTable'] };
  /** The wrong output; empty if it is lost. */
  readonly strike: (one: OwnIndication, played: Played) => readonly OwnIndication[];
}

/** Right frames, wrong counters. */
export interface CounterFault extends NarrowFaultBase {
  readonly kind: 'counter';
  /** Numbers of the arrivals in an indication at which it could occur. */
  readonly chances: OutputFault['chances'];
  /** The difference in the counters for those at which it occurs. */
  readonly adds: (struck: readonly number[], one: OwnIndication, played: Played) => Partial<Statistics>;
}

/** Merges frames of tunnels, like a coalescer that looks inside them. */
export interface TunnelFault extends NarrowFaultBase {
  readonly kind: 'tunnel';
}

export type NarrowFault = DecisionFault | OutputFault | KeyFault | TableFault | CounterFault | TunnelFault;
