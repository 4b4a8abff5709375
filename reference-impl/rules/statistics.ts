/** S: counters. Clauses: OID_TCP_RSC_STATISTICS. */

import type { CountChoices, StatisticRule, UnitCounts } from './rule.ts';

/** The choices of the reference: first segment and tracked pure ACK count; lone units, window updates, duplicates do not. */
export const REFERENCE_CHOICES: CountChoices = {
  firstSegment: true,
  loneUnit: false,
  pureAcks: false,
  trackedPureAck: true,
};

type Parts = Pick<StatisticRule, 'id' | 'name' | 'summary' | 'whenBroken' | 'counter' | 'adds'>;

function statisticRule(parts: Parts): StatisticRule {
  return { kind: 'statistic', level: 'must', clause: { doc: 'ndis-rsc-statistics', heading: 'Remarks' }, ...parts };
}

const isLone = (unit: UnitCounts): boolean => unit.segments === 1;
const startsWithData = (unit: UnitCounts): boolean => unit.firstOctets > 0;

function firstCounts(unit: UnitCounts, choices: CountChoices): boolean {
  if (isLone(unit)) return choices.loneUnit && choices.firstSegment;
  return startsWithData(unit) ? choices.firstSegment : choices.trackedPureAck;
}

function joinedData(unit: UnitCounts): number {
  return unit.dataSegments - (startsWithData(unit) ? 1 : 0);
}

export const coalescedPkts: StatisticRule = statisticRule({
  id: 'S1',
  name: 'coalesced-pkts',
  whenBroken: 'CoalescedPkts is wrong',
  summary: 'CoalescedPkts counts each packet added to an SCU.',
  counter: 'pkts',
  adds: (unit, choices) =>
    (firstCounts(unit, choices) ? 1 : 0) +
    joinedData(unit) +
    (choices.pureAcks ? unit.windowUpdates + unit.duplicates : 0),
});

export const coalescedOctets: StatisticRule = statisticRule({
  id: 'S2',
  name: 'coalesced-octets',
  whenBroken: 'CoalescedOctets is wrong',
  summary: 'CoalescedOctets counts the TCP payload bytes of the packets that CoalescedPkts counts.',
  counter: 'octets',
  adds: (unit, choices) => unit.octets - (firstCounts(unit, choices) ? 0 : unit.firstOctets),
});

export const coalesceEvents: StatisticRule = statisticRule({
  id: 'S3',
  name: 'coalesce-events',
  whenBroken: 'CoalesceEvents is wrong',
  summary: 'CoalesceEvents counts each finalized SCU.',
  counter: 'events',
  adds: (unit, choices) => (isLone(unit) && !choices.loneUnit ? 0 : 1),
});

/** Counted where the reason is known: by segment, pair and table rules with `aborts`. A finalized SCU adds none. */
export const aborts: StatisticRule = statisticRule({
  id: 'S4',
  name: 'aborts',
  whenBroken: 'Aborts is wrong',
  summary: 'Aborts counts the exceptions, except for a datagram that would become too long.',
  counter: 'aborts',
  adds: () => 0,
});
