/**
 * How often a target may be started again in a run. If it dies in every vector of a group, the rest of the group is left out.
 * If it dies in many groups, it is given up.
 */

import type { TargetAnswer } from './target.ts';

/** The default of `--restarts`. */
export const DEFAULT_RESTARTS = 10;

interface Group {
  deaths: number;
  hasAnswered: boolean;
}

export class RestartBudget {
  readonly #most: number;
  readonly #groups = new Map<string, Group>();
  readonly #leftOut = new Map<string, number>();
  /** Deaths in groups that are not left out. */
  #deaths = 0;
  #hasAnswered = false;
  #givenUp: string | undefined;

  constructor(most: number = DEFAULT_RESTARTS) {
    this.#most = most;
  }

  /** How often a restart may fail. */
  get most(): number {
    return this.#most;
  }

  /** Why this vector is not played any more. */
  refusal(id: string): TargetAnswer | undefined {
    if (this.#givenUp !== undefined) return refused(this.#givenUp);
    const group = groupOf(id);
    const deaths = this.#leftOut.get(group);
    if (deaths === undefined) return undefined;
    return refused(
      `the target died in all ${deaths} vectors of ${group} that it was given; the others of them are left out`,
    );
  }

  /** Called once for each vector that was played, in their order. */
  answered(id: string, answer: TargetAnswer): void {
    const group = this.#groups.get(groupOf(id)) ?? { deaths: 0, hasAnswered: false };
    this.#groups.set(groupOf(id), group);
    if (answer.kind !== 'error' || answer.ended !== true) {
      this.#hasAnswered = true;
      group.hasAnswered = true;
      return;
    }
    group.deaths++;
    this.#deaths++;
    if (this.#deaths > this.#most) this.#spare();
  }

  /** It is given up, whatever budget was left. */
  giveUp(why: string): void {
    this.#givenUp ??= why;
  }

  #spare(): void {
    const deadly = [...this.#groups].filter(
      ([name, { deaths, hasAnswered }]) => deaths > 1 && !hasAnswered && !this.#leftOut.has(name),
    );
    // If it has never answered at all, it is not worth another group.
    if (deadly.length === 0 || !this.#hasAnswered || this.#leftOut.size >= this.#most)
      this.giveUp(`the target was given up after ${this.#most} restarts (--restarts N allows more)`);
    for (const [name, { deaths }] of deadly) {
      this.#leftOut.set(name, deaths);
      this.#deaths -= deaths;
    }
  }
}

function refused(why: string): TargetAnswer {
  return { kind: 'error', message: `not run: ${why}` };
}

/** The first two parts of an id: "exceptions/options". */
function groupOf(id: string): string {
  return id.split('/', 2).join('/');
}
