/** The registry's loops as loops: like `unrolled.ts`, but for rules outside the registry (planted faults). */

import { headerFields } from '../wire/fields.ts';
import type { ActionRule, FieldRule, OobRule, PairRule, SegmentRule, StatisticRule } from './rule.ts';
import type { addCounts, firstAction, firstException, firstForbidding, writeFields, writeOob } from './unrolled.ts';

export function exceptionLoop(rules: readonly SegmentRule[]): typeof firstException {
  return (segment, conditions) => rules.find((rule) => rule.forbids(segment, conditions));
}

export function forbiddingLoop(rules: readonly PairRule[]): typeof firstForbidding {
  return (unit, segment, policy) => rules.find((rule) => rule.forbids(unit, segment, policy));
}

export function fieldLoop(rules: readonly FieldRule[]): typeof writeFields {
  // Each with its access: a lookup by name costs more than the rule.
  const fields = rules.map((rule) => ({ rule, access: headerFields[rule.field] }));
  return (unit, policy) => {
    for (const { rule, access } of fields) {
      if (!access.has(unit)) continue;
      const value = rule.expected(unit, policy);
      if (value !== undefined) access.write(unit.bytes, unit, value);
    }
  };
}

export function oobLoop(rules: readonly OobRule[]): typeof writeOob {
  return (unit, policy, oob: Record<string, unknown>) => {
    for (const rule of rules) {
      const value = rule.expected(unit, policy);
      if (value !== undefined) oob[rule.field] = value;
    }
  };
}

export function statisticLoop(rules: readonly StatisticRule[]): typeof addCounts {
  return (unit, choices, counters) => {
    for (const rule of rules) counters[rule.counter] += rule.adds(unit, choices);
  };
}

export function actionLoop(rules: readonly ActionRule[]): typeof firstAction {
  return (unit, segment, policy) => rules.find((rule) => rule.applies(unit, segment, policy));
}
