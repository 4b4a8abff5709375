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
  return { near: all, received: [...new Set(received)], capabilities, isDirect, isNumbered: areNumbered(all) };
}

/**
 * An Identification of 0, or the same one in all packets, numbers nothing (RFC 6864 4.1: an atomic datagram's has no
 * meaning).
 */
function areNumbered(near: readonly Arrival[]): boolean {
  const ids = near.map(({ segment }) => segment.ipId);
  return near.every(({ segment }) => segment.ipVersion === 4) && ids.length > 1 && new Set(ids).size === ids.length;
}
