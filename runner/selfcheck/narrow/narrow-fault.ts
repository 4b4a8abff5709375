/** A fault that can occur in one state only. It does not know which. */

import type { Policy } from '../../../reference-impl/policy.ts';
import type { Rule } from '../../../reference-impl/rules/rule.ts';
import type { Statistics } from '../../../reference-impl/statistics.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import type { Arrival } from '../../judge/arrival.ts';
import type { OwnIndication } from '../subject.ts';

interface NarrowFaultBase {
  readonly name: string;
  readonly summary: string;
  /** The row of the catalogue that it breaks. */
  readonly broken: string;
}

/** Changes decisions. `strikes` is called wherever it could occur, and decides whether it does. */
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
  /** Numbers of the arrivals in an indication over which it could strike. */
  readonly chances: (one: OwnIndication, played: Played) => readonly number[];
  /** The indication as it comes out once the fault has struck over some of them: none if it is lost. */
  readonly strike: (one: OwnIndication, struck: readonly number[], played: Played) => readonly OwnIndication[];
}

/** Takes one connection for another: frames with the same key are one connection's to it. */
export interface KeyFault extends NarrowFaultBase {
  readonly kind: 'key';
  readonly key: (arrival: Arrival) => string;
}

/** Its flow table is small; what becomes of a frame for which there is no place is wrong. */
export interface TableFault extends NarrowFaultBase {
  readonly kind: 'table';
  readonly policy: { readonly maxConnections: number; readonly fullTable: Policy['fullTable'] };
  /** What comes out instead: none if it is lost. */
  readonly strike: (one: OwnIndication, played: Played) => readonly OwnIndication[];
}

/** Right frames, wrong counters. */
export interface CounterFault extends NarrowFaultBase {
  readonly kind: 'counter';
  /** Numbers of the arrivals in an indication over which it could strike. */
  readonly chances: OutputFault['chances'];
  /** What is added to the counters for those over which it strikes. */
  readonly adds: (struck: readonly number[], one: OwnIndication, played: Played) => Partial<Statistics>;
}

/** Merges frames of tunnels, as a coalescer does that looks into them. */
export interface TunnelFault extends NarrowFaultBase {
  readonly kind: 'tunnel';
}

export type NarrowFault = DecisionFault | OutputFault | KeyFault | TableFault | CounterFault | TunnelFault;
