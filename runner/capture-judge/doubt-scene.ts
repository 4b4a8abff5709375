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
  return { near: [...new Set(near)], received: [...new Set(received)], capabilities, isDirect };
}
