/** The outcome of each arrival, and the deciding rule. */

import type { Rule } from './rules/rule.ts';

/** The outcome of one arrival (numbered from 0), and the rule that decided. */
export interface Decision {
  readonly arrival: number;
  /** `restarted`: the SCU before it was finalized, and it starts the next. */
  readonly did: 'started' | 'merged' | 'alone' | 'restarted';
  readonly rule: Rule;
}

/** One line: "#3 restarted a new SCU: E8a ecn-field-change: The IP ECN field differs ..." */
export function formatDecision({ arrival, did, rule }: Decision): string {
  return `#${arrival} ${decisionWords(did)}: ${rule.id} ${rule.name}: ${rule.summary}`;
}

const WORDS: Readonly<Record<string, string>> = {
  started: 'starts an SCU',
  merged: 'merges',
  alone: 'goes alone',
  restarted: 'starts a new SCU',
} satisfies Record<Decision['did'], string>;

/** The effect of a decision, in words; an unknown one is returned as it is. */
export function decisionWords(did: string): string {
  return Object.hasOwn(WORDS, did) ? (WORDS[did] as string) : did;
}
