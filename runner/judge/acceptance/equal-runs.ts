/**
 * Runs of segments without payload that are equal, byte for byte. The findings on such a run depend only on its length, so
 * hundreds of equal ACKs are compared once for each length.
 */

import { isSoft } from '../finding.ts';
import type { AcceptanceProtocol, Arrived, Indicated } from '../protocol.ts';
import type { Draft } from '../types.ts';

export interface Weighed {
  readonly isHard: boolean;
  /** A hard finding forbids this merge: no longer run can conform either. */
  readonly isForbidden: boolean;
  readonly soft: number;
  /** Left out if they were those of another run of equal ones. */
  readonly findings?: readonly Draft[];
}

const FEW = 3;

export class EqualRuns<A extends Arrived, I extends Indicated> {
  readonly #protocol: AcceptanceProtocol<A, I>;
  readonly #texts = new Map<string, number>();
  readonly #classes = new Map<A | I, number>();
  readonly #known = new Map<string, Weighed | undefined>();

  constructor(protocol: AcceptanceProtocol<A, I>) {
    this.#protocol = protocol;
  }

  /** `findings`: of the run, which may be of equal ones. Undefined: it cannot be the indication. */
  of(
    run: readonly A[],
    areEqual: boolean,
    observed: I,
    findings: () => readonly Draft[] | undefined,
  ): Weighed | undefined {
    const key = areEqual && run.length >= FEW ? this.#keyOf(run, observed) : undefined;
    if (key === undefined) return weighed(findings());
    if (!this.#known.has(key)) {
      const own = weighed(findings());
      this.#known.set(key, own && { isHard: own.isHard, isForbidden: own.isForbidden, soft: own.soft });
      return own;
    }
    return this.#known.get(key);
  }

  /** Whether they are equal, byte for byte, and without payload. */
  areEqual([first, ...others]: readonly A[]): boolean {
    const own = first === undefined ? undefined : this.#classOf(first);
    return own !== undefined && others.every((arrival) => this.#classOf(arrival) === own);
  }

  #keyOf(run: readonly A[], observed: I): string {
    return `${this.#classOf(run[0] as A)} ${run.length} ${this.#classOfIndication(observed)}`;
  }

  /** Undefined: it has payload, so equal runs do not apply. */
  #classOf(arrival: A): number | undefined {
    const known = this.#classes.get(arrival);
    if (known !== undefined) return known < 0 ? undefined : known;
    const { from, to } = this.#protocol.payloadOf(arrival);
    const text = from === to ? this.#protocol.likeness(arrival) : undefined;
    const own = text === undefined ? -1 : this.#numberOf(text);
    this.#classes.set(arrival, own);
    return own < 0 ? undefined : own;
  }

  #classOfIndication(observed: I): number {
    const known = this.#classes.get(observed);
    if (known !== undefined) return known;
    const { step, frame, oob } = observed;
    const own = this.#numberOf(`${step} ${JSON.stringify(oob)} ${Buffer.from(frame).toString('latin1')}`);
    this.#classes.set(observed, own);
    return own;
  }

  #numberOf(text: string): number {
    const number = this.#texts.get(text) ?? this.#texts.size;
    this.#texts.set(text, number);
    return number;
  }
}

function weighed(findings: readonly Draft[] | undefined): Weighed | undefined {
  if (findings === undefined) return undefined;
  const isHard = !findings.every(isSoft);
  const isForbidden = isHard && findings.some((found) => found.field === 'merge' && !isSoft(found));
  return { isHard, isForbidden, soft: findings.length, findings };
}
