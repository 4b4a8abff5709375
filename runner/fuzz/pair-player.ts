/** Plays vectors on two targets: differences between them are the findings. */

import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Finding } from '../judge/types.ts';
import type { TargetVector } from '../targets/target.ts';
import type { Oracle, Played, Player } from './player.ts';

export class PairPlayer implements Oracle {
  readonly #first: Player;
  readonly #second: Player;

  constructor(first: Player, second: Player) {
    this.#first = first;
    this.#second = second;
  }

  get capabilities(): Capabilities {
    return this.#first.capabilities;
  }

  get limits(): readonly Capabilities[] {
    return [...this.#first.limits, ...this.#second.limits];
  }

  get copies(): number {
    return Math.max(this.#first.copies, this.#second.copies);
  }

  async play(vectors: readonly TargetVector[]): Promise<Played[]> {
    const [firsts, seconds] = await Promise.all([this.#first.play(vectors), this.#second.play(vectors)]);
    return firsts.flatMap((first, i): readonly Played[] => {
      const second = seconds[i];
      if (second === undefined) return [];
      const difference = differenceOf(first, second);
      return [{ ...first, findings: difference === undefined ? [] : [difference], sides: [first, second] }];
    });
  }

  stop(): void {
    this.#first.stop();
    this.#second.stop();
  }

  async close(): Promise<void> {
    await Promise.all([this.#first.close(), this.#second.close()]);
  }
}

/**
 * The first arrival that was grouped differently shows the difference: the result of each target, and the rule that the reference
 * follows there. Otherwise, a verdict that only one of them got.
 */
function differenceOf(first: Played, second: Played): Finding | undefined {
  const kinds = [first.answer.kind, second.answer.kind] as const;
  // A vector that one of them cannot play is not a difference.
  if (kinds.includes('unsupported')) return undefined;
  if (first.judgement === undefined || second.judgement === undefined) {
    const [a, b] = [brokenText(first), brokenText(second)];
    return a === b ? undefined : difference('error', [], 'answer', a, b, `The first: ${a}; the second: ${b}`);
  }
  const [placesOfFirst, placesOfSecond] = [placesOf(first), placesOf(second)];
  for (const { arrival, rule } of first.reference.decisions) {
    const [a, b] = [placesOfFirst.get(arrival) ?? LOST, placesOfSecond.get(arrival) ?? LOST];
    const what = `the reference follows ${rule.id} ${rule.name} there`;
    if (a.before !== b.before) {
      const [did, didOther] = [joinedText(a), joinedText(b)];
      const message = `#${arrival} is ${did} by the first target, ${didOther} by the second; ${what}`;
      return difference(rule.id, [arrival], 'merge', did, didOther, message);
    }
    if (a.step !== b.step) {
      const message = `#${arrival} is indicated at the end of another step by the second target; ${what}`;
      return difference(rule.id, [arrival], 'boundary', `step ${a.step}`, `step ${b.step}`, message);
    }
  }
  const [wrong, wrongOfSecond] = [wrongText(first), wrongText(second)];
  if (wrong === wrongOfSecond) return undefined;
  return difference(
    first.findings[0]?.rule ?? second.findings[0]?.rule ?? 'none',
    [],
    'verdict',
    wrong,
    wrongOfSecond,
    `Only the verdicts differ: the first ${wrong}, the second ${wrongOfSecond}`,
  );
}

interface Place {
  /** The arrival before it in its indication; -1: it is the first. */
  readonly before: number;
  readonly step: number;
}
const LOST: Place = { before: -2, step: -1 };

function placesOf({ answer, judgement }: Played): Map<number, Place> {
  const places = new Map<number, Place>();
  if (answer.kind !== 'indications' || judgement === undefined) return places;
  answer.indications.forEach(({ step }, i) => {
    let before = -1;
    for (const arrival of judgement.attribution[i] ?? []) {
      if (!places.has(arrival)) places.set(arrival, { before, step });
      before = arrival;
    }
  });
  return places;
}

function joinedText({ before }: Place): string {
  if (before === LOST.before) return 'not indicated';
  return before < 0 ? 'begun with' : `merged after #${before}`;
}

function wrongText({ findings }: Played): string {
  if (findings.length === 0) return 'conforms';
  return `breaks ${[...new Set(findings.map(({ rule, field }) => `${rule} (${field})`))].join(', ')}`;
}

function brokenText({ judgement, findings }: Played): string {
  return judgement === undefined ? (findings[0]?.message ?? 'no answer') : 'an answer';
}

function difference(
  rule: string,
  arrivals: readonly number[],
  field: string,
  expected: string,
  actual: string,
  message: string,
): Finding {
  return { rule, level: 'may', arrivals, field, expected, actual, message };
}
