/**
 * The product of faults and conditions: which of these narrow faults do the vectors catch? It measures the vectors, as
 * planted faults measure the judge.
 */

import type { FrameStep } from '../../../reference-impl/step.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { judge } from '../../judge/judge.ts';
import { CONDITIONS, type Condition } from './conditions/conditions.ts';
import { COUNTER_FAULTS } from './counter-faults.ts';
import { DECISION_FAULTS } from './decision-faults.ts';
import { ENCAPSULATION_FAULTS } from './encapsulation-faults.ts';
import { FULL_TABLE_FAULTS } from './full-table-faults.ts';
import { KEY_FAULTS } from './key-faults.ts';
import type { NarrowFault } from './narrow-fault.ts';
import { type NarrowPlayer, playerOf } from './narrow-player.ts';
import { OUTPUT_FAULTS } from './output-faults.ts';
import { isHeld, type Recorded, Recorder } from './recorded.ts';
import { URO_NARROW_FAULTS } from './uro-faults.ts';

export interface Pair {
  /** "H5-psh-lost@df-clear". */
  readonly name: string;
  readonly fault: NarrowFault;
  readonly condition: Condition;
}

export interface PairReach {
  readonly pair: Pair;
  /** The first session in which it fails. */
  readonly seenBy: string | undefined;
  /** Sessions in which it could have occurred. */
  readonly chances: number;
}

export const NARROW_FAULTS: readonly NarrowFault[] = [
  ...DECISION_FAULTS,
  ...OUTPUT_FAULTS,
  ...KEY_FAULTS,
  ...FULL_TABLE_FAULTS,
  ...URO_NARROW_FAULTS,
  ...COUNTER_FAULTS,
  ...ENCAPSULATION_FAULTS,
];

/** Every pair, or always the same sample of them: one in `oneIn`. */
export function narrowPairs(oneIn = 1): Pair[] {
  const pairs = NARROW_FAULTS.flatMap((fault) =>
    CONDITIONS.map((condition) => ({ name: `${fault.name}@${condition.name}`, fault, condition })),
  );
  return pairs.filter((_, i) => (Math.imul(i, 0x9e37_79b1) >>> 0) % oneIn === 0);
}

interface Open {
  readonly pair: Pair;
  readonly condition: number;
  seenBy: string | undefined;
  chances: number;
}

/** The conditions that were true at some arrival. */
function anyHeld(held: readonly Uint32Array[]): Uint32Array {
  const any = new Uint32Array(held[0]?.length ?? 0);
  for (const one of held) for (let i = 0; i < any.length; i++) any[i] = (any[i] as number) | (one[i] as number);
  return any;
}

export class Reach {
  readonly #recorder: Recorder;
  readonly #capabilities: Capabilities;
  readonly #all: readonly Open[];
  /** By fault: its player, and pairs that no session has shown yet. */
  readonly #open: { readonly player: NarrowPlayer; pairs: Open[] }[];

  constructor(pairs: readonly Pair[], capabilities: Capabilities) {
    const faults = [...new Set(pairs.map(({ fault }) => fault))];
    this.#capabilities = capabilities;
    this.#recorder = new Recorder(faults, CONDITIONS, capabilities);
    this.#all = pairs.map((pair) => ({
      pair,
      condition: CONDITIONS.indexOf(pair.condition),
      seenBy: undefined,
      chances: 0,
    }));
    this.#open = faults.map((fault) => ({
      player: playerOf(fault),
      pairs: this.#all.filter(({ pair }) => pair.fault === fault),
    }));
  }

  /** Plays every pair that no session has shown yet on a session in which it could occur. */
  play(name: string, steps: readonly FrameStep[]): void {
    const recorded = this.#recorder.record(steps);
    const held = anyHeld(recorded.held);
    this.#open.forEach((entry, number) => {
      if (!entry.pairs.some(({ condition }) => isHeld(held, condition))) return;
      const arrivals = recorded.chances(number);
      if (arrivals.length === 0) return;
      let isAnySeen = false;
      for (const open of entry.pairs) {
        if (!arrivals.some((arrival) => isHeld(recorded.held[arrival] as Uint32Array, open.condition))) continue;
        open.chances++;
        if (!this.#isSeen(entry.player, open, recorded)) continue;
        open.seenBy = name;
        isAnySeen = true;
      }
      if (isAnySeen) entry.pairs = entry.pairs.filter(({ seenBy }) => seenBy === undefined);
    });
  }

  /** In the order of the pairs. */
  get results(): PairReach[] {
    return this.#all.map(({ pair, seenBy, chances }) => ({ pair, seenBy, chances }));
  }

  #isSeen(player: NarrowPlayer, { pair, condition }: Open, recorded: Recorded): boolean {
    const { steps, prepared } = recorded;
    try {
      const outcome = player.play(recorded, pair.condition, condition);
      if (outcome === undefined) return false;
      return judge({ steps, ...outcome, capabilities: this.#capabilities }, prepared).findings.length > 0;
    } catch {
      // A coalescer that breaks is an error verdict in a run.
      return true;
    }
  }
}
