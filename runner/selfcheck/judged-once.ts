/**
 * The judgements on one vector. Most coalescers give the same output for most vectors: equal outputs under the same capabilities
 * are judged once.
 */

import type { FrameStep } from '../../reference-impl/step.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { judge, type Prepared, prepare } from '../judge/judge.ts';
import type { Judgement } from '../judge/types.ts';
import type { Outcome } from './subject.ts';

interface Judged {
  readonly prepared: Prepared;
  readonly byOutcome: Map<string, Judgement>;
}

export class JudgedOnce {
  readonly #steps: readonly FrameStep[];
  readonly #byCapabilities = new Map<Capabilities, Judged>();

  constructor(steps: readonly FrameStep[]) {
    this.#steps = steps;
  }

  /** The same object means the same capabilities: share it. */
  of(outcome: Outcome, capabilities: Capabilities): Judgement {
    const { prepared, byOutcome } = this.#under(capabilities);
    const key = keyOf(outcome);
    let judgement = byOutcome.get(key);
    if (judgement === undefined) {
      judgement = judge({ steps: this.#steps, ...outcome, capabilities }, prepared);
      byOutcome.set(key, judgement);
    }
    return judgement;
  }

  #under(capabilities: Capabilities): Judged {
    let judged = this.#byCapabilities.get(capabilities);
    if (judged === undefined) {
      judged = { prepared: prepare(this.#steps, capabilities), byOutcome: new Map() };
      this.#byCapabilities.set(capabilities, judged);
    }
    return judged;
  }
}

/** Everything that the judge sees; this excludes the true arrivals of an indication. */
function keyOf({ indications, ...others }: Outcome): string {
  const parts = [JSON.stringify(others)];
  for (const { frame, arrivals: _, ...beside } of indications)
    parts.push(
      JSON.stringify(beside),
      Buffer.from(frame.buffer, frame.byteOffset, frame.byteLength).toString('latin1'),
    );
  return parts.join('\n');
}
