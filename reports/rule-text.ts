/** Where a row of the catalogue comes from. */

import { registry } from '../reference-impl/rules/index.ts';

/** "ndis-rsc: Exception Conditions ..., 3"; empty for a row that there is not. Several, joined by "; ". */
export function clauseOf(rule: string): string {
  const named = registry.filter(({ id }) => id === rule);
  return [...new Set(named.map(({ clause }) => `${clause.doc}: ${clause.section}`))].join('; ');
}
