import type { Arrival } from '../judge/arrival.ts';
import type { Observed } from '../judge/observed.ts';
import type { DoubtScene, PairMatch } from './transport.ts';

/** What was explained before, and what else was sent and received near by, each once and in order. */
export function sceneOf(
  history: readonly PairMatch[],
  others: readonly Arrival[],
  frames: readonly Observed[],
  { capabilities, isDirect }: Pick<DoubtScene, 'capabilities' | 'isDirect'>,
): DoubtScene {
  const near = [...history.flatMap(({ run }) => run), ...others];
  near.sort((a, b) => a.number - b.number);
  const received = [...history.map(({ observed }) => observed), ...frames];
  const all = [...new Set(near)];
  const came = [...new Set(received)];
  return { near: all, received: came, capabilities, isDirect, isNumbered: areNumbered(all, came) };
}

/**
 * An Identification of 0, or the same one in all packets, numbers nothing (RFC 6864 4.1: an atomic datagram's has no
 * meaning). If the sent capture lacks all but one of these, what came out shows it in several places.
 */
function areNumbered(near: readonly Arrival[], received: readonly Observed[]): boolean {
  const ids = new Set(near.map(({ segment }) => segment.ipId));
  if (near.length < 2 || ids.size < near.length || near.some(({ segment }) => segment.ipVersion !== 4)) return false;
  const places = new Map<number, number>();
  return received.every(({ repaired: { ipId, seq } }) => {
    const other = places.get(ipId);
    places.set(ipId, seq);
    return other === undefined || other === seq || !ids.has(ipId);
  });
}
