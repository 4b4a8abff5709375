/** I1: which indications are out of order, and what overtook what. */

import { finding, nameArrivals } from '../finding.ts';
import { namedByKind } from '../kind-text.ts';
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
  // A unit that was merged around others overtook some of them, and was overtaken by the rest: the greater part is named.
  const [asEarly, asLate] = [pairs.filter(({ early }) => early === moved), pairs.filter(({ late }) => late === moved)];
  const shown = moved === undefined ? [first] : asEarly.length >= asLate.length ? asEarly : asLate;
  return overtakingFinding(
    distinct(shown.map(({ early }) => early)),
    distinct(shown.map(({ late }) => late)),
    protocol,
  );
}

function distinct<T>(list: readonly T[]): readonly T[] {
  return [...new Set(list)];
}

/** `early`, `late`: the units that came out first, and those that should have. Only what changed places counts of them. */
function overtakingFinding<A extends Arrived, I extends Indicated>(
  early: readonly (readonly A[])[],
  late: readonly (readonly A[])[],
  protocol: Protocol<A, I>,
): Finding {
  const last = Math.max(...early.map((run) => bounds(run)[1]));
  const overtaken = inOrder(late.flat()).filter(({ number }) => number < last);
  const first = Math.min(...overtaken.map(({ number }) => number));
  const ahead = inOrder(early.flat()).filter(({ number }) => number > first);
  const rule = protocol.overtaking(overtaken, early.flat());
  const [by, what] = [named(ahead, protocol), named(overtaken, protocol)];
  const arrivals = inOrder([...ahead, ...overtaken]).map(({ number }) => number);
  const around = [...mergedAround(early, overtaken), ...mergedAround(late, ahead)].slice(0, MOST_AROUND);
  const message = [`${by} ${ahead.length > 1 ? 'were' : 'was'} indicated before ${what}.`, ...around].join(' ');
  return finding(rule, arrivals, 'order', `${what} first`, `${by} first`, message);
}

/** Sentences about units that were merged around others. */
const MOST_AROUND = 2;

function mergedAround<A extends Arrived>(runs: readonly (readonly A[])[], others: readonly A[]): string[] {
  return runs.flatMap((run) => {
    const [from, to] = bounds(run);
    const within = others.filter(
      ({ number }) => number > from && number < to && !run.some((one) => one.number === number),
    );
    const numbersOf = (arrivals: readonly A[]): string => nameArrivals(inOrder(arrivals).map(({ number }) => number));
    return within.length === 0 ? [] : [`${numbersOf(run)} were merged around ${numbersOf(within)}.`];
  });
}

function inOrder<A extends Arrived>(arrivals: readonly A[]): readonly A[] {
  return [...arrivals].sort((a, b) => a.number - b.number);
}

/** "#2 (FIN)". */
function named<A extends Arrived, I extends Indicated>(run: readonly A[], protocol: Protocol<A, I>): string {
  return namedByKind(run.map((arrival) => ({ number: arrival.number, kind: protocol.kindOf(arrival) })));
}
