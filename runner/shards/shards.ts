/**
 * Splits a selection into shards of nearly equal cost. The same selection, costs and number of shards give the same
 * split on every machine, so the shards need no communication.
 */

import { createHash } from 'node:crypto';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';

/** Whole numbers: sums of them are exact, and so is every comparison. */
export type Cost = (vector: Vector) => number;

/** The cost of a vector besides its segments, in segments. */
const VECTOR_COST = 8;
/** The payload that costs as much as a segment. Measured on the reference; it need only be roughly right. */
const BYTES_A_SEGMENT = 1024;

/** Without a recording: the cost of its segments, plus a fixed cost per vector. */
export function staticCost({ steps }: Vector): number {
  let segments = 0;
  let bytes = 0;
  for (const step of steps) {
    if (!('receive' in step)) continue;
    segments++;
    bytes += step.receive.payload ?? 0;
  }
  return VECTOR_COST + segments + Math.floor(bytes / BYTES_A_SEGMENT);
}

export interface Split {
  /** The vectors of one shard, in the order of the selection. */
  readonly vectors: readonly Vector[];
  /** "2/4" */
  readonly shard: string;
  /** SHA-256 of number and costs: shards of one split share it. */
  readonly split: string;
}

/** The i-th of n. The most expensive vector is assigned first, each to the shard with the least work; ties to the lowest number. */
export function shardOf(selected: readonly Vector[], shard: string, cost: Cost = staticCost): Split {
  const [index, count] = parseShard(shard);
  const costs = selected.map(cost);
  const digest = createHash('sha256').update(`${count} ${costs.join(' ')}`);
  const order = costs.map((_, at) => at).sort((a, b) => (costs[b] as number) - (costs[a] as number) || a - b);
  // Of more shards than vectors, the later ones are empty.
  const loads = new Array<number>(Math.min(count, selected.length)).fill(0);
  const mine = new Set<number>();
  for (const at of order) {
    let least = 0;
    for (let i = 1; i < loads.length; i++) if ((loads[i] as number) < (loads[least] as number)) least = i;
    loads[least] = (loads[least] as number) + (costs[at] as number);
    if (least === index - 1) mine.add(at);
  }
  return { vectors: selected.filter((_, at) => mine.has(at)), shard: `${index}/${count}`, split: digest.digest('hex') };
}

/** SHA-256 of the ids, in order. */
export function planDigest(selected: readonly Vector[]): string {
  return createHash('sha256')
    .update(selected.map(({ id }) => id).join('\n'))
    .digest('hex');
}

export function parseShard(shard: string): [number, number] {
  const [, index, count] = /^([1-9]\d{0,3})\/([1-9]\d{0,3})$/.exec(shard) ?? [];
  if (index === undefined || count === undefined || Number(index) > Number(count)) {
    throw new UsageError(`--shard cannot be ${JSON.stringify(shard)}`, 'i/n with i from 1 to n, for example 2/4');
  }
  return [Number(index), Number(count)];
}
