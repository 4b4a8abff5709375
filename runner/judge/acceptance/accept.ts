/**
 * Whether a connection's indications conform: whether they can be attributed to its arrivals without breaking a *must*. The
 * streams of the connection (one for each link-layer header, and for each stripped tag) are automata that advance side by
 * side. Order is kept within each stream, and not judged across streams. Of several ways, the one with the fewest missing
 * frames is taken, then the one with the fewest findings.
 */

import { equalBytes, sameBytes } from '../../../reference-impl/wire/bytes.ts';
import { finished } from '../../base/turns.ts';
import { worded } from '../finding.ts';
import type { AcceptanceProtocol, Arrived, Indicated, Match } from '../protocol.ts';
import type { Draft } from '../types.ts';
import { AlikeRuns, NO_RUN, weighedOf } from './alike-runs.ts';
import { type Filed, FrameIndex } from './frame-index.ts';

/** If either side may be incomplete, as with captures: the weight of the claim that a frame was not captured. */
export interface Loss<A, I> {
  /** Undefined: it was. */
  readonly arrival: (arrival: A) => number | undefined;
  readonly indication: (observed: I) => number | undefined;
}

export interface Accepted<A extends Arrived, I extends Indicated> {
  readonly matches: readonly Match<A, I>[];
  /** Only where a loss is allowed. */
  readonly unmatchedArrivals: readonly A[];
  readonly unmatchedIndications: readonly I[];
}

/** Arrivals of one stream, in order, and which of them may be missing in the middle of a unit. */
interface Stream<A> {
  readonly arrivals: readonly A[];
  /** For each place: the first from there on whose arrival must not be missing within a unit. */
  readonly until: readonly number[];
  /** Made when it is needed. */
  index?: FrameIndex;
}

/** Up to this number of arrivals, an index costs more than it saves. */
const FEW = 8;

/** Up to this number of arrivals, comparing every run takes less time than finding equal ones. */
const MOST_DIFFERENT = 32;

/** If either side may lack frames: the maximum number of ways in which a place within a unit is reached. */
const MOST_VISITS = 4;

/** A match whose findings are not computed yet. */
interface Drafted<A extends Arrived, I extends Indicated> extends Omit<Match<A, I>, 'findings'> {
  readonly findings: () => readonly Draft[];
}

/** A possible match of an indication, and how far each stream is explained after it. */
interface Unit<A extends Arrived, I extends Indicated> {
  readonly at: readonly number[];
  readonly lost: number;
  readonly soft: number;
  readonly match: Drafted<A, I>;
  readonly unmatchedArrivals: readonly A[];
}

/** How a unit may go on: the next arrival, the places after it, and what it passes over. */
interface Way<A> {
  readonly arrival: A;
  readonly reached: readonly number[];
  readonly leftOut: readonly A[];
}

/** How far each stream has been explained, and at which cost. */
interface State<A extends Arrived, I extends Indicated> {
  readonly at: readonly number[];
  readonly lost: number;
  readonly soft: number;
  readonly from?: State<A, I>;
  readonly match?: Drafted<A, I>;
  readonly unmatchedArrivals?: readonly A[];
  readonly unmatchedIndication?: I;
}

/** Undefined: nothing conforms. */
export function accept<A extends Arrived, I extends Indicated>(
  ...question: Parameters<typeof accepting<A, I>>
): Accepted<A, I> | undefined {
  return finished(accepting(...question));
}

/** The same, in pieces. */
export function* accepting<A extends Arrived, I extends Indicated>(
  streams: readonly (readonly A[])[],
  observed: readonly I[],
  protocol: AcceptanceProtocol<A, I>,
  loss?: Loss<A, I>,
): Generator<void, Accepted<A, I> | undefined> {
  const arrivals = streams.reduce((sum, { length }) => sum + length, 0);
  if (loss === undefined && observed.length > arrivals) return undefined;
  const search = new Search(streams, protocol, loss);
  let states: State<A, I>[] = [{ at: streams.map(() => 0), lost: 0, soft: 0 }];
  for (const [i, one] of observed.entries()) {
    // Each later indication needs an arrival.
    const needed = loss === undefined ? observed.length - i - 1 : 0;
    states = yield* search.advance(search.skipped(states), one, needed);
    if (states.length === 0) return undefined;
  }
  const end = search.skipped(states).find(({ at }) => at.every((place, i) => place === streams[i]?.length));
  return end === undefined ? undefined : collected(end);
}

function collected<A extends Arrived, I extends Indicated>(end: State<A, I>): Accepted<A, I> {
  const matches: Match<A, I>[] = [];
  const unmatchedArrivals: A[] = [];
  const unmatchedIndications: I[] = [];
  for (let state: State<A, I> | undefined = end; state !== undefined; state = state.from) {
    if (state.match !== undefined) matches.push({ ...state.match, findings: state.match.findings().map(worded) });
    unmatchedArrivals.push(...(state.unmatchedArrivals ?? []));
    if (state.unmatchedIndication !== undefined) unmatchedIndications.push(state.unmatchedIndication);
  }
  unmatchedArrivals.sort((a, b) => a.number - b.number);
  return { matches: matches.reverse(), unmatchedArrivals, unmatchedIndications: unmatchedIndications.reverse() };
}

/** The best state for each place. */
class Frontier<A extends Arrived, I extends Indicated> {
  readonly #byPlace = new Map<string, State<A, I>>();

  /** Whether it is the best by now. */
  offer(state: State<A, I>): boolean {
    const key = state.at.join();
    const known = this.#byPlace.get(key);
    if (known !== undefined && (known.lost - state.lost || known.soft - state.soft) <= 0) return false;
    this.#byPlace.set(key, state);
    return true;
  }

  has(state: State<A, I>): boolean {
    return this.#byPlace.get(state.at.join()) === state;
  }

  get states(): State<A, I>[] {
    return [...this.#byPlace.values()];
  }
}

class Search<A extends Arrived, I extends Indicated> {
  readonly #streams: readonly Stream<A>[];
  readonly #protocol: AcceptanceProtocol<A, I>;
  readonly #loss: Loss<A, I> | undefined;
  readonly #mayAnyBeMissing: boolean;
  /** Undefined: there are too few arrivals to save time. */
  readonly #alike: AlikeRuns<A, I> | undefined;
  readonly #joined = new Map<A, Uint8Array>();

  constructor(streams: readonly (readonly A[])[], protocol: AcceptanceProtocol<A, I>, loss: Loss<A, I> | undefined) {
    this.#protocol = protocol;
    this.#loss = loss;
    const count = streams.reduce((sum, { length }) => sum + length, 0);
    this.#alike = count > MOST_DIFFERENT ? new AlikeRuns(protocol) : undefined;
    this.#mayAnyBeMissing = streams.some((arrivals) => arrivals.some((one) => this.#weightWithout(one) !== undefined));
    this.#streams = streams.map((arrivals) => {
      const until: number[] = [];
      for (let place = arrivals.length - 1; place >= 0; place--) {
        const arrival = arrivals[place] as A;
        const mayBeMissing =
          this.#weightWithout(arrival) !== undefined && protocol.mayBeMissingWithin(arrival, arrivals.slice(0, place));
        until[place] = mayBeMissing ? (until[place + 1] ?? place) : place;
      }
      return { arrivals, until };
    });
  }

  /** These states, and those that skip arrivals that may be missing. */
  skipped(states: readonly State<A, I>[]): readonly State<A, I>[] {
    if (!this.#mayAnyBeMissing) return states;
    const frontier = new Frontier<A, I>();
    const open: State<A, I>[][] = [];
    const push = (state: State<A, I>): void => {
      if (!frontier.offer(state)) return;
      const place = state.at.reduce((sum, at) => sum + at, 0);
      const level = open[place];
      if (level === undefined) open[place] = [state];
      else level.push(state);
    };
    for (const state of states) push(state);
    // A state is final when every one with less after it is.
    for (let place = 0; place < open.length; place++) {
      for (const state of open[place] ?? []) {
        if (!frontier.has(state)) continue;
        this.#streams.forEach(({ arrivals }, i) => {
          const arrival = arrivals[state.at[i] as number];
          const weight = arrival === undefined ? undefined : this.#weightWithout(arrival);
          if (arrival === undefined || weight === undefined) return;
          push({
            at: advanced(state.at, i, 1),
            lost: state.lost + weight,
            soft: state.soft,
            from: state,
            unmatchedArrivals: this.#protocol.mayDrop(arrival) ? [] : [arrival],
          });
        });
      }
    }
    return frontier.states;
  }

  /** The states after this indication that leave as many arrivals as are needed. */
  *advance(states: readonly State<A, I>[], observed: I, needed: number): Generator<void, State<A, I>[]> {
    const frontier = new Frontier<A, I>();
    const weight = this.#loss?.indication(observed);
    const total = this.#streams.reduce((sum, { arrivals }) => sum + arrivals.length, 0);
    for (const state of states) {
      yield;
      const most = total - needed - state.at.reduce((sum, at) => sum + at, 0);
      for (const { at, lost, soft, match, unmatchedArrivals } of this.#units(state.at, observed, most))
        frontier.offer({ at, lost: state.lost + lost, soft: state.soft + soft, from: state, match, unmatchedArrivals });
      if (weight !== undefined)
        frontier.offer({
          at: state.at,
          lost: state.lost + weight,
          soft: state.soft,
          from: state,
          unmatchedIndication: observed,
        });
    }
    return frontier.states;
  }

  /** Every unit of at most this number of arrivals that may begin here and be this indication. */
  #units(at: readonly number[], observed: I, most: number): Unit<A, I>[] {
    const units: Unit<A, I>[] = [];
    this.#streams.forEach(({ arrivals }, i) => {
      const first = arrivals[at[i] as number];
      if (first === undefined || first.step >= observed.step || !this.#protocol.mayBegin(first, observed)) return;
      this.#grow(observed, [first], advanced(at, i, 1), [], most, units, new Map());
    });
    return units;
  }

  /** Adds every unit that begins with this run, as long as its payloads are the indication's. */
  #grow(
    observed: I,
    begun: readonly A[],
    reached: readonly number[],
    leftOut: readonly A[],
    most: number,
    units: Unit<A, I>[],
    visits: Map<string, number>,
  ): void {
    const run = [...begun];
    const gone = [...leftOut];
    let at = reached;
    let alike: number | undefined = this.#alike === undefined ? undefined : NO_RUN;
    for (const arrival of run) alike = this.#alike?.longer(alike, arrival);
    const { from, to } = this.#protocol.payloadIn(observed);
    let offset = from;
    for (const arrival of run) {
      const next = this.#payloadEnd(arrival, observed, offset, to);
      if (next === undefined) return;
      offset = next;
    }
    while (run.length + gone.length <= most) {
      if (this.#protocol.mayEndAt(offset, observed, run) && !this.#add(observed, run, alike, at, gone, units)) return;
      if (!this.#protocol.mayGoOn(run)) return;
      const ways = this.#continuations(run, at, observed, offset, to);
      const [only] = ways;
      if (only === undefined) return;
      if (ways.length > 1) {
        for (const { arrival, reached: next, leftOut: skipped } of ways)
          if (this.#mayVisit(visits, next))
            this.#grow(observed, [...run, arrival], next, [...gone, ...skipped], most, units, visits);
        return;
      }
      run.push(only.arrival);
      alike = this.#alike?.longer(alike, only.arrival);
      gone.push(...only.leftOut);
      offset = this.#payloadEnd(only.arrival, observed, offset, to) as number;
      at = only.reached;
    }
  }

  /** Not once more to a place that was reached in many ways: of these, the first pass over the fewest. */
  #mayVisit(visits: Map<string, number>, place: readonly number[]): boolean {
    if (this.#loss === undefined) return true;
    const key = place.join();
    const before = visits.get(key) ?? 0;
    visits.set(key, before + 1);
    return before < MOST_VISITS;
  }

  #continuations(run: readonly A[], at: readonly number[], observed: I, offset: number, to: number): Way<A>[] {
    const last = run.at(-1) as A;
    const ways: Way<A>[] = [];
    this.#streams.forEach((stream, i) => {
      const begin = at[i] as number;
      const next = stream.arrivals[begin];
      if (next === undefined || next.number < last.number) return;
      for (const place of this.#placesFrom(stream, begin, observed, offset)) {
        const arrival = stream.arrivals[place] as A;
        if (arrival.step >= observed.step) break;
        if (this.#payloadEnd(arrival, observed, offset, to) === undefined || !this.#protocol.mayJoin(run, arrival))
          continue;
        const leftOut = stream.arrivals.slice(begin, place);
        ways.push({ arrival, reached: advanced(at, i, place + 1 - begin), leftOut });
        // A unit that passes over it is no better than one that holds it.
        if (place === begin && this.#protocol.leavesNoTrace?.(run, arrival) === true) break;
      }
    });
    return ways;
  }

  /**
   * Places of a stream where a unit may go on. If two equal frames may both be missing, the later one conforms only if the
   * earlier one does.
   */
  #placesFrom(stream: Stream<A>, begin: number, { frame }: I, offset: number): readonly number[] {
    const end = stream.until[begin] as number;
    if (end === begin) return [begin];
    if (end - begin >= FEW) {
      stream.index ??= new FrameIndex(stream.arrivals.map((arrival) => this.#filed(arrival)));
      return stream.index.places(begin, end, frame, offset);
    }
    const places: number[] = [];
    for (let place = begin; place <= end; place++) {
      const arrival = stream.arrivals[place] as A;
      const isAgain = (before: number): boolean => {
        const earlier = stream.arrivals[before] as A;
        return (
          this.#weightWithout(earlier) === this.#weightWithout(arrival) &&
          sameBytes(this.#joinedOf(earlier), this.#joinedOf(arrival))
        );
      };
      if (!places.some(isAgain)) places.push(place);
    }
    return places;
  }

  #filed(arrival: A): Filed {
    const joined = this.#joinedOf(arrival);
    return { frame: arrival.frame, joined, ...this.#protocol.payloadOf(arrival), weight: this.#weightWithout(arrival) };
  }

  /** Where the arrival's payload ends if it begins at `offset` of the indication; undefined if it does not. */
  #payloadEnd(arrival: A, { frame }: I, offset: number, end: number): number | undefined {
    const { from, to } = this.#protocol.payloadOf(arrival);
    const length = to - from;
    if (offset + length > end || !equalBytes(arrival.frame, from, frame, offset, length)) return undefined;
    return offset + length;
  }

  /** False if no longer unit can conform either. */
  #add(
    observed: I,
    run: readonly A[],
    alike: number | undefined,
    at: readonly number[],
    leftOut: readonly A[],
    units: Unit<A, I>[],
  ): boolean {
    if (!this.#protocol.mayEnd(run.at(-1) as A, observed)) return true;
    const own = [...run];
    const weighed =
      alike === undefined || this.#alike === undefined
        ? weighedOf(this.#protocol.findingsOf(own, observed))
        : this.#alike.weighed(alike, observed, () => this.#protocol.findingsOf(own, observed));
    if (weighed === undefined) return true;
    if (weighed.isHard) return !weighed.isForbidden;
    const findings = (): readonly Draft[] => weighed.findings ?? this.#protocol.findingsOf(own, observed) ?? [];
    units.push({
      at,
      lost: leftOut.reduce((sum, arrival) => sum + (this.#weightWithout(arrival) ?? 0), 0),
      soft: weighed.soft,
      match: { observed, run: own, findings },
      unmatchedArrivals: leftOut.filter((arrival) => !this.#protocol.mayDrop(arrival)),
    });
    return true;
  }

  #joinedOf(arrival: A): Uint8Array {
    let joined = this.#joined.get(arrival);
    if (joined === undefined) {
      joined = this.#protocol.joined(arrival);
      this.#joined.set(arrival, joined);
    }
    return joined;
  }

  /** Undefined: it cannot be missing. */
  #weightWithout(arrival: A): number | undefined {
    return this.#protocol.mayDrop(arrival) ? 0 : this.#loss?.arrival(arrival);
  }
}

function advanced(at: readonly number[], stream: number, by: number): readonly number[] {
  return at.with(stream, (at[stream] as number) + by);
}
