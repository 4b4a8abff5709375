/** Rows that only grant a liberty: which policy takes it. */

import type { LibertyRule } from './rule.ts';

export const timestampsDeclined: LibertyRule = {
  kind: 'liberty',
  id: 'T1',
  name: 'timestamps-coalesced-or-not',
  level: 'may',
  clause: { doc: 'ndis-rsc-rules', heading: 'Coalescing Segments with the Timestamp Option' },
  summary: 'Segments with timestamps may be coalesced, or the option may be treated as any other (E4).',
  taken: (policy) => policy.timestamps === 'exception',
};
