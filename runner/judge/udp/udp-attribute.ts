/**
 * Attributes indications to datagrams, both in order: each indication is a run of arrivals, the lightest set of
 * explanations wins. `lenient`: faults are looked for; else only what conforms will do, and undefined says that nothing does.
 * `separate`: what is known to be in no run of several.
 */

import { equalBytes, u16 } from '../../../reference-impl/wire/bytes.ts';
import { MAX_TRAILER } from '../../../reference-impl/wire/ethernet.ts';
import { Ipv4At } from '../../../reference-impl/wire/fields.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { Explanation } from '../explanation.ts';
import { WEIGHT } from '../finding.ts';
import { runsWithGaps } from '../runs-with-gaps.ts';
import { mayDropDatagram, type UdpArrival, type UdpObserved } from './udp-arrival.ts';
import { explainUdpRun } from './udp-explain-run.ts';

export interface UdpMatch {
  readonly observed: UdpObserved;
  readonly run: readonly UdpArrival[];
  readonly explanation: Explanation;
}

export interface UdpAttribution {
  readonly matches: readonly UdpMatch[];
  readonly lost: readonly UdpArrival[];
  readonly strays: readonly UdpObserved[];
}

interface Choice {
  readonly cost: number;
  /** Arrivals and indications that it takes. */
  readonly takes: readonly [number, number];
  readonly run?: readonly UdpArrival[];
  readonly explanation?: Explanation;
}

/** Indications beyond what the arrivals can explain are not searched through. */
const FLOOD = 64;
const SHOWN = 8;
const NONE: ReadonlySet<UdpArrival> = new Set();

export function attributeUdp(
  arrivals: readonly UdpArrival[],
  all: readonly UdpObserved[],
  capabilities: Capabilities,
  lenient: boolean,
  separate: ReadonlySet<UdpArrival> = NONE,
): UdpAttribution | undefined {
  if (!lenient && all.length > arrivals.length) return undefined;
  const observed = all.slice(0, 2 * arrivals.length + FLOOD);
  const limit = lenient ? Number.POSITIVE_INFINITY : WEIGHT.forbiddenMerge;
  const width = observed.length + 1;
  // From the end: a choice needs those behind it.
  const choices = new Array<Choice>((arrivals.length + 1) * width);
  const kept = arrivals.flatMap((arrival, i) => (mayDropDatagram(arrival, capabilities) ? [] : [i]));
  const at = (i: number, j: number): Choice => choices[i * width + j] as Choice;
  for (let i = arrivals.length; i >= 0; i--) {
    for (let j = observed.length; j >= 0; j--) choices[i * width + j] = choose(i, j);
  }

  function choose(i: number, j: number): Choice {
    const arrival = arrivals[i];
    const one = observed[j];
    let best: Choice = { cost: (arrival ?? one) ? Number.POSITIVE_INFINITY : 0, takes: [0, 0] };
    const consider = (choice: Choice): void => {
      if (choice.cost < best.cost) best = choice;
    };
    if (arrival !== undefined && one !== undefined && (!lenient || isAlike(arrival, one))) {
      for (const { run, length } of runsFrom(i, one)) {
        const rest = at(i + length, j + 1).cost;
        if (rest >= best.cost) continue;
        if (run.length > 1 && run.some((member) => separate.has(member))) continue;
        const explanation = explainUdpRun(run, one, capabilities);
        if (explanation.cost < limit) consider({ cost: explanation.cost + rest, takes: [length, 1], run, explanation });
      }
    }
    if (arrival !== undefined) {
      const price = mayDropDatagram(arrival, capabilities) ? 0 : WEIGHT.unmatched;
      if (price < limit) consider({ cost: price + at(i + 1, j).cost, takes: [1, 0] });
    }
    if (one !== undefined && lenient) consider({ cost: WEIGHT.unmatched + at(i, j + 1).cost, takes: [0, 1] });
    return best;
  }

  /** Runs from `i` on that could make the indication, and how many arrivals each takes. */
  function runsFrom(i: number, one: UdpObserved): { readonly run: readonly UdpArrival[]; readonly length: number }[] {
    return [
      ...lengthsOf(arrivals, i, one, lenient).map((length) => ({ run: arrivals.slice(i, i + length), length })),
      ...runsWithGaps(arrivals, kept, i, (members) => lengthsOf(members, 0, one, lenient)),
    ];
  }

  if (at(0, 0).cost === Number.POSITIVE_INFINITY) return undefined;
  const matches: UdpMatch[] = [];
  const lost: UdpArrival[] = [];
  const strays = all.slice(observed.length);
  for (let i = 0, j = 0; i < arrivals.length || j < observed.length; ) {
    const { takes, run, explanation } = at(i, j);
    const one = observed[j];
    const arrival = arrivals[i];
    if (run !== undefined && explanation !== undefined && one !== undefined)
      matches.push({ observed: one, run, explanation });
    else if (takes[1] === 1 && one !== undefined) strays.push(one);
    else if (arrival !== undefined && !mayDropDatagram(arrival, capabilities)) lost.push(arrival);
    i += takes[0];
    j += takes[1];
  }
  return { matches, lost, strays };
}

/** Lengths of runs from `i` on whose payloads could make the indication. */
function lengthsOf(arrivals: readonly UdpArrival[], i: number, one: UdpObserved, lenient: boolean): number[] {
  const { frame, datagram } = one;
  const first = arrivals[i] as UdpArrival;
  const present = frame.length - first.datagram.payloadOffset;
  const spare = Math.max(MAX_TRAILER, first.frame.length - first.datagram.ipEnd);
  const lengths: number[] = [];
  let sum = 0;
  let isPrefix = true;
  for (let k = i; k < arrivals.length; k++) {
    const { datagram: next, frame: bytes } = arrivals[k] as UdpArrival;
    const place = first.datagram.payloadOffset + sum;
    isPrefix &&= equalBytes(bytes, next.payloadOffset, frame, place, next.payloadLength);
    sum += next.payloadLength;
    const length = k - i + 1;
    const fits = sum <= present && present - sum <= spare;
    if (lenient ? fits || sum === datagram.payloadLength || sum > present || length === 1 : fits && isPrefix)
      lengths.push(length);
    else if (!lenient && length === 1) lengths.push(1);
    if (sum > present || (!lenient && !isPrefix)) break;
  }
  return lengths;
}

/** Something of the arrival is in the indication: its connection, an Identification, or the first bytes of its payload. */
function isAlike(
  { datagram: { ipVersion, ipOffset, payloadOffset, payloadLength, connection }, frame }: UdpArrival,
  one: UdpObserved,
): boolean {
  if (payloadLength > 0 && connection === one.datagram.connection) return true;
  if (
    ipVersion === 4 &&
    u16(frame, ipOffset + Ipv4At.id) === u16(one.frame, ipOffset + Ipv4At.id) &&
    u16(frame, ipOffset + Ipv4At.id) !== 0
  )
    return true;
  const shown = Math.min(payloadLength, SHOWN);
  if (shown === 0) return one.datagram.payloadLength === 0;
  return equalBytes(frame, payloadOffset, one.frame, payloadOffset, shown);
}
