/**
 * What is wrong, once it is known that something is: the cheapest way to give every indication some of the arrivals. It
 * names the fault; that there is one has been decided.
 */

import type { Loss } from '../acceptance/accept.ts';
import { finding, isSoft, nameArrivals, ruleNamed } from '../finding.ts';
import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { Finding } from '../types.ts';
import type { Candidate, Scene } from './candidate.ts';
import { candidatesOf } from './candidates.ts';
import { type Cost, costOf, countOf, NOTHING, plus } from './cost.ts';
import { cover } from './cover.ts';
import { misplaced, orderFindings } from './order.ts';
import { sceneOf } from './scene.ts';

export interface Problem<A extends Arrived, I extends Indicated> {
  /** Of the streams that do not conform, in order. */
  readonly arrivals: readonly A[];
  readonly observed: readonly I[];
  /** Everything that arrived. */
  readonly everything: readonly A[];
  /** What conforms, or was explained before. */
  readonly settled: readonly Match<A, I>[];
  readonly protocol: Protocol<A, I>;
  readonly loss?: Loss<A, I>;
}

/** An indication that takes no arrival: it repeats some, or is made of nothing that arrived. */
export interface Stray<A extends Arrived, I extends Indicated> {
  readonly observed: I;
  readonly repeats: readonly A[];
  /** None: the other side may lack it. */
  readonly findings: readonly Finding[];
}

export interface Explained<A extends Arrived, I extends Indicated> {
  readonly matches: readonly Match<A, I>[];
  readonly strays: readonly Stray<A, I>[];
  /** What came out in another order. */
  readonly order: readonly Finding[];
  /** What is in no indication, lost or not captured. */
  readonly gone: readonly A[];
  readonly lost: readonly Finding[];
}

/** An indication that needs no search, or the ones that compete for some arrivals. */
interface Group<A extends Arrived, I extends Indicated> {
  readonly observed: readonly I[];
  readonly choices: readonly (readonly Candidate<A>[])[];
}

export function explain<A extends Arrived, I extends Indicated>(problem: Problem<A, I>): Explained<A, I> {
  const { arrivals, observed, everything, settled, protocol, loss } = problem;
  const scene = sceneOf(arrivals, observed, everything, settled, protocol);
  const choices = observed.map((one) => withLoss(candidatesOf(one, scene), one, loss));
  const answer = new Answer<A, I>(scene);
  const groups = groupsOf(observed, choices, scene.asItCame);
  for (const { observed: members, choices: own } of groups) {
    const [only] = own;
    if (members.length === 1 && only?.length === 1) answer.choose(members[0] as I, only[0] as Candidate<A>);
  }
  for (const { observed: members, choices: own } of groups) {
    if (members.length === 1 && own[0]?.length === 1) continue;
    const { chosen } = cover(own, restOf(members, own, answer, scene, loss), undefined, answer.cost);
    for (const [i, one] of members.entries()) answer.choose(one, chosen[i] as Candidate<A>);
  }
  return assembled(problem, answer);
}

/** Where the other side may lack it, an indication that nothing explains is no finding. */
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

/** Indications that share candidates' arrivals are decided together; what can be but one thing is decided. */
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

/** What has been decided by now. */
class Answer<A extends Arrived, I extends Indicated> {
  readonly chosen = new Map<I, Candidate<A>>();
  /** Of each stream, what its order is judged by. */
  readonly byStream = new Map<string, Match<A, I>[]>();
  readonly taken = new Set<A>();
  readonly #scene: Scene<A, I>;
  cost: Cost = NOTHING;

  constructor(scene: Scene<A, I>) {
    this.#scene = scene;
  }

  choose(observed: I, candidate: Candidate<A>): void {
    this.chosen.set(observed, candidate);
    for (const arrival of candidate.run) this.taken.add(arrival);
    // Counts are of no interest here: only which rules are broken anyway.
    this.cost = { ...NOTHING, rules: new Set([...this.cost.rules, ...candidate.cost.rules]) };
    const stream = orderedBy(candidate, this.#scene.protocol);
    if (stream === undefined) return;
    const { run, findings } = candidate;
    const matches = this.byStream.get(stream) ?? [];
    const at = matches.findIndex((match) => match.observed.number > observed.number);
    matches.splice(at < 0 ? matches.length : at, 0, { observed, run, findings });
    this.byStream.set(stream, matches);
  }
}

/** The stream in whose order it stands: none if it is of several, or was held back, which says why it is late. */
function orderedBy<A extends Arrived, I extends Indicated>(
  { run, findings }: Candidate<A>,
  protocol: Protocol<A, I>,
): string | undefined {
  const [first] = run;
  if (first === undefined || findings.some(({ field }) => field === 'dpc')) return undefined;
  const stream = protocol.streamOf(first);
  const isOne = run.every((arrival) => protocol.streamOf(arrival) === stream);
  return isOne && stream !== '' ? stream : undefined;
}

/** What it costs besides to choose these: what is lost then, and what is out of order. */
function restOf<A extends Arrived, I extends Indicated>(
  observed: readonly I[],
  choices: readonly (readonly Candidate<A>[])[],
  answer: Answer<A, I>,
  scene: Scene<A, I>,
  loss: Loss<A, I> | undefined,
): (chosen: readonly (Candidate<A> | undefined)[], isComplete: boolean) => Cost {
  const { protocol } = scene;
  const streams = new Map<Candidate<A>, string | undefined>();
  for (const candidates of choices) for (const one of candidates) streams.set(one, orderedBy(one, protocol));
  const concerned = new Set(choices.flatMap((candidates) => candidates.flatMap(({ run }) => run)));
  const onStreams = new Set([...concerned].map((arrival) => protocol.streamOf(arrival)));
  const costs = new Map<A, Cost>();
  const costWithout = (arrival: A): Cost => {
    const cost = costs.get(arrival) ?? costOf(protocol.lost([arrival], scene.everything));
    costs.set(arrival, cost);
    return cost;
  };
  const settled = new Set(scene.settled.flatMap(({ run }) => run));
  const isGone = (arrival: A, taken: ReadonlySet<A>): boolean => !taken.has(arrival) && !protocol.mayDrop(arrival);
  return (chosen, isComplete) => {
    let cost = NOTHING;
    for (const stream of onStreams) {
      const matches = chosen.flatMap((candidate, i) =>
        candidate !== undefined && streams.get(candidate) === stream
          ? [{ observed: observed[i] as I, run: candidate.run, findings: [] }]
          : [],
      );
      if (matches.length === 0) continue;
      const all = [...matches, ...(answer.byStream.get(stream) ?? [])];
      all.sort((a, b) => a.observed.number - b.observed.number);
      cost = plus(cost, countOf('order', misplaced(all.map(({ run }) => run)), 'I1'));
    }
    if (!isComplete) return cost;
    const taken = new Set(chosen.flatMap((candidate) => candidate?.run ?? []));
    for (const { repeats = [] } of chosen as readonly Candidate<A>[]) {
      // What came out nowhere else cannot be repeated.
      const isRepeated = repeats.every(
        (arrival) => taken.has(arrival) || answer.taken.has(arrival) || settled.has(arrival),
      );
      if (!isRepeated) cost = plus(cost, { ...NOTHING, unexplained: 1 });
    }
    for (const arrival of concerned) {
      if (!isGone(arrival, taken)) continue;
      const weight = loss?.arrival(arrival);
      if (weight !== undefined) cost = plus(cost, countOf('missing', weight));
      else cost = plus(cost, costWithout(arrival));
    }
    return cost;
  };
}

function assembled<A extends Arrived, I extends Indicated>(
  { arrivals, observed, everything, protocol, loss }: Problem<A, I>,
  answer: Answer<A, I>,
): Explained<A, I> {
  const matches: Match<A, I>[] = [];
  const strays: Stray<A, I>[] = [];
  for (const one of observed) {
    const { run, findings, repeats = [] } = answer.chosen.get(one) as Candidate<A>;
    if (run.length > 0) matches.push({ observed: one, run, findings });
    else strays.push({ observed: one, repeats, findings });
  }
  const order = [...answer.byStream.values()].flatMap((own) => orderFindings(own, protocol));
  const gone = arrivals.filter((arrival) => !answer.taken.has(arrival) && !protocol.mayDrop(arrival));
  const missing = gone.filter((arrival) => loss?.arrival(arrival) === undefined);
  const lost = protocol.lost(missing, everything);
  const all = [...matches, ...strays].flatMap(({ findings }) => findings);
  if (loss === undefined && [...all, ...order, ...lost].every(isSoft)) order.push(unorderedFinding(arrivals));
  return { matches, strays, order, gone, lost };
}

/** Each indication is right by itself, and all of them together are not: what remains is their order. */
function unorderedFinding<A extends Arrived>(arrivals: readonly A[]): Finding {
  const numbers = arrivals.map(({ number }) => number);
  const message = `${nameArrivals(numbers)} came out in an order that no conforming attribution explains.`;
  return finding(ruleNamed('arrival-order'), numbers, 'order', 'arrival order', 'another', message);
}
