/** Plays vectors on every planted fault and every legal variant: each fault must be caught, and no variant may fail. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { whyUnsupported } from '../capabilities/unsupported.ts';
import { AbortsOverRun } from '../judge/aborts-over-run.ts';
import type { Finding, Judgement } from '../judge/types.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import { JudgedOnce } from './judged-once.ts';
import type { Implementation } from './subject.ts';
import { capabilitiesOf } from './usual.ts';
import { variants } from './variants.ts';

/** Number of vectors after which a fault counts as well caught. */
export const ENOUGH = 3;

export interface FaultResult {
  readonly fault: Fault;
  /** The first vectors that catch it. */
  readonly caughtBy: readonly string[];
  /** Rows that these verdicts name first. */
  readonly named: readonly string[];
  /** Named rows that are unrelated to the fault. */
  readonly misblamed: readonly string[];
}

export interface VariantResult {
  readonly variant: Implementation;
  readonly failures: readonly { readonly vector: string; readonly finding: Finding }[];
  /** Vectors in which it merged less than the reference with the same announcements. */
  readonly passLess: number;
  /** Vectors that it was asked to play. */
  readonly played: number;
}

export interface SelfcheckResult {
  readonly faults: readonly FaultResult[];
  readonly variants: readonly VariantResult[];
}

/**
 * Vector by vector, all implementations of each: shared data is computed once, and nothing is kept. Progress is reported in
 * vectors.
 */
export function selfcheck(
  vectors: readonly Vector[],
  progress: (done: number) => void = () => {},
  implementations: { readonly faults: readonly Fault[]; readonly variants: readonly Implementation[] } = {
    faults: faults(),
    variants: variants(),
  },
): SelfcheckResult {
  const trials = implementations.faults.map((fault) => new FaultTrial(fault, vectors));
  const variantTrials = implementations.variants.map((variant) => new VariantTrial(variant, vectors));
  vectors.forEach((vector, done) => {
    const steps = expandVector(vector);
    const once = new JudgedOnce(steps);
    for (const trial of trials) if (!trial.isOver) trial.play(vector, steps, once);
    for (const trial of variantTrials) trial.play(vector, steps, once);
    progress(done + 1);
  });
  return { faults: trials.map((trial) => trial.result), variants: variantTrials.map((trial) => trial.result) };
}

const announced = new Map<string, Capabilities>();

/** The same object for the same capabilities. */
function shared(capabilities: Capabilities): Capabilities {
  const key = JSON.stringify(capabilities);
  const known = announced.get(key) ?? capabilities;
  announced.set(key, known);
  return known;
}

/** One implementation on its way through the vectors. */
abstract class Trial {
  readonly capabilities: Capabilities;
  readonly #implementation: Implementation;
  readonly #overRun: AbortsOverRun;

  constructor(implementation: Implementation, vectors: readonly Vector[]) {
    this.#implementation = implementation;
    this.capabilities = shared(capabilitiesOf(implementation));
    this.#overRun = new AbortsOverRun(vectors);
  }

  /** The judgement on this vector, with findings over the whole run so far; undefined if it cannot be played. */
  protected judged(vector: Vector, steps: readonly FrameStep[], once: JudgedOnce): Judgement | undefined {
    if (whyUnsupported(vector, steps, this.capabilities) !== undefined) return undefined;
    const outcome = this.#implementation.subject(steps);
    const judgement = once.of(outcome, this.capabilities);
    const never = this.#overRun.observe(vector, outcome.statistics);
    return never === undefined ? judgement : { ...judgement, findings: [...judgement.findings, never] };
  }
}

/** A fault that breaks the coalescer entirely does not test the judge: it counts as reported under a wrong rule. */
const CRASH = 'crash';

class FaultTrial extends Trial {
  readonly #fault: Fault;
  readonly #caughtBy: string[] = [];
  readonly #named = new Set<string>();

  constructor(fault: Fault, vectors: readonly Vector[]) {
    super(fault, vectors);
    this.#fault = fault;
  }

  get isOver(): boolean {
    return this.#caughtBy.length === ENOUGH;
  }

  play(vector: Vector, steps: readonly FrameStep[], once: JudgedOnce): void {
    const named = this.#blame(vector, steps, once);
    if (named === undefined) return;
    this.#caughtBy.push(vector.id);
    this.#named.add(named);
  }

  #blame(vector: Vector, steps: readonly FrameStep[], once: JudgedOnce): string | undefined {
    try {
      const { findings = [] } = this.judged(vector, steps, once) ?? {};
      return (findings.find(({ level }) => level !== 'should') ?? findings[0])?.rule;
    } catch {
      return CRASH;
    }
  }

  get result(): FaultResult {
    const named = [...this.#named];
    const misblamed = named.filter((rule) => !this.#fault.blames.includes(rule));
    return { fault: this.#fault, caughtBy: this.#caughtBy, named, misblamed };
  }
}

class VariantTrial extends Trial {
  readonly #variant: Implementation;
  readonly #failures: { readonly vector: string; readonly finding: Finding }[] = [];
  #passLess = 0;
  #played = 0;

  constructor(variant: Implementation, vectors: readonly Vector[]) {
    super(variant, vectors);
    this.#variant = variant;
  }

  play(vector: Vector, steps: readonly FrameStep[], once: JudgedOnce): void {
    const judgement = this.judged(vector, steps, once);
    if (judgement === undefined) return;
    const { findings, verdict } = judgement;
    this.#played++;
    if (verdict === 'pass-less') this.#passLess++;
    for (const finding of findings) this.#failures.push({ vector: vector.id, finding });
  }

  get result(): VariantResult {
    return { variant: this.#variant, failures: this.#failures, passLess: this.#passLess, played: this.#played };
  }
}
