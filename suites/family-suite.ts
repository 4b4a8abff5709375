/** A mocha suite of one family: a test a planned vector, which asserts the session's verdict. */

import { expect } from 'chai';
import { baselineText, findingText, isUnexpected, traceText } from '../reports/case-text.ts';
import type { VerdictEvent } from '../reports/events.ts';
import { familyOf } from '../reports/family.ts';
import { RuleTexts } from '../reports/rule-texts.ts';
import { ruleTexts } from '../runner/session/rule-texts.ts';
import { planned, verdictOn } from './session.ts';

const RULES = new RuleTexts(ruleTexts());

/** Families that have a suite of their own; `others` takes what is left, so that no vector goes unasserted. */
const claimed = new Set<string>();

export function familySuite(family: string): void {
  claimed.add(family);
  describeVectors(family, (id) => familyOf(id) === family);
}

export function otherFamilies(): void {
  describeVectors('others', (id) => !claimed.has(familyOf(id)));
}

function describeVectors(title: string, belongs: (id: string) => boolean): void {
  const vectors = planned.filter(({ id }) => belongs(id));
  if (vectors.length === 0) return;
  describe(title, () => {
    for (const { id } of vectors) {
      it(id, async function () {
        const verdict = await verdictOn(id);
        if (verdict.verdict === 'unsupported') this.skip();
        assertConforms(verdict);
      });
    }
  });
}

function assertConforms(verdict: VerdictEvent): void {
  if (!isUnexpected(verdict, false)) return;
  const { reason = '', findings } = verdict;
  const why = [reason, ...baselineText(verdict), ...findings.flatMap(findingText), ...traceText(verdict, RULES)].join(
    '\n',
  );
  if (verdict.unexpected !== undefined) expect.fail(why);
  expect(verdict.verdict, why).to.be.oneOf(['pass', 'pass-less', 'warn']);
}
