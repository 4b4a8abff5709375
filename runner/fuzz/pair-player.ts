/** Plays vectors on two targets: what they make differently is what is found. */

import type { Capabilities } from '../capabilities/capabilities.ts';
import { policyOf } from '../capabilities/capabilities.ts';
import type { Finding } from '../judge/types.ts';
import { decisionsOf } from '../session/session-events.ts';
import type { TargetVector } from '../targets/target.ts';
import { findingKey } from './finding-key.ts';
import type { Oracle, Played, Player } from './player.ts';

export class PairPlayer implements Oracle {
  readonly #one: Player;
  readonly #other: Player;

  constructor(one: Player, other: Player) {
    this.#one = one;
    this.#other = other;
  }

  get capabilities(): Capabilities {
    return this.#one.capabilities;
  }

  get limits(): readonly Capabilities[] {
    return [...this.#one.limits, ...this.#other.limits];
  }

  get copies(): number {
    return Math.max(this.#one.copies, this.#other.copies);
  }

  async play(vectors: readonly TargetVector[]): Promise<Played[]> {
    const [ones, others] = await Promise.all([this.#one.play(vectors), this.#other.play(vectors)]);
    return ones.map((one, i): Played => {
      const other = others[i] as Played;
      const difference = differenceOf(one, other, this.capabilities);
      return { ...one, findings: difference === undefined ? [] : [difference], sides: [one, other] };
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#one.close(), this.#other.close()]);
  }
}

/**
 * Of arrivals that were grouped otherwise, the first says what the difference is: what one made of it, what the other,
 * and which rule the reference follows there. Otherwise a verdict that only one of them got.
 */
function differenceOf(one: Played, other: Played, capabilities: Capabilities): Finding | undefined {
  const kinds = [one.answer.kind, other.answer.kind] as const;
  // What one of them cannot be asked is no difference between the two.
  if (kinds.includes('unsupported')) return undefined;
  if (one.judgement === undefined || other.judgement === undefined) {
    const [a, b] = [brokenText(one), brokenText(other)];
    return a === b ? undefined : difference('error', [], 'answer', a, b, `The first: ${a}; the second: ${b}`);
  }
  const [placesOne, placesOther] = [placesOf(one), placesOf(other)];
  const decisions = decisionsOf(one.steps, policyOf(capabilities));
  for (const { arrival, rule, name = '' } of decisions) {
    const [a, b] = [placesOne.get(arrival) ?? LOST, placesOther.get(arrival) ?? LOST];
    const what = `the reference follows ${rule} ${name} there`;
    if (a.before !== b.before) {
      const [did, didOther] = [joinedText(a), joinedText(b)];
      const message = `#${arrival} is ${did} by the first target, ${didOther} by the second; ${what}`;
      return difference(rule, [arrival], 'merge', did, didOther, message);
    }
    if (a.step !== b.step) {
      const message = `#${arrival} is indicated at the end of another step by the second target; ${what}`;
      return difference(rule, [arrival], 'boundary', `step ${a.step}`, `step ${b.step}`, message);
    }
  }
  const [wrong, wrongOther] = [wrongText(one), wrongText(other)];
  if (wrong === wrongOther) return undefined;
  return difference(
    one.findings[0]?.rule ?? other.findings[0]?.rule ?? 'none',
    [],
    'verdict',
    wrong,
    wrongOther,
    `Only the verdicts differ: the first ${wrong}, the second ${wrongOther}`,
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
  return before < 0 ? 'begun with' : `merged behind #${before}`;
}

function wrongText({ findings }: Played): string {
  return findings.length === 0 ? 'conforms' : `breaks ${[...new Set(findings.map(findingKey))].join(', ')}`;
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
