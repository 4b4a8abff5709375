/**
 * Runs of segments without payload. The findings on one depend only on what its segments look like, in order, so hundreds
 * of runs of ACKs that are alike are compared once.
 */

import { isSoft } from '../finding.ts';
import type { AcceptanceProtocol, Arrived, Indicated } from '../protocol.ts';
import type { Draft } from '../types.ts';

export interface Weighed {
  readonly isHard: boolean;
  /** A hard finding forbids this merge: no longer run can conform either. */
  readonly isForbidden: boolean;
  readonly soft: number;
  /** Left out if they were those of an equal run. */
  readonly findings?: readonly Draft[];
}

/** More than there are kinds of segments, and of indications. */
const MOST_KINDS = 2 ** 22;

/** The number of the empty run. */
export const NO_RUN = 0;

export class AlikeRuns<A extends Arrived, I extends Indicated> {
  readonly #protocol: AcceptanceProtocol<A, I>;
  readonly #texts = new Map<string, number>();
  readonly #kinds = new Map<A | I, number>();
  /** By the run that is longer by this kind of segment. */
  readonly #longer = new Map<number, number>();
  readonly #known = new Map<number, Weighed | undefined>();

  constructor(protocol: AcceptanceProtocol<A, I>) {
    this.#protocol = protocol;
  }

  /** The number of the run with this segment appended: the same for equal runs. Undefined: it has payload. */
  longer(run: number | undefined, next: A): number | undefined {
    const kind = run === undefined ? undefined : this.#kindOf(next);
    if (run === undefined || kind === undefined) return undefined;
    const key = run * MOST_KINDS + kind;
    let known = this.#longer.get(key);
    if (known === undefined) {
      known = this.#longer.size + 1;
      this.#longer.set(key, known);
    }
    return known;
  }

  /** `findings`: of the run, or of an equal one. Undefined: it cannot be the indication. */
  weighed(run: number, observed: I, findings: () => readonly Draft[] | undefined): Weighed | undefined {
    const key = run * MOST_KINDS + this.#kindOfIndication(observed);
    if (!this.#known.has(key)) {
      const own = weighedOf(findings());
      this.#known.set(key, own && { isHard: own.isHard, isForbidden: own.isForbidden, soft: own.soft });
      return own;
    }
    return this.#known.get(key);
  }

  /** Undefined: it has payload. */
  #kindOf(arrival: A): number | undefined {
    const known = this.#kinds.get(arrival);
    if (known !== undefined) return known < 0 ? undefined : known;
    const { from, to } = this.#protocol.payloadOf(arrival);
    const text = from === to ? this.#protocol.likeness(arrival) : undefined;
    const own = text === undefined ? -1 : this.#numberOf(text);
    this.#kinds.set(arrival, own);
    return own < 0 ? undefined : own;
  }

  #kindOfIndication(observed: I): number {
    const known = this.#kinds.get(observed);
    if (known !== undefined) return known;
    const { step, frame, oob } = observed;
    const own = this.#numberOf(`${step} ${JSON.stringify(oob)} ${Buffer.from(frame).toString('latin1')}`);
    this.#kinds.set(observed, own);
    return own;
  }

  #numberOf(text: string): number {
    const number = this.#texts.get(text) ?? this.#texts.size;
    this.#texts.set(text, number);
    return number;
  }
}

export function weighedOf(findings: readonly Draft[] | undefined): Weighed | undefined {
  if (findings === undefined) return undefined;
  const isHard = !findings.every(isSoft);
  const isForbidden = isHard && findings.some((found) => found.field === 'merge' && !isSoft(found));
  return { isHard, isForbidden, soft: findings.length, findings };
}
