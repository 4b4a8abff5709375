/** Rows that only allow a choice: which policy makes it. */

import type { ChoiceRule } from './rule.ts';

export const timestampsDeclined: ChoiceRule = {
  kind: 'choice',
  id: 'T1',
  name: 'timestamps-coalesced-or-not',
  level: 'may',
  clause: { doc: 'ndis-rsc-rules', heading: 'Coalescing Segments with the Timestamp Option' },
  summary: 'A target may coalesce segments with timestamps, or treat the option like any other (E4).',
  taken: (policy) => policy.timestamps === 'exception',
};
