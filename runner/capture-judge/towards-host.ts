import { ClockSpread } from './clock-spread.ts';
import type { ConnectionResult } from './connection.ts';

/**
 * The connections in both captures that go to the host: if one direction shows merging, or comes later, the other is what
 * the host sent itself.
 */
export function towardsHost(results: readonly ConnectionResult[], hosts: readonly string[]): ConnectionResult[] {
  const common = results.filter(({ counts }) => counts.segments > 0 && counts.frames > 0);
  if (hosts.length > 0) return common.filter(({ to }) => hosts.includes(to));
  const merging = new Set(common.filter(({ counts }) => counts.merged > 0).map(({ to }) => to));
  const senders = new Set(common.filter(({ counts }) => counts.merged > 0).map(({ from }) => from));
  const spreads = spreadsOf(common);
  return common.filter(({ from, to }) => {
    const isBack = merging.has(from) && !senders.has(from) && !merging.has(to);
    return !isBack && !isSooner(spreads.get(`${from} ${to}`), spreads.get(`${to} ${from}`));
  });
}

/** By direction between two addresses. */
function spreadsOf(results: readonly ConnectionResult[]): ReadonlyMap<string, ClockSpread> {
  const spreads = new Map<string, ClockSpread>();
  for (const { from, to, clock } of results) {
    if (!clock.isKnown) continue;
    const key = `${from} ${to}`;
    const spread = spreads.get(key) ?? new ClockSpread();
    spread.join(clock);
    spreads.set(key, spread);
  }
  return spreads;
}

/**
 * By the received capture's clock, the frames of this direction are earlier than those of the other. A frame to the host
 * reaches that capture later, and a frame from the host reaches it earlier, whatever the difference of the clocks.
 */
function isSooner(own: ClockSpread | undefined, other: ClockSpread | undefined): boolean {
  return own !== undefined && other !== undefined && own.usual.most < other.usual.least;
}
