/** Gives entries of a baseline the causes of their findings as reasons, if they have none. */

import type { CauseTable } from '../../reports/cause-table.ts';
import { matchingIds } from '../base/matching-ids.ts';
import { NO_REASON } from './baseline.ts';
import type { KnownFailure } from './baseline-file.ts';

/**
 * `vectors`: ids of what was played. An entry comes apart where its vectors have several causes, and names its vectors
 * one by one then: `baseline update` finds patterns for them. What has no cause stays as it is.
 */
export function withReasons(
  entries: readonly KnownFailure[],
  table: Pick<CauseTable, 'titlesOf'>,
  vectors: readonly string[],
): KnownFailure[] {
  return entries.flatMap((entry) => {
    if (!entry.reason.startsWith(NO_REASON)) return [entry];
    const byReason = new Map<string, string[]>();
    for (const id of new Set(entry.vectors.flatMap((pattern) => matchingIds(pattern, vectors)))) {
      const reason = table.titlesOf(id, entry.findings).join('; ') || entry.reason;
      byReason.set(reason, [...(byReason.get(reason) ?? []), id]);
    }
    if (byReason.size === 0) return [entry];
    return [...byReason].map(([reason, ids]) => ({ ...entry, reason, vectors: ids }));
  });
}
