/** The part of S4 that only a whole run shows: a target that reports counters must count some of its exceptions. */

import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import { finding, ruleNamed } from './finding.ts';
import type { Finding } from './types.ts';

/** Rows of exceptions that the bytes alone show, so that every target meets them. */
const EXCEPTIONS: ReadonlySet<string> = new Set(
  rulesOfKind('segment')
    .filter(({ aborts, level, isOutOfBand }) => aborts && level !== 'may' && isOutOfBand !== true)
    .map(({ id }) => id),
);
/** A target may have ended the SCU itself (C12), so a handful of vectors without an abort proves nothing. */
const LEAST_VECTORS = 20;

interface Judged {
  readonly id: string;
  readonly rules: readonly string[];
}

export class AbortsOverRun {
  readonly #last: string | undefined;
  #vectors = 0;
  #aborts = 0;

  constructor(planned: readonly Judged[]) {
    this.#last = planned.filter(holdsException).at(-1)?.id;
  }

  /** Called once for each vector in the order of the plan; the last with exceptions may get a finding. */
  observe(vector: Judged, statistics: Statistics | undefined): Finding | undefined {
    if (!holdsException(vector) || statistics === undefined) return undefined;
    this.#vectors++;
    this.#aborts += statistics.aborts;
    if (vector.id !== this.#last || this.#aborts > 0 || this.#vectors < LEAST_VECTORS) return undefined;
    const message = `Not one of ${this.#vectors} vectors with exceptions made the target count an abort.`;
    return finding(ruleNamed('aborts'), [], 'aborts', 'some, over the whole run', 0, message);
  }
}

function holdsException({ rules }: Judged): boolean {
  return rules.some((rule) => EXCEPTIONS.has(rule));
}
