/** Gives entries of a baseline the causes of their findings as reasons, if they have none. */

import type { CauseTable } from '../../reports/cause-table.ts';
import { matchingIds } from '../base/matching-ids.ts';
import { NO_REASON } from './baseline.ts';
import type { KnownFailure } from './baseline-file.ts';

/**
 * `vectors`: ids of the played vectors. An entry whose vectors have several causes is split, and then names its vectors one by
 * one: `baseline update` finds patterns for them. Vectors without a cause stay as they are.
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
