import type { ConnectionResult } from './connection.ts';

/**
 * The connections in both captures that go to the host: if one direction shows merging, the other is what the host sent
 * itself.
 */
export function towardsHost(results: readonly ConnectionResult[], hosts: readonly string[]): ConnectionResult[] {
  const common = results.filter(({ counts }) => counts.segments > 0 && counts.frames > 0);
  if (hosts.length > 0) return common.filter(({ to }) => hosts.includes(to));
  const merging = new Set(common.filter(({ counts }) => counts.merged > 0).map(({ to }) => to));
  const senders = new Set(common.filter(({ counts }) => counts.merged > 0).map(({ from }) => from));
  return common.filter(({ from, to }) => !(merging.has(from) && !senders.has(from) && !merging.has(to)));
}
