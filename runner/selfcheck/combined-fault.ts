/** Several planted faults in one coalescer, as in a real driver. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { Rule } from '../../reference-impl/rules/rule.ts';
import { onTopOf, reference } from './alterations.ts';
import type { Fault } from './fault.ts';
import { coalescerSubject, type Implementation, type Making, makingOf, type Subject } from './subject.ts';

/** Undefined if they cannot be combined: two separate coalescers, or two that change the same rule. */
export function combinedFault(faults: readonly Fault[]): Implementation | undefined {
  const bottoms = faults.filter(({ subject }) => !altersReference(subject));
  const makings = bottoms.map(({ subject }) => makingOf(subject));
  const base = bottoms.length > 1 ? mergedCoalescer(makings) : (bottoms[0]?.subject ?? reference);
  if (base === undefined) return undefined;
  const subject = faults
    .filter((fault) => !bottoms.includes(fault))
    .reduce((below, fault) => (below === reference ? fault.subject : onTopOf(below, fault.subject)), base);
  const capabilities = Object.assign(
    {},
    ...faults.map((fault) => fault.capabilities ?? {}),
  ) as Implementation['capabilities'];
  return {
    name: faults.map(({ name }) => name).join(' + '),
    summary: faults.map(({ summary }) => summary).join(' '),
    subject,
    ...(Object.keys(capabilities ?? {}).length === 0 ? {} : { capabilities: capabilities ?? {} }),
  };
}

/** Whether it uses the reference: then another coalescer can take the reference's place. */
function altersReference(subject: Subject): boolean {
  let isAsked = false;
  const probe: Subject = () => {
    isAsked = true;
    return { indications: [], statistics: { pkts: 0, octets: 0, events: 0, aborts: 0 } };
  };
  onTopOf(probe, subject)([{ dpc: true }]);
  return isAsked;
}

function mergedCoalescer(makings: readonly (Making | undefined)[]): Subject | undefined {
  const changed = new Map<string, Rule | undefined>();
  let policy: Making['policy'] = {};
  for (const making of makings) {
    if (making === undefined) return undefined;
    policy = { ...policy, ...making.policy };
    const rules = new Map((making.options.rules ?? registry).map((rule) => [rule.name, rule]));
    for (const rule of registry) {
      const own = rules.get(rule.name);
      if (own === rule) continue;
      if (changed.has(rule.name) && changed.get(rule.name) !== own) return undefined;
      changed.set(rule.name, own);
    }
  }
  const rules = registry.flatMap((rule) => {
    const own = changed.has(rule.name) ? changed.get(rule.name) : rule;
    return own === undefined ? [] : [own];
  });
  return coalescerSubject(policy, { rules });
}
