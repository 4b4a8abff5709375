/** Every attribution is tried: where one finding alone explains what a planted fault made, exactly that is found. */

import { expect } from 'chai';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { DATAGRAM_KINDS, datagramSession } from '../../../testing/datagram-kinds.ts';
import { everyAttribution, type Rows, rowsOf } from '../../../testing/every-attribution.ts';
import { inSequence } from '../../../testing/in-sequence.ts';
import { KINDS, sessionOf } from '../../../testing/single-faults.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { faults } from '../../selfcheck/faults.ts';
import type { Outcome, Subject } from '../../selfcheck/subject.ts';
import { USUAL } from '../../selfcheck/usual.ts';
import { arrivalsOf, isUnordered } from '../arrival.ts';
import { judge } from '../judge.ts';
import { observe } from '../observed.ts';
import { tcpProtocol } from '../tcp/tcp-protocol.ts';
import { splitUdp } from '../udp/udp-arrival.ts';
import { udpProtocol } from '../udp/udp-protocol.ts';

type Session = (kinds: readonly string[], ipVersion: 4 | 6) => FrameStep[];
/** Of each attribution; undefined: some of it is attributed apart. */
type Every = (steps: readonly FrameStep[], outcome: Outcome, capabilities: Capabilities) => Iterable<Rows> | undefined;

const planted = faults().filter(({ capabilities }) => capabilities === undefined);

/** Of two frames, and of three: every n-th session. */
function sessions(kinds: readonly string[], session: Session, everyPair: number, everyTriple: number): FrameStep[][] {
  const pairs = kinds.flatMap((one) => kinds.map((other) => [one, other]));
  const triples = pairs.flatMap((pair) => kinds.map((one) => [...pair, one]));
  const versions = (chosen: readonly string[][]): FrameStep[][] =>
    chosen.flatMap((names, i) => [session(names, i % 2 === 0 ? 4 : 6)]);
  return [
    ...versions(pairs.filter((_, i) => i % everyPair === 0)),
    ...versions(triples.filter((_, i) => i % everyTriple === 0)),
  ];
}

/** Undefined: a fault made for segments breaks down over datagrams. */
function played(subject: Subject, steps: readonly FrameStep[]): Outcome | undefined {
  try {
    return subject(steps);
  } catch {
    return undefined;
  }
}

/** How many outputs one finding explains, and where another was made. */
function unlike(
  all: readonly FrameStep[][],
  every: Every,
): { readonly explained: number; readonly wrong: readonly string[] } {
  const wrong: string[] = [];
  let explained = 0;
  for (const steps of all) {
    const known = new Set<string>();
    for (const { name, subject } of planted) {
      const outcome = played(subject, steps);
      if (outcome === undefined) continue;
      const key = JSON.stringify(outcome.indications.map(({ step, frame, oob }) => [step, [...frame], oob]));
      if (known.has(key)) continue;
      known.add(key);
      const { indications } = outcome;
      const { findings } = judge({ steps, indications, statistics: undefined, capabilities: USUAL });
      const own = rowsOf(findings);
      if (own.length === 0) continue;
      const single = new Set(
        [...(every(steps, outcome, USUAL) ?? [])].flatMap((rows) => (rows.length === 1 ? rows : [])),
      );
      if (single.size === 0) continue;
      explained++;
      if (own.length !== 1 || !single.has(own[0] as string)) wrong.push(`${name}: ${own}, not ${[...single]}`);
    }
  }
  return { explained, wrong };
}

const everyOfTcp: Every = (steps, { indications }, capabilities) => {
  const arrivals = arrivalsOf(steps, false);
  const observed = indications.map((one, number) => observe(one, number, false));
  if ([...arrivals, ...observed].some(({ segment }) => isUnordered(segment))) return undefined;
  return everyAttribution(arrivals, observed, tcpProtocol(capabilities, arrivals), inSequence);
};

const everyOfUdp: Every = (steps, { indications }, capabilities) => {
  const observed = indications.map((one, number) => observe(one, number, false));
  const udp = splitUdp(steps, arrivalsOf(steps, false), observed);
  if (udp.otherArrivals.length + udp.otherObserved.length > 0) return undefined;
  return everyAttribution(udp.arrivals, udp.observed, udpProtocol(capabilities, udp.arrivals));
};

describe('law of the explanation: where one finding alone explains an output, that one is made, once', () => {
  it('of two and three segments', () => {
    const { explained, wrong } = unlike(sessions(Object.keys(KINDS), sessionOf, 7, 200), everyOfTcp);
    expect(explained).to.be.at.least(500);
    expect(wrong, wrong.join('\n')).to.deep.equal([]);
  });

  it('of two and three datagrams', () => {
    const { explained, wrong } = unlike(sessions(Object.keys(DATAGRAM_KINDS), datagramSession, 5, 90), everyOfUdp);
    expect(explained).to.be.at.least(400);
    expect(wrong, wrong.join('\n')).to.deep.equal([]);
  });
});
