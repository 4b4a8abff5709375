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

/** Of one segment, and of several. */
const WORDS: Readonly<Record<string, readonly [string, string]>> = {
  started: ['starts an SCU', 'start an SCU each'],
  merged: ['merges', 'merge'],
  alone: ['goes alone', 'go alone'],
  restarted: ['starts a new SCU', 'start a new SCU each'],
} satisfies Record<Decision['did'], readonly [string, string]>;

/** The effect of a decision on this number of segments, in words; an unknown effect is returned unchanged. */
export function decisionWords(did: string, count = 1): string {
  const words = Object.hasOwn(WORDS, did) ? WORDS[did] : undefined;
  return words?.[count === 1 ? 0 : 1] ?? did;
}
