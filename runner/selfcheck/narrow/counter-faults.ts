/** S: right frames, wrong counters. */

import type { Statistics } from '../../../reference-impl/statistics.ts';
import type { OwnIndication } from '../subject.ts';
import type { CounterFault, Played } from './narrow-fault.ts';
import { isUnit, joinedData, lastOf, segmentOf, trailerOf, withData } from './output-fault-parts.ts';

type Chances = CounterFault['chances'];

/** The difference that the fault makes to the counters. */
const counter = (
  name: string,
  broken: string,
  summary: string,
  chances: Chances,
  adds: (struck: readonly number[], one: OwnIndication, played: Played) => Partial<Statistics>,
): CounterFault => ({ kind: 'counter', name, summary, broken, chances, adds });

const isTcpUnit = (one: OwnIndication, played: Played): boolean =>
  isUnit(one) && segmentOf(played, one.arrivals[0] as number).kind === 'segment';
const onJoined: Chances = (one, played) => (isTcpUnit(one, played) ? joinedData(one, played) : []);
/** The unit's last segment decides. */
const onUnit: Chances = (one, played) =>
  isTcpUnit(one, played) && withData(one, played).length > 1 ? [lastOf(one)] : [];

const sum = (numbers: readonly number[], of: (number: number) => number): number =>
  numbers.reduce((so, number) => so + of(number), 0);
const bytes = (numbers: readonly number[], played: Played): number =>
  sum(numbers, (number) => segmentOf(played, number).payloadLength);

export const COUNTER_FAULTS: readonly CounterFault[] = [
  counter('S1-packet-missed', 'S1', 'A segment that joins is not counted.', onJoined, (struck) => ({
    pkts: -struck.length,
  })),
  counter('S1-packet-twice', 'S1', 'A segment that joins is counted twice.', onJoined, (struck) => ({
    pkts: struck.length,
  })),
  counter(
    'S2-payload-missed',
    'S2',
    'The payload of a segment that joins is not counted.',
    onJoined,
    (struck, _, played) => ({
      octets: -bytes(struck, played),
    }),
  ),
  counter('S2-headers-counted', 'S2', 'Headers are counted with the payload.', onJoined, (struck, _, played) => ({
    octets: sum(struck, (number) => {
      const { payloadOffset, ipOffset } = segmentOf(played, number);
      return payloadOffset - ipOffset;
    }),
  })),
  counter(
    'S2-trailer-counted',
    'S2',
    'The trailer is counted with the payload.',
    (one, played) => onJoined(one, played).filter((number) => trailerOf(played, number).length > 0),
    (struck, _, played) => ({ octets: sum(struck, (number) => trailerOf(played, number).length) }),
  ),
  counter('S3-unit-missed', 'S3', 'A unit is not counted.', onUnit, () => ({ events: -1 })),
  counter('S3-segments-counted', 'S3', 'Each segment of a unit is counted as a unit.', onUnit, (_, { arrivals }) => ({
    events: arrivals.length - 1,
  })),
  counter('S4-octets-counted', 'S4', 'The payload of a unit is added to the aborts.', onUnit, (_, one, played) => ({
    aborts: 100 + bytes(one.arrivals, played),
  })),
];
