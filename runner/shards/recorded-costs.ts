/** Costs that an earlier run recorded: the milliseconds of its verdicts. */

import type { Vector } from '../../vectors/vector.ts';
import { readEvents } from '../events/read-events.ts';
import type { Cost } from './shards.ts';

/** A vector without a recording gets the median cost. Costs are microseconds, at least 1. */
export async function recordedCosts(path: string): Promise<Cost> {
  const costs = new Map<string, number>();
  for await (const event of readEvents(path)) {
    if (event.type !== 'verdict' || event.verdict === 'unsupported') continue;
    const us = Math.round(event.ms * 1000);
    costs.set(event.vector, Number.isSafeInteger(us) && us > 0 ? Math.min(us, 3_600_000_000) : 1);
  }
  const sorted = [...costs.values()].sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1] ?? 1;
  return ({ id }: Vector) => costs.get(id) ?? middle;
}
