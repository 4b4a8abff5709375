/** Plays vectors on every planted fault and every legal variant: each fault must be caught, no variant accused. */

import { expandVector, type FrameStep } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities.ts';
import { judge } from '../judge/judge.ts';
import type { Finding, Judgement } from '../judge/types.ts';
import { whyUnsupported } from '../unsupported.ts';
import { type Fault, faults } from './faults.ts';
import type { Specimen } from './subject.ts';
import { variants } from './variants.ts';

/** Vectors after which a fault counts as well caught. */
const ENOUGH = 3;

export interface FaultResult {
  readonly fault: Fault;
  /** The first vectors that catch it. */
  readonly caughtBy: readonly string[];
  /** Rows that their verdicts name first. */
  readonly named: readonly string[];
  /** Named rows that have nothing to do with the fault. */
  readonly misblamed: readonly string[];
}

export interface VariantResult {
  readonly variant: Specimen;
  readonly accusations: readonly { readonly vector: string; readonly finding: Finding }[];
  readonly passLess: number;
}

interface Prepared {
  readonly vector: Vector;
  readonly steps: readonly FrameStep[];
}

export class Selfcheck {
  readonly #vectors: readonly Prepared[];

  constructor(vectors: readonly Vector[]) {
    this.#vectors = vectors.map((vector) => ({ vector, steps: expandVector(vector) }));
  }

  *faults(): Generator<FaultResult> {
    for (const fault of faults()) yield this.#catch(fault);
  }

  *variants(): Generator<VariantResult> {
    for (const variant of variants()) yield this.#acquit(variant);
  }

  #catch(fault: Fault): FaultResult {
    const caughtBy: string[] = [];
    const named = new Set<string>();
    const capabilities = { ...DEFAULT_CAPABILITIES, ipsec: true, ...fault.capabilities };
    for (const { vector, steps } of this.#vectors) {
      const found = firstFinding(judged(fault, steps, capabilities));
      if (found === undefined) continue;
      caughtBy.push(vector.id);
      named.add(found);
      if (caughtBy.length === ENOUGH) break;
    }
    const misblamed =
      fault.blames.length === 0 ? [] : [...named].filter((rule) => rule !== CRASH && !fault.blames.includes(rule));
    return { fault, caughtBy, named: [...named], misblamed };
  }

  #acquit(variant: Specimen): VariantResult {
    const capabilities = { ...DEFAULT_CAPABILITIES, ipsec: true, ...variant.capabilities };
    const accusations: { vector: string; finding: Finding }[] = [];
    let passLess = 0;
    for (const { vector, steps } of this.#vectors) {
      if (whyUnsupported(vector, steps, capabilities) !== undefined) continue;
      const { findings, verdict } = judge({ steps, ...variant.subject(steps), capabilities });
      if (verdict === 'pass-less') passLess++;
      for (const finding of findings) accusations.push({ vector: vector.id, finding });
    }
    return { variant, accusations, passLess };
  }
}

/** A fault may break the coalescer altogether: that is seen, too. */
const CRASH = 'crash';

function judged(fault: Fault, steps: readonly FrameStep[], capabilities: Capabilities): Judgement | undefined {
  try {
    return judge({ steps, ...fault.subject(steps), capabilities });
  } catch {
    return undefined;
  }
}

function firstFinding(judgement: Judgement | undefined): string | undefined {
  if (judgement === undefined) return CRASH;
  const { findings } = judgement;
  return (findings.find(({ level }) => level !== 'should') ?? findings[0])?.rule;
}
