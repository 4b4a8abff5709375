/** Which counters can be explained, and which cannot. */

import { expect } from 'chai';
import type { FrameStep } from '../../reference-impl/step.ts';
import { data, pureAck, SIX } from '../../testing/segment-steps.ts';
import { arrivalsOf } from './arrival.ts';
import { checkStatistics, isException } from './statistics.ts';
import type { Finding } from './types.ts';

/** Frames a unit, in their order, and frames that no indication holds. */
interface Session {
  readonly units: readonly (readonly FrameStep[])[];
  readonly dropped?: readonly FrameStep[];
}

type Counters = readonly [pkts: number, octets: number, events: number, aborts?: number];

function findings({ units, dropped = [] }: Session, [pkts, octets, events, aborts = 0]: Counters): Finding[] {
  const arrivals = arrivalsOf([...units.flat(), ...dropped], false);
  const ends = units.map((_, i) => units.slice(0, i + 1).flat().length);
  const runs = units.map((unit, i) => arrivals.slice((ends[i] as number) - unit.length, ends[i]));
  return checkStatistics(runs, arrivals, { pkts, octets, events, aborts });
}

const reported = (session: Session, counters: Counters): string[] =>
  findings(session, counters).map(({ rule, field }) => `${rule} ${field}`);

const sized = (length: number): FrameStep => data(0, { payload: new Uint8Array(length) });
const fin = data(9, { flags: 'AF' });
const PAIR = [data(0), data(1)];

describe('statistics', () => {
  describe('of a merged unit, a lone segment and an exception', () => {
    const session: Session = { units: [PAIR, [sized(50)], [fin]] };
    const right: readonly (readonly [string, Counters])[] = [
      ['as the reference counts', [2, 20, 1]],
      ['without the first segment', [1, 10, 1]],
      ['with the lone unit', [3, 70, 2]],
      ['with the lone unit as an event alone', [1, 10, 2]],
    ];
    for (const [name, counters] of right) {
      it(`are right ${name}`, () => expect(reported(session, counters)).to.deep.equal([]));
    }
    const wrong: readonly (readonly [string, Counters, string])[] = [
      ['one packet too many', [3, 20, 1], 'S1 pkts'],
      ['no packet', [0, 0, 1], 'S1 pkts'],
      ['a byte too few', [2, 19, 1], 'S2 octets'],
      ['a byte too many', [2, 21, 1], 'S2 octets'],
      ['bytes of the lone unit without the packet', [2, 70, 1], 'S2 octets'],
      ['an event too many', [2, 20, 2], 'S3 events'],
      ['no event', [2, 20, 0], 'S3 events'],
      ['the lone unit without its event', [3, 70, 1], 'S1 pkts'],
      ['the lone unit with two events', [3, 70, 3], 'S1 pkts'],
      ['another size than the lone unit has', [3, 69, 2], 'S1 pkts'],
      ['the exception as a unit', [4, 80, 3], 'S1 pkts'],
      ['without the first segment, three events', [1, 10, 3], 'S1 pkts'],
      ['without the first segment, no event', [1, 10, 0], 'S1 pkts'],
    ];
    for (const [name, counters, finding] of wrong) {
      it(`are wrong with ${name}`, () => expect(reported(session, counters)).to.deep.equal([finding]));
    }

    it('are reported with what the reference would count', () => {
      const [found] = findings(session, [2, 21, 1]);
      expect(found).to.include({ rule: 'S2', level: 'must', arrivals: found?.arrivals, field: 'octets' });
      expect(found?.arrivals).to.deep.equal([]);
      expect(found?.expected).to.equal('pkts=2 octets=20 events=1 (or another consistent way)');
      expect(found?.actual).to.equal('pkts=2 octets=21 events=1');
      expect(found?.message).to.match(/^The counters are pkts=2 octets=21 events=1: none of the ways/);
    });
  });

  it('take in any of the lone units: as many sizes as packets', () => {
    const session: Session = { units: [PAIR, [sized(30)], [sized(10)], [sized(20)]] };
    const right: readonly Counters[] = [
      [3, 30, 2],
      [3, 50, 2],
      [4, 50, 3],
      [4, 70, 3],
      [5, 80, 4],
    ];
    for (const counters of right) expect(reported(session, counters), `${counters}`).to.deep.equal([]);
    const wrong: readonly Counters[] = [
      [3, 29, 2],
      [3, 51, 2],
      [4, 49, 3],
      [4, 71, 3],
      [5, 79, 4],
      [6, 80, 5],
      [1, 20, 0],
    ];
    for (const counters of wrong) expect(reported(session, counters), `${counters}`).to.deep.equal(['S1 pkts']);
  });

  it('of a unit of pure ACKs alone may say nothing, an event, or each of them', () => {
    const session: Session = { units: [[pureAck(0), pureAck(0, { window: 77 }), pureAck(0, { window: 77 })]] };
    const right: readonly Counters[] = [
      [0, 0, 0],
      [0, 0, 1],
      [1, 0, 1],
      [2, 0, 1],
      [3, 0, 1],
    ];
    for (const counters of right) expect(reported(session, counters), `${counters}`).to.deep.equal([]);
    for (const counters of [
      [4, 0, 1],
      [0, 1, 1],
      [0, 0, 2],
      [1, 0, 0],
      [3, 0, 0],
    ] as const) {
      expect(reported(session, counters), `${counters}`).to.have.length(1);
    }
  });

  it('of a window update after data count it or not', () => {
    const session: Session = { units: [[...PAIR, pureAck(2, { window: 77 })]] };
    for (const counters of [
      [2, 20, 1],
      [3, 20, 1],
      [1, 10, 1],
    ] as const) {
      expect(reported(session, counters), `${counters}`).to.deep.equal([]);
    }
    expect(reported(session, [4, 20, 1])).to.deep.equal(['S1 pkts']);
  });

  it('explain no more aborts than there are exceptions, dropped ones too, and beginnings of units', () => {
    const session: Session = { units: [PAIR, [data(5)], [fin]], dropped: [fin, data(7)] };
    // Three units, of which one is an exception as well, and one that was dropped.
    expect(reported(session, [2, 20, 1, 5])).to.deep.equal([]);
    const [found] = findings(session, [2, 20, 1, 6]);
    expect(found).to.include({ rule: 'S4', field: 'aborts', expected: 'at most 5', actual: '6' });
    expect(found?.arrivals).to.deep.equal([]);
    expect(found?.message).to.equal(
      'Aborts is 6, at most 5 can be explained: one for each exception, and one for each indication, whose first segment may have ended an SCU.',
    );
  });

  it('are judged apart: aborts as well as the rest', () => {
    expect(reported({ units: [PAIR] }, [9, 9, 9, 9])).to.deep.equal(['S1 pkts', 'S4 aborts']);
  });
});

describe('an exception', () => {
  const isOne = (steps: readonly FrameStep[], addresses?: readonly string[]): boolean[] =>
    arrivalsOf(steps, false).map((arrival) =>
      isException(arrival, addresses === undefined ? {} : { hostAddresses: addresses }),
    );

  it('is what a rule turns away by itself', () => {
    expect(isOne([data(0), fin, pureAck(0), data(0, SIX), data(0, { flags: 'AR' })])).to.deep.equal([
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('is everything while RSC of its IP version, or receive checksum offload, is off', () => {
    expect(isOne([{ set: { rsc4: false } }, data(0), data(0, SIX)])).to.deep.equal([true, false]);
    expect(isOne([{ set: { rsc6: false } }, data(0), data(0, SIX)])).to.deep.equal([false, true]);
    expect(isOne([{ set: { rxcsum: false } }, data(0)])).to.deep.equal([true]);
  });

  it('is a segment to another host, where the target’s addresses are known', () => {
    expect(isOne([data(0)], ['192.0.2.1'])).to.deep.equal([false]);
    expect(isOne([data(0)], ['192.0.2.2'])).to.deep.equal([true]);
  });

  it('is not what a target may leave alone, or merge', () => {
    // Options of padding alone.
    expect(isOne([data(0, { options: '01010101' })])).to.deep.equal([false]);
  });
});
