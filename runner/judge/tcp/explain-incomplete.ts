/** Explains what one side of a pair of captures holds by what the other does, where either may lack frames. */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import { accept, type Loss } from '../acceptance/accept.ts';
import type { Arrival } from '../arrival.ts';
import { explain, type Stray } from '../explanation/explain.ts';
import { groupBy } from '../group-by.ts';
import type { Observed } from '../observed.ts';
import type { Finding } from '../types.ts';
import { type TcpMatch, tcpProtocol } from './tcp-protocol.ts';

export interface Incomplete {
  readonly matches: readonly TcpMatch[];
  readonly strays: readonly Stray<Arrival, Observed>[];
  readonly order: readonly Finding[];
  /** In no indication. */
  readonly gone: readonly Arrival[];
}

/** `streamOf`: within these, order is judged. `settled`: what was explained before. */
export function explainIncomplete(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  settled: readonly TcpMatch[],
  loss: Loss<Arrival, Observed>,
  streamOf: (arrival: Arrival) => string,
  capabilities: Capabilities,
): Incomplete {
  const protocol = { ...tcpProtocol(capabilities), streamOf };
  const accepted = accept([...groupBy(arrivals, streamOf).values()], observed, protocol, loss);
  if (accepted === undefined) return explain({ arrivals, observed, everything: arrivals, settled, protocol, loss });
  const strays = accepted.unmatchedIndications.map((one) => ({ observed: one, repeats: [], findings: [] }));
  return { matches: accepted.matches, strays, order: [], gone: accepted.unmatchedArrivals };
}
