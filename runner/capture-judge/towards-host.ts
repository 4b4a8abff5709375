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
  const usual = usualOf(common);
  const clocks = clocksOf(usual);
  // A router between the captures lowers TTLs: what it raises goes the other way.
  const raised = directions(common, ({ counts }) => counts.raised > 0 && counts.lowered + counts.level === 0);
  const lowered = directions(
    common,
    ({ counts, hasHop }) => hasHop || (counts.lowered > 0 && counts.raised + counts.level === 0),
  );
  return common.filter(({ from, to }) => {
    const isBack = merging.has(from) && !senders.has(from) && !merging.has(to);
    return (
      !isBack &&
      !isEarlier(usual.get(`${from} ${to}`), clocks) &&
      !(raised.has(`${from} ${to}`) && lowered.has(`${to} ${from}`))
    );
  });
}

/** Those of which all connections are so. */
function directions(results: readonly ConnectionResult[], isSo: (result: ConnectionResult) => boolean): Set<string> {
  const all = new Set(results.map(({ from, to }) => `${from} ${to}`));
  for (const result of results) if (!isSo(result)) all.delete(`${result.from} ${result.to}`);
  return all;
}

/** By how much later, by direction between two addresses. */
type Usual = ReadonlyMap<string, ClockSpread['usual']>;

function usualOf(results: readonly ConnectionResult[]): Usual {
  const spreads = new Map<string, ClockSpread>();
  for (const { from, to, clock } of results) {
    if (!clock.isKnown) continue;
    const key = `${from} ${to}`;
    const spread = spreads.get(key) ?? new ClockSpread();
    spread.join(clock);
    spreads.set(key, spread);
  }
  return new Map([...spreads].map(([key, { usual }]) => [key, usual]));
}

/** How far the received capture's clock is ahead: `least` by frames from the host, `most` by frames to it. */
type Clocks = { readonly least: number; readonly most: number } | undefined;

/**
 * By the pairs of ends of which one direction is earlier than the other. A frame to the host reaches the received capture
 * later, and a frame from the host reaches it earlier, whatever the difference of the clocks.
 */
function clocksOf(usual: Usual): Clocks {
  const pairs = [...usual].flatMap(([key, there]) => {
    const back = usual.get(key.split(' ').reverse().join(' '));
    return back !== undefined && back.most < there.least ? [{ there, back }] : [];
  });
  if (pairs.length === 0) return undefined;
  const least = Math.max(...pairs.map(({ back }) => back.most));
  const most = Math.min(...pairs.map(({ there }) => there.least));
  return least < most ? { least, most } : undefined;
}

/** The direction is one from the host: its frames are as early as others from there. */
function isEarlier(usual: ClockSpread['usual'] | undefined, clocks: Clocks): boolean {
  if (usual === undefined || clocks === undefined) return false;
  return usual.most < clocks.least + (clocks.most - clocks.least) / 4;
}
