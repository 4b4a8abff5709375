/** Explains the indications of TCP, and of what is no datagram of a session with URO. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { accept } from '../acceptance/accept.ts';
import { type Arrival, isLoose } from '../arrival.ts';
import { explain } from '../explanation/explain.ts';
import { groupBy } from '../group-by.ts';
import type { Observed } from '../observed.ts';
import type { Finding } from '../types.ts';
import { isPaddedRunt, matchLoose } from './loose.ts';
import { type TcpMatch, tcpProtocol } from './tcp-protocol.ts';

export interface TcpExplained {
  readonly matches: readonly TcpMatch[];
  readonly findings: readonly Finding[];
  /** Arrivals that an indication without a match repeats, by its number. */
  readonly repeated: ReadonlyMap<number, readonly number[]>;
}

/** `everything`: also what is judged elsewhere, or no more: its bytes may be found where they should not be. */
export function explainTcp(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  everything: readonly Arrival[],
  capabilities: Capabilities,
): TcpExplained {
  const protocol = tcpProtocol(capabilities, everything);
  const looseArrivals = arrivals.filter(({ segment }) => isLoose(segment));
  const looseObserved = new Set(observed.filter((one) => isLoose(one.segment) || isPaddedRunt(one, looseArrivals)));
  const loose = matchLoose(looseArrivals, [...looseObserved], capabilities);
  const matches: TcpMatch[] = [...loose.matches];
  const open: Arrival[] = [...loose.unmatchedArrivals];
  const unexplained: Observed[] = [...loose.unmatchedIndications];
  const ordered = groupBy(
    arrivals.filter(({ segment }) => !isLoose(segment)),
    ({ connection }) => connection,
  );
  const byConnection = groupBy(
    observed.filter((one) => !looseObserved.has(one)),
    ({ connection }) => connection,
  );
  for (const [connection, members] of ordered) {
    const own = byConnection.get(connection) ?? [];
    byConnection.delete(connection);
    const streams = [...groupBy(members, protocol.streamOf).values()];
    const accepted = accept(streams, own, protocol);
    if (accepted !== undefined) matches.push(...accepted.matches);
    else {
      open.push(...members);
      unexplained.push(...own);
    }
  }
  unexplained.push(...[...byConnection.values()].flat());
  if (open.length === 0 && unexplained.length === 0) return { matches, findings: [], repeated: new Map() };
  open.sort((a, b) => a.number - b.number);
  unexplained.sort((a, b) => a.number - b.number);
  const found = explain({ arrivals: open, observed: unexplained, everything, settled: matches, protocol });
  matches.push(...found.matches);
  matches.sort((a, b) => a.observed.number - b.observed.number);
  const strays = found.strays.map(
    ({ observed: { number }, repeats }) => [number, repeats.map((one) => one.number)] as const,
  );
  return {
    matches,
    findings: [...found.strays.flatMap(({ findings }) => findings), ...found.order, ...found.lost],
    repeated: new Map(strays),
  };
}
