/** How verdicts are shown: a sign, a word and a colour; never the colour alone. */

import type { Verdict } from '../../events.ts';
import { h } from './dom.ts';

const SIGNS: Readonly<Record<Verdict, string>> = {
  pass: '✓',
  'pass-less': '≈',
  warn: '!',
  fail: '✕',
  unsupported: '–',
  error: '?',
};

export const MEANINGS: Readonly<Record<Verdict, string>> = {
  pass: 'follows the rules',
  'pass-less': 'follows the rules, but merged less than they allow',
  warn: 'breaks a “should”, or a point on which the sources disagree',
  fail: 'breaks a rule',
  unsupported: 'the target does not claim it',
  error: 'the target or the environment broke',
};

/** The worst first. */
export const WORST_FIRST: readonly Verdict[] = ['error', 'fail', 'warn', 'unsupported', 'pass-less', 'pass'];

export function verdictBadge(verdict: Verdict, isKnown: boolean = false): HTMLElement {
  return h(
    'span',
    { class: `badge v-${verdict}`, title: MEANINGS[verdict] },
    h('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[verdict]),
    verdict,
    isKnown && h('span', { class: 'known' }, ' known'),
  );
}

export function verdictSign(verdict: Verdict): string {
  return SIGNS[verdict];
}
