/** E1: full flow tables that lose, repeat or keep back what has no place. */

import { parsed } from '../../judge/arrival.ts';
import type { OwnIndication } from '../subject.ts';
import type { Played, TableFault } from './narrow-fault.ts';
import { nextDpc } from './output-fault-parts.ts';

type Strike = (one: OwnIndication, played: Played) => readonly OwnIndication[];

/** What happens to it, and whether it is a newcomer that found no place or the SCU that made room. */
const WAYS: readonly (readonly [name: string, what: string, of: 'newcomer' | 'evicted', strike: Strike])[] = [
  ['newcomer-lost', 'a newcomer that finds no place is lost.', 'newcomer', () => []],
  ['newcomer-twice', 'a newcomer that finds no place comes twice.', 'newcomer', (one) => [one, one]],
  ['newcomer-held', 'a newcomer that finds no place waits for the next DPC.', 'newcomer', held],
  ['newcomer-altered', 'the last byte of a newcomer that finds no place is altered.', 'newcomer', altered],
  ['evicted-lost', 'the SCU that makes room is lost.', 'evicted', () => []],
  ['evicted-twice', 'the SCU that makes room comes twice.', 'evicted', (one) => [one, one]],
  ['evicted-held', 'the SCU that makes room waits for the next DPC.', 'evicted', held],
  ['evicted-altered', 'the last byte of the SCU that makes room is altered.', 'evicted', altered],
];

const SIZES = [1, 4, 16, 64] as const;

function held(one: OwnIndication, played: Played): readonly OwnIndication[] {
  return [{ ...one, step: nextDpc(played, one.step) }];
}

function altered(one: OwnIndication): readonly OwnIndication[] {
  const frame = one.frame.slice();
  const last = parsed(frame).ipEnd - 1;
  frame[last] = (frame[last] as number) ^ 0x41;
  return [{ ...one, frame }];
}

export const FULL_TABLE_FAULTS: readonly TableFault[] = SIZES.flatMap((size) =>
  WAYS.map(([name, what, of, strike]): TableFault => {
    const fullTable = of === 'newcomer' ? 'alone' : 'evict';
    return {
      kind: 'table',
      name: `E1-${name}-${size}`,
      summary: `A flow table of ${size}: ${what}`,
      broken: 'E1',
      policy: { maxConnections: size, fullTable },
      strike,
    };
  }),
);
