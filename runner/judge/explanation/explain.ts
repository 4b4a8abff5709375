/**
 * Explains output that does not conform: the cheapest way to give every indication some of the arrivals. It names the fault;
 * acceptance has decided that there is one.
 */

import { finished } from '../../base/turns.ts';
import type { Loss } from '../acceptance/accept.ts';
import { finding, isSoft, nameArrivals, ruleNamed, worded } from '../finding.ts';
import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { Finding } from '../types.ts';
import { Answer } from './answer.ts';
import type { Candidate } from './candidate.ts';
import { candidatesOf } from './candidates.ts';
import { ChoiceCost, type Group } from './choice-cost.ts';
import { countOf } from './cost.ts';
import { cover } from './cover.ts';
import { Losses } from './losses.ts';
import { withHints } from './lost-hints.ts';
import { withMovedBytes } from './moved-bytes.ts';
import { orderFindings } from './order.ts';
import { searchInput } from './search-input.ts';

/** The most groups that are decided twice. */
const MOST_TWICE = 64;

export interface Problem<A extends Arrived, I extends Indicated> {
  /** The indications of the streams that do not conform, in order. */
  readonly arrivals: readonly A[];
  readonly observed: readonly I[];
  /** Everything that arrived. */
  readonly everything: readonly A[];
  /** Matches that conform, or were explained before. */
  readonly settled: readonly Match<A, I>[];
  readonly protocol: Protocol<A, I>;
  readonly loss?: Loss<A, I>;
}

/** An indication that takes no arrival: it repeats some, or nothing that arrived explains it. */
export interface ExtraIndication<A extends Arrived, I extends Indicated> {
  readonly observed: I;
  readonly repeats: readonly A[];
  /** No findings if the other side may lack it. */
  readonly findings: readonly Finding[];
}

export interface Explained<A extends Arrived, I extends Indicated> {
  readonly matches: readonly Match<A, I>[];
  readonly extra: readonly ExtraIndication<A, I>[];
  /** Findings about order. */
  readonly order: readonly Finding[];
  /** Arrivals in no indication: lost, or not captured. */
  readonly gone: readonly A[];
  readonly lost: readonly Finding[];
  /** The number of partial answers that were examined. */
  readonly nodes: number;
}

export function explain<A extends Arrived, I extends Indicated>(problem: Problem<A, I>): Explained<A, I> {
  return finished(explaining(problem));
}

/** The same, in pieces. */
export function* explaining<A extends Arrived, I extends Indicated>(
  problem: Problem<A, I>,
): Generator<void, Explained<A, I>> {
  const { arrivals, observed, everything, settled, protocol, loss } = problem;
  const input = searchInput(arrivals, observed, everything, settled, protocol);
  const choices: (readonly Candidate<A>[])[] = [];
  for (const one of observed) {
    choices.push(withLoss(candidatesOf(one, input), one, loss));
    yield;
  }
  const answer = new Answer<A, I>(input);
  const groups = groupsOf(observed, choices, input.asItCame);
  for (const { observed: members, choices: own } of groups) {
    const [only] = own;
    if (members.length === 1 && only?.length === 1) answer.choose(members[0] as I, only[0] as Candidate<A>);
  }
  let nodes = 0;
  const losses = new Losses(input, loss);
  const concerned = new Set(choices.flatMap(takenBy));
  for (const arrival of arrivals) if (!concerned.has(arrival)) losses.lose(arrival);
  const open = groups.filter(({ observed: members, choices: own }) => members.length > 1 || own[0]?.length !== 1);
  const decide = (group: Group<A, I>): void => {
    const { observed: members, choices: own } = group;
    for (const one of members) answer.forget(one);
    const contested = own.flatMap(takenBy);
    for (const arrival of contested) losses.reopen(arrival);
    const { chosen, nodes: looked } = cover(own, new ChoiceCost(group, answer, input, losses), undefined, answer.cost);
    nodes += looked;
    for (const [i, one] of members.entries()) answer.choose(one, chosen[i] as Candidate<A>);
    for (const arrival of contested) if (!answer.taken.has(arrival)) losses.lose(arrival);
  };
  for (const group of open) {
    decide(group);
    yield;
  }
  // The order is known only when all are decided, and may change what is best for earlier ones.
  if (open.length > 1 && open.length <= MOST_TWICE && answer.isOutOfOrder) {
    for (const group of open) {
      decide(group);
      yield;
    }
  }
  return { ...assembled(problem, answer), nodes };
}

function takenBy<A extends Arrived>(candidates: readonly Candidate<A>[]): readonly A[] {
  return candidates.flatMap(({ run }) => run);
}

/** If the other side may lack it, an indication that nothing explains is not a finding. */
function withLoss<A extends Arrived, I extends Indicated>(
  candidates: readonly Candidate<A>[],
  one: I,
  loss: Loss<A, I> | undefined,
): readonly Candidate<A>[] {
  const weight = loss?.indication(one);
  if (weight === undefined) return candidates;
  return [
    ...candidates.filter(({ run }) => run.length > 0),
    { run: [], findings: [], cost: countOf('missing', weight) },
  ];
}

/** Indications whose candidates share arrivals are decided together. One with a single candidate is decided. */
function groupsOf<A extends Arrived, I extends Indicated>(
  observed: readonly I[],
  choices: readonly (readonly Candidate<A>[])[],
  asItCame: ReadonlyMap<I, A>,
): Group<A, I>[] {
  const parent = observed.map((_, i) => i);
  const rootOf = (i: number): number => {
    let root = i;
    while (parent[root] !== root) root = parent[root] as number;
    parent[i] = root;
    return root;
  };
  const first = new Map<A, number>();
  choices.forEach((candidates, i) => {
    for (const { run } of candidates) {
      for (const arrival of run) {
        const other = first.get(arrival);
        if (other === undefined) first.set(arrival, i);
        else parent[rootOf(i)] = rootOf(other);
      }
    }
  });
  const members = new Map<number, number[]>();
  observed.forEach((_, i) => {
    const root = rootOf(i);
    members.set(root, [...(members.get(root) ?? []), i]);
  });
  return [...members.values()].map((places) => {
    const [only] = places;
    const own = places.map((i) => choices[i] as readonly Candidate<A>[]);
    const isSettled = places.length === 1 && only !== undefined && asItCame.has(observed[only] as I);
    const withArrivals = own[0]?.filter(({ run }) => run.length > 0) ?? [];
    return {
      observed: places.map((i) => observed[i] as I),
      choices: isSettled && withArrivals.length === 1 ? [withArrivals] : own,
    };
  });
}

function assembled<A extends Arrived, I extends Indicated>(
  { arrivals, observed, everything, protocol, loss }: Problem<A, I>,
  answer: Answer<A, I>,
): Omit<Explained<A, I>, 'nodes'> {
  const matches: Match<A, I>[] = [];
  const extra: ExtraIndication<A, I>[] = [];
  for (const one of observed) {
    const { run, findings: drafts, repeats = [] } = answer.chosen.get(one) as Candidate<A>;
    const findings = drafts.map(worded);
    if (run.length > 0) matches.push({ observed: one, run, findings });
    else extra.push({ observed: one, repeats, findings });
  }
  const settled = withMovedBytes(matches, protocol);
  const order = [...answer.byStream.values()].flatMap((own) => orderFindings(own, protocol));
  const gone = arrivals.filter((arrival) => !answer.taken.has(arrival) && !protocol.mayDrop(arrival));
  const missing = gone.filter((arrival) => loss?.arrival(arrival) === undefined);
  const lost = withHints(protocol.lost(missing, everything), missing, settled, protocol);
  const all = [...settled, ...extra].flatMap(({ findings }) => findings);
  if (loss === undefined && [...all, ...order, ...lost].every(isSoft)) order.push(togetherFinding(arrivals, settled));
  return { matches: settled, extra, order, gone, lost };
}

/** Units that a finding lists. */
const MOST_LISTED = 8;

/** Each indication alone is right, but not all together: lists them in the order in which they came out. */
function togetherFinding<A extends Arrived, I extends Indicated>(
  arrivals: readonly A[],
  matches: readonly Match<A, I>[],
): Finding {
  const numbers = arrivals.map(({ number }) => number);
  const units = [...matches]
    .sort((a, b) => a.observed.number - b.observed.number)
    .map(({ run }) => nameArrivals(run.map(({ number }) => number)));
  const more = units.length > MOST_LISTED ? `, then ${units.length - MOST_LISTED} more` : '';
  const listed = `${units.slice(0, MOST_LISTED).join(', then ')}${more}`;
  const message = `${nameArrivals(numbers)} came out as ${listed}: each of these is right by itself, but not all of them together.`;
  return finding(ruleNamed('arrival-order'), numbers, 'order', 'arrival order', listed, message);
}
