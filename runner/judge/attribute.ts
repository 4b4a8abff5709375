/** Attributes indications to arrivals, connection by connection: first those that conform, then an explanation of the rest. */

import { accepting } from './acceptance/accept.ts';
import { explaining } from './explanation/explain.ts';
import { groupBy } from './group-by.ts';
import type { Arrived, Indicated, Match, Protocol } from './protocol.ts';
import type { Finding } from './types.ts';

const MOST_RECONSIDERED = 64;

export interface Question<A extends Arrived, I extends Indicated> {
  /** The indications of known connections, in order. */
  readonly arrivals: readonly A[];
  readonly observed: readonly I[];
  /** Indications that are attributed already, and arrivals without a connection that are not. */
  readonly settled: readonly Match<A, I>[];
  readonly unmatched: readonly A[];
  /** All arrivals, also those that are judged elsewhere. */
  readonly everything: readonly A[];
}

export interface Attributed<A extends Arrived, I extends Indicated> {
  readonly matches: readonly Match<A, I>[];
  /** Findings besides those of the matches. */
  readonly findings: readonly Finding[];
  /** By number of an indication without a match: the arrivals that it repeats. */
  readonly repeated: ReadonlyMap<number, readonly number[]>;
}

/** In pieces. */
export function* attributing<A extends Arrived, I extends Indicated>(
  { arrivals, observed, settled, unmatched, everything }: Question<A, I>,
  protocol: Protocol<A, I>,
): Generator<void, Attributed<A, I>> {
  const matches = [...settled];
  const open = [...unmatched];
  const unexplained: I[] = [];
  const byConnection = groupBy(observed, (one) => protocol.connectionIn(one));
  const connections = groupBy(arrivals, (arrival) => protocol.connectionOf(arrival));
  const strangers = observed.filter((one) => !connections.has(protocol.connectionIn(one)));
  for (const [connection, members] of connections) {
    const own = byConnection.get(connection) ?? [];
    byConnection.delete(connection);
    const streams = [...groupBy(members, (arrival) => protocol.streamOf(arrival)).values()];
    const accepted = yield* accepting(streams, own, protocol);
    if (accepted !== undefined && !mayHold(members, strangers, protocol)) matches.push(...accepted.matches);
    else {
      open.push(...members);
      unexplained.push(...own);
    }
  }
  unexplained.push(...[...byConnection.values()].flat());
  if (open.length === 0 && unexplained.length === 0) return { matches, findings: [], repeated: new Map() };
  open.sort((a, b) => a.number - b.number);
  unexplained.sort((a, b) => a.number - b.number);
  const found = yield* explaining({ arrivals: open, observed: unexplained, everything, settled: matches, protocol });
  matches.push(...found.matches);
  matches.sort((a, b) => a.observed.number - b.observed.number);
  const extra = found.extra.map(
    ({ observed: { number }, repeats }) => [number, repeats.map((one) => one.number)] as const,
  );
  return {
    matches,
    findings: [...found.extra.flatMap(({ findings }) => findings), ...found.order, ...found.lost],
    repeated: new Map(extra),
  };
}

/** An indication of an unknown connection may be an altered one of these. Then conforming without it may be less likely. */
function mayHold<A extends Arrived, I extends Indicated>(
  members: readonly A[],
  strangers: readonly I[],
  protocol: Protocol<A, I>,
): boolean {
  if (members.length > MOST_RECONSIDERED || strangers.length > MOST_RECONSIDERED) return false;
  return strangers.some((one) => members.some((arrival) => protocol.isRelated(arrival, one)));
}
