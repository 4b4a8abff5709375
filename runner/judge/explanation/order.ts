/** I1: which indications are out of order, and what overtook what. */

import { finding, nameArrivals } from '../finding.ts';
import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { Finding } from '../types.ts';

/** The least number of matches in a wrong place, for one stream's matches in the order of their indications. */
export function misplaced<A extends Arrived>(runs: readonly (readonly A[])[]): number {
  // Longest chain in which each begins after the end of the one before: for each length, the earliest end.
  const ends: number[] = [];
  for (const run of runs) {
    const [first, last] = bounds(run);
    let length = ends.findIndex((end) => end >= first);
    if (length < 0) length = ends.length;
    if (last < (ends[length] ?? Number.POSITIVE_INFINITY)) ends[length] = last;
  }
  return runs.length - ends.length;
}

function bounds<A extends Arrived>(run: readonly A[]): readonly [number, number] {
  let first = Number.POSITIVE_INFINITY;
  let last = -1;
  for (const { number } of run) {
    first = Math.min(first, number);
    last = Math.max(last, number);
  }
  return [first, last];
}

/** One finding for each group of matches that changed places. `matches` of one stream, by the indications' numbers. */
export function orderFindings<A extends Arrived, I extends Indicated>(
  matches: readonly Match<A, I>[],
  protocol: Protocol<A, I>,
): Finding[] {
  return blocksOf(matches.map(({ run }) => run)).flatMap((block) => {
    const found = blockFinding(block, protocol);
    return found === undefined ? [] : [found];
  });
}

/** Groups of more than one match between two cuts that nothing crosses: each group is a finding. */
export function blocksOf<A extends Arrived>(runs: readonly (readonly A[])[]): (readonly A[])[][] {
  const earliest = new Array<number>(runs.length + 1).fill(Number.POSITIVE_INFINITY);
  for (let at = runs.length - 1; at >= 0; at--)
    earliest[at] = Math.min(earliest[at + 1] as number, bounds(runs[at] as readonly A[])[0]);
  const blocks: (readonly A[])[][] = [];
  let block: (readonly A[])[] = [];
  let latest = -1;
  runs.forEach((run, at) => {
    block.push(run);
    latest = Math.max(latest, bounds(run)[1]);
    if ((earliest[at + 1] as number) <= latest) return;
    if (block.length > 1) blocks.push(block);
    block = [];
  });
  return blocks;
}

function blockFinding<A extends Arrived, I extends Indicated>(
  block: readonly (readonly A[])[],
  protocol: Protocol<A, I>,
): Finding | undefined {
  const pairs: { readonly early: readonly A[]; readonly late: readonly A[] }[] = [];
  block.forEach((early, i) => {
    for (const late of block.slice(i + 1)) {
      const [first] = bounds(late);
      if (early.some(({ number }) => number > first)) pairs.push({ early, late });
    }
  });
  // Named by the match that changed places with all others, if there is one.
  const moved = block.find((run) => pairs.every(({ early, late }) => early === run || late === run));
  const [first] = pairs;
  if (first === undefined) return undefined;
  const shown = moved === undefined ? [first] : pairs;
  const isEarly = shown.every(({ early }) => early === moved);
  const overtaking = moved === undefined || !isEarly ? shown.flatMap(({ early }) => early) : moved;
  const overtaken = moved === undefined || isEarly ? shown.flatMap(({ late }) => late) : moved;
  return overtakingFinding(distinct(overtaking), distinct(overtaken), protocol);
}

function distinct<A extends Arrived>(arrivals: readonly A[]): readonly A[] {
  return [...new Set(arrivals)].sort((a, b) => a.number - b.number);
}

/** If a unit was merged around what it overtook, only the part that came later counts. */
function overtakingFinding<A extends Arrived, I extends Indicated>(
  early: readonly A[],
  late: readonly A[],
  protocol: Protocol<A, I>,
): Finding {
  const last = Math.max(...early.map(({ number }) => number));
  const overtaken = late.filter(({ number }) => number < last);
  const first = Math.min(...overtaken.map(({ number }) => number));
  const ahead = early.filter(({ number }) => number > first);
  const rule = protocol.overtaking(overtaken, early);
  const [by, what] = [named(ahead, protocol), named(overtaken, protocol)];
  const arrivals = [...ahead, ...overtaken].map(({ number }) => number).sort((a, b) => a - b);
  const around = early.some(({ number }) => number < first)
    ? ` ${nameArrivals(early.map(({ number }) => number))} were merged around ${overtaken.length > 1 ? 'them' : 'it'}.`
    : '';
  const message = `${by} ${ahead.length > 1 ? 'were' : 'was'} indicated before ${what}.${around}`;
  return finding(rule, arrivals, 'order', `${what} first`, `${by} first`, message);
}

/** "#2 (FIN)". */
function named<A extends Arrived, I extends Indicated>(run: readonly A[], protocol: Protocol<A, I>): string {
  const kinds = new Set(run.map((arrival) => protocol.kindOf(arrival)));
  return `${nameArrivals(run.map(({ number }) => number))} (${[...kinds].join(', ')})`;
}
