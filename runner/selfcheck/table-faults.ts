/** E1 done wrong: coalescers that lose, repeat or mix up segments when their flow table is full. */

import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Policy } from '../../reference-impl/policy.ts';
import { advance } from '../../reference-impl/step.ts';
import type { Fault } from './fault.ts';
import type { OwnIndication, Subject } from './subject.ts';

interface Crowded {
  readonly indication: OwnIndication;
  /** The table was full: the newcomer went alone, or an SCU made room. */
  readonly isCrowdedOut: boolean;
}

function crowded(policy: Partial<Policy>, change: (all: readonly Crowded[]) => readonly OwnIndication[]): Subject {
  const coalescer = new Coalescer(policy);
  return (steps) => {
    coalescer.reset();
    const all = steps.flatMap((step, index) =>
      advance(coalescer, step).map(({ frame, oob, arrivals, endedBy }): Crowded => {
        const indication = { step: index, frame, oob, arrivals };
        return { indication, isCrowdedOut: endedBy === 'E1' };
      }),
    );
    return { indications: change(all), statistics: coalescer.statistics };
  };
}

const kept = (all: readonly Crowded[]): OwnIndication[] =>
  all.filter(({ isCrowdedOut }) => !isCrowdedOut).map(({ indication }) => indication);
const twice = (all: readonly Crowded[]): OwnIndication[] =>
  all.flatMap(({ indication, isCrowdedOut }) => (isCrowdedOut ? [indication, indication] : [indication]));
/** After the rest of its answer. */
const last = (all: readonly Crowded[]): OwnIndication[] =>
  [...all.filter(({ isCrowdedOut }) => !isCrowdedOut), ...all.filter(({ isCrowdedOut }) => isCrowdedOut)]
    .map(({ indication }) => indication)
    .sort((a, b) => a.step - b.step);
/** A unit that makes room loses the segments that joined it. */
const cutShort = (all: readonly Crowded[]): OwnIndication[] =>
  all.map(({ indication, isCrowdedOut }) =>
    isCrowdedOut ? { ...indication, frame: indication.frame.slice(0, -1) } : indication,
  );

const SIZES = [1, 4, 16, 64, 256] as const;

function faultsOf(size: (typeof SIZES)[number]): Fault[] {
  const full = `A flow table of ${size}`;
  const planted = (name: string, summary: string, subject: Subject, ...blames: string[]): Fault => ({
    name: `E1/${name}/${size}`,
    summary: `${full}: ${summary}`,
    subject,
    broken: 'E1',
    blames: ['E1', ...blames],
  });
  const alone = { maxConnections: size, fullTable: 'alone' } as const;
  const evict = { maxConnections: size, fullTable: 'evict' } as const;
  return [
    planted('newcomer-lost', 'a newcomer that finds no place is lost.', crowded(alone, kept), 'I7'),
    planted('newcomer-twice', 'a newcomer that finds no place comes twice.', crowded(alone, twice), 'I7'),
    planted('newcomer-last', 'newcomers that find no place come last.', crowded(alone, last), 'I1'),
    planted('evicted-lost', 'the SCU that makes room is lost.', crowded(evict, kept), 'I7'),
    planted('evicted-twice', 'the SCU that makes room comes twice.', crowded(evict, twice), 'I7'),
    planted('evicted-cut', 'the SCU that makes room loses its last byte.', crowded(evict, cutShort), 'H1'),
  ];
}

export const TABLE_FAULTS: readonly Fault[] = SIZES.flatMap(faultsOf);
