/**
 * Attributes one stream's indications to its arrivals, both in order: each indication is a run of arrivals, and the
 * lightest set of explanations wins. A first pass allows only what is conformant; existence of such an attribution
 * is what "conformant" means. Only where there is none does a second pass look for the fault.
 */

import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { type Arrival, isLoose } from './arrival.ts';
import { explainRun } from './explain-run.ts';
import type { Explanation } from './explanation.ts';
import { isSoft, WEIGHT } from './finding.ts';
import { mayDrop } from './may-drop.ts';
import type { Observed } from './observed.ts';
import { runsWithGaps } from './runs-with-gaps.ts';
import { isException } from './statistics.ts';

export interface Match {
  readonly observed: Observed;
  readonly run: readonly Arrival[];
  readonly explanation: Explanation;
}

export interface Attribution {
  readonly matches: readonly Match[];
  readonly unmatchedArrivals: readonly Arrival[];
  readonly unmatchedIndications: readonly Observed[];
  readonly isConformant: boolean;
}

/** Where either side may be incomplete, as captures are: what it costs to say that something was not captured. */
export interface Loss {
  readonly arrival: (arrival: Arrival) => number;
  readonly indication: (observed: Observed) => number;
}

const FLOOD = 64;

interface Choice {
  readonly cost: number;
  readonly length: number;
  readonly run?: readonly Arrival[];
  readonly explanation?: Explanation;
  readonly takesIndication: boolean;
}

export function attribute(
  arrivals: readonly Arrival[],
  observed: readonly Observed[],
  capabilities: Capabilities,
  loss?: Loss,
): Attribution {
  const strict = new Search(arrivals, observed, capabilities, false, loss).best();
  if (strict !== undefined) return strict;
  // A flood is not searched through: what is far more than the arrivals can explain is unexplained.
  const searched = observed.slice(0, 2 * arrivals.length + FLOOD);
  const best = new Search(arrivals, searched, capabilities, true, loss).best() as Attribution;
  return { ...best, unmatchedIndications: [...best.unmatchedIndications, ...observed.slice(searched.length)] };
}

class Search {
  readonly #arrivals: readonly Arrival[];
  readonly #observed: readonly Observed[];
  readonly #capabilities: Capabilities;
  readonly #lenient: boolean;
  readonly #loss: Loss | undefined;
  readonly #known = new Map<number, Choice>();
  readonly #indicatedAlone: ReadonlySet<Arrival>;
  readonly #kept: readonly number[];

  constructor(
    arrivals: readonly Arrival[],
    observed: readonly Observed[],
    capabilities: Capabilities,
    lenient: boolean,
    loss: Loss | undefined,
  ) {
    this.#arrivals = arrivals;
    this.#observed = observed;
    this.#capabilities = capabilities;
    this.#lenient = lenient;
    this.#loss = loss;
    this.#indicatedAlone = new Set(lenient ? arrivals.filter((arrival) => this.#isIndicatedAlone(arrival)) : []);
    this.#kept = this.#keptPlaces();
  }

  best(): Attribution | undefined {
    const mustMatch = !this.#lenient && this.#loss === undefined;
    if (mustMatch && this.#observed.length > this.#arrivals.length) return undefined;
    if (this.#costAt(0, 0) === Number.POSITIVE_INFINITY) return undefined;
    return this.#collect();
  }

  #key(i: number, j: number): number {
    return i * (this.#observed.length + 1) + j;
  }

  #costAt(i: number, j: number): number {
    const key = this.#key(i, j);
    let choice = this.#known.get(key);
    if (choice === undefined) {
      choice = this.#choose(i, j);
      this.#known.set(key, choice);
    }
    return choice.cost;
  }

  #choose(i: number, j: number): Choice {
    const arrival = this.#arrivals[i];
    const observed = this.#observed[j];
    let best: Choice = {
      cost: arrival === undefined && observed === undefined ? 0 : Number.POSITIVE_INFINITY,
      length: 0,
      takesIndication: false,
    };
    const consider = (choice: Choice): void => {
      if (choice.cost < best.cost) best = choice;
    };
    if (arrival !== undefined && observed !== undefined && this.#isPlausible(arrival, observed)) {
      const tryRun = (run: readonly Arrival[], length: number): void => {
        const missing = this.#leftOut(i, length, run).reduce((sum, gone) => sum + this.#costWithout(gone), 0);
        const explanation = explainRun(run, observed, this.#capabilities);
        const isOut = explanation.cost >= (this.#lenient ? Number.POSITIVE_INFINITY : WEIGHT.forbiddenMerge);
        if (isOut || explanation.cost + missing >= best.cost) return;
        if (run.length > 1 && isForbidden(explanation) && this.#isRefuted(run, observed)) return;
        if (run.length === 1 && explanation.cost >= WEIGHT.forbiddenMerge && this.#isAnother(arrival, observed)) return;
        const rest = this.#costAt(i + length, j + 1);
        consider({ cost: explanation.cost + missing + rest, length, run, explanation, takesIndication: true });
      };
      for (const length of this.#lengths(this.#arrivals, i, observed))
        tryRun(this.#arrivals.slice(i, i + length), length);
      const isExplained = best.explanation !== undefined && best.explanation.cost < WEIGHT.forbiddenMerge;
      if (!isExplained) {
        const lengthsOf = (members: readonly Arrival[]): number[] => this.#lengths(members, 0, observed);
        for (const { run, length } of runsWithGaps(this.#arrivals, this.#kept, i, lengthsOf)) tryRun(run, length);
      }
    }
    const without = arrival === undefined ? Number.POSITIVE_INFINITY : this.#costWithout(arrival);
    if (this.#isAllowed(without)) {
      consider({ cost: without + this.#costAt(i + 1, j), length: 1, takesIndication: false });
    }
    const stray = observed === undefined ? Number.POSITIVE_INFINITY : this.#costOfStray(observed);
    if (this.#isAllowed(stray)) {
      consider({ cost: stray + this.#costAt(i, j + 1), length: 0, takesIndication: true });
    }
    return best;
  }

  #isAllowed(cost: number): boolean {
    return cost < (this.#lenient ? Number.POSITIVE_INFINITY : WEIGHT.forbiddenMerge);
  }

  #costWithout(arrival: Arrival): number {
    return mayDrop(arrival, this.#capabilities) ? 0 : (this.#loss?.arrival(arrival) ?? WEIGHT.unmatched);
  }

  /** Places of what cannot be missing in the middle of a run: an exception can, and the second copy of a segment. */
  #keptPlaces(): number[] {
    const kept: number[] = [];
    for (const [place, arrival] of this.#arrivals.entries()) {
      const mayBeMissing = this.#costWithout(arrival) < WEIGHT.forbiddenMerge;
      if (mayBeMissing && (isException(arrival) || kept.some((before) => this.#areCopies(before, place)))) continue;
      kept.push(place);
    }
    return kept;
  }

  #areCopies(a: number, b: number): boolean {
    const [one, other] = [a, b].map((place) => (this.#arrivals[place] as Arrival).segment);
    return one?.seq === other?.seq && one?.payloadLength === other?.payloadLength && one?.isPureAck === false;
  }

  #costOfStray(observed: Observed): number {
    return this.#loss?.indication(observed) ?? WEIGHT.unmatched;
  }

  /** Cheap test before the costly one: a conformant unit starts with its first segment's SEQ; a faulty one has something of it. */
  #isPlausible({ segment }: Arrival, { segment: actual, frame }: Observed): boolean {
    if (segment.seq === actual.seq && actual.kind !== 'other') return true;
    if (!this.#lenient) return false;
    if (segment.ipVersion === 4 && segment.ipId === actual.ipId && segment.ipId !== 0) return true;
    const shown = Math.min(segment.payloadLength, 8);
    return shown > 0 && equalBytes(segment.frame, segment.payloadOffset, frame, segment.payloadOffset, shown);
  }

  /** Of the `length` arrivals from `i` on, those that are not in the run. */
  #leftOut(i: number, length: number, run: readonly Arrival[]): readonly Arrival[] {
    return length === run.length ? [] : this.#arrivals.slice(i, i + length).filter((arrival) => !run.includes(arrival));
  }

  /** Lengths of runs from `i` on whose payloads add up to the indication's. */
  #lengths(arrivals: readonly Arrival[], i: number, observed: Observed): number[] {
    const wanted = payloadOf(observed);
    // A wrong IP length claims other bytes than the frame has.
    const present = this.#lenient ? observed.frame.length - observed.mended.payloadOffset : wanted;
    const lengths: number[] = [];
    let sum = 0;
    let below = 0;
    for (let length = 1; i + length <= arrivals.length; length++) {
      sum += (arrivals[i + length - 1] as Arrival).segment.payloadLength;
      if (sum === wanted || sum === present) lengths.push(length);
      else if (sum < wanted) below = length;
      if (sum > wanted && sum > present) {
        if (this.#lenient) lengths.push(length);
        break;
      }
    }
    if (this.#lenient) {
      if (below > 0) lengths.push(below);
      if (!lengths.includes(1)) lengths.push(1);
    }
    return lengths;
  }

  /**
   * What speaks against a forbidden merge: the very frame of one arrival is that arrival alone, and an arrival without
   * payload that came out as it was is not in another unit as well.
   */
  #isRefuted(run: readonly Arrival[], observed: Observed): boolean {
    return run.some(
      (arrival) =>
        (isCopy(arrival, observed.frame) && !saysMerged(observed)) ||
        (arrival.segment.isPureAck && this.#indicatedAlone.has(arrival)),
    );
  }

  /** The very frame of another arrival is that one out of order, or twice, rather than this one altered. */
  #isAnother(arrival: Arrival, { frame, step }: Observed): boolean {
    return !isCopy(arrival, frame) && this.#arrivals.some((other) => other.step < step && isCopy(other, frame));
  }

  #isIndicatedAlone(arrival: Arrival): boolean {
    const copies = this.#observed.filter((observed) => isCopy(arrival, observed.frame) && !saysMerged(observed)).length;
    return copies > 0 && copies >= this.#arrivals.filter((other) => isCopy(arrival, other.frame)).length;
  }

  #collect(): Attribution {
    const matches: Match[] = [];
    const unmatchedArrivals: Arrival[] = [];
    const unmatchedIndications: Observed[] = [];
    let i = 0;
    let j = 0;
    while (i < this.#arrivals.length || j < this.#observed.length) {
      const choice = this.#known.get(this.#key(i, j)) as Choice;
      const observed = this.#observed[j];
      if (choice.run !== undefined && choice.explanation !== undefined && observed !== undefined) {
        const { run, explanation, length } = choice;
        matches.push({ observed, run, explanation });
        const gone = this.#leftOut(i, length, run);
        unmatchedArrivals.push(...gone.filter((arrival) => !mayDrop(arrival, this.#capabilities)));
      } else if (choice.takesIndication && observed !== undefined) unmatchedIndications.push(observed);
      else if (!mayDrop(this.#arrivals[i] as Arrival, this.#capabilities))
        unmatchedArrivals.push(this.#arrivals[i] as Arrival);
      i += choice.length;
      j += choice.takesIndication ? 1 : 0;
    }
    return { matches, unmatchedArrivals, unmatchedIndications, isConformant: !this.#lenient };
  }
}

/** A merge that must not be, or of a duplicate that was not counted. */
function isForbidden({ findings }: Explanation): boolean {
  return findings.some((found) => (found.field === 'merge' || found.field === 'dupAckCount') && !isSoft(found));
}

/** A unit of a pure ACK and its duplicates looks like the first of them: the count tells. */
function saysMerged({ oob }: Observed): boolean {
  return (oob.dupAckCount ?? 0) > 0;
}

/** The arrival as it came, whatever lies behind its IP packet. */
function isCopy({ frame, segment }: Arrival, other: Uint8Array): boolean {
  return other.length >= segment.ipEnd && equalBytes(frame, 0, other, 0, segment.ipEnd);
}

function payloadOf({ mended, frame }: Observed): number {
  return isLoose(mended) ? frame.length : mended.payloadLength;
}
