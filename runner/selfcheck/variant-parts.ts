/** The parts of legal variants. */

import type { Policy } from '../../reference-impl/policy.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import type { PairRule, Rule } from '../../reference-impl/rules/rule.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { coalescerSubject, type Implementation, type Subject } from './subject.ts';

export function byPolicy(
  name: string,
  summary: string,
  policy: Partial<Policy>,
  capabilities: Partial<Capabilities> = {},
): Implementation {
  return { name, summary, subject: coalescerSubject(policy), capabilities };
}

export function byOutput(
  name: string,
  summary: string,
  subject: Subject,
  capabilities: Partial<Capabilities> = {},
): Implementation {
  return { name, summary, subject, capabilities };
}

/** Segments that a test picks out go alone, which is always legal. */
export function without(picks: (segment: Segment) => boolean, ends = true): Subject {
  const declined = {
    kind: 'segment',
    id: 'C12',
    name: 'declined',
    level: 'may',
    clause: { doc: 'derived', heading: '' },
    summary: 'This coalescer declines such segments.',
    ends,
    aborts: true,
    forbids: picks,
  } as const;
  return coalescerSubject({}, { rules: [...registry, declined] });
}

/** Nothing joins an SCU if a test says so (C12). */
export function stopping(stops: PairRule['forbids']): Subject {
  const early: PairRule = {
    kind: 'pair',
    id: 'C12',
    name: 'stopping',
    level: 'may',
    clause: { doc: 'derived', heading: '' },
    summary: 'This coalescer stops here.',
    aborts: false,
    forbids: stops,
  };
  return coalescerSubject({}, { rules: [...registry, early] });
}

/** The reference with changed rules. */
export function withRules(change: (rule: Rule) => Rule): Subject {
  return coalescerSubject({}, { rules: registry.map(change) });
}
