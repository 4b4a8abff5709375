/** S: whether a vector's counters can be explained. The sources leave points open; one choice must explain all three. */

import { DEFAULT_POLICY, type Policy } from '../../reference-impl/policy.ts';
import { isDuplicate } from '../../reference-impl/rules/coalescing.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { CountChoices, UnitCounts } from '../../reference-impl/rules/rule.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import { Unit } from '../../reference-impl/unit.ts';
import type { Arrival } from './arrival.ts';
import { finding, ruleNamed } from './finding.ts';
import type { Finding } from './types.ts';

const COUNTERS = ['pkts', 'octets', 'events'] as const;
const statisticRules = rulesOfKind('statistic');
const segmentRules = rulesOfKind('segment');
const BOOLEANS = [true, false];
const EMPTY = new Uint8Array(0);

/**
 * Whether a rule rejects the segment before any SCU is examined: then it belongs to no unit. `own`: the host's addresses, and
 * the tunnels in which the target coalesces.
 */
export function isException(
  { segment, rscOn, rxcsumOn }: Arrival,
  own: Partial<Pick<Policy, 'hostAddresses' | 'tunnels'>> = {},
): boolean {
  const policy = { ...ANY_POLICY, ...own };
  return segmentRules.some(
    (rule) => rule.level !== 'may' && rule.forbids(segment, { policy, rsc4: rscOn, rsc6: rscOn, rxcsum: rxcsumOn }),
  );
}

const ANY_POLICY = { ...DEFAULT_POLICY, paddingOptions: 'merged' } as const;

/** `arrivals` are all of them: a dropped frame may count as an abort, too. */
export function checkStatistics(
  runs: readonly (readonly Arrival[])[],
  arrivals: readonly Arrival[],
  actual: Statistics,
): Finding[] {
  const merged = runs.filter((run) => run.length > 1).map(countsOf);
  let counted: readonly UnitCounts[] | undefined;
  const lone = (): readonly UnitCounts[] => {
    counted ??= runs.filter((run) => run.length === 1 && !isException(run[0] as Arrival)).map(countsOf);
    return counted;
  };
  const findings: Finding[] = [];
  if (!ALL_CHOICES.some((choices) => explains(choices, merged, lone, actual))) {
    const wanted = totals(merged, USUAL_CHOICE);
    const wrong = COUNTERS.find((counter) => actual[counter] !== wanted[counter]) ?? 'pkts';
    const rule = statisticRules.find(({ counter }) => counter === wrong) ?? ruleNamed('coalesced-pkts');
    const text = (counters: Pick<Statistics, 'pkts' | 'octets' | 'events'>): string =>
      COUNTERS.map((counter) => `${counter}=${counters[counter]}`).join(' ');
    const message = `The counters are ${text(actual)}: none of the ways of counting that the sources leave open gives these. One of them gives ${text(wanted)}.`;
    findings.push(finding(rule, [], wrong, `${text(wanted)} (or another consistent way)`, text(actual), message));
  }
  // Few sessions reach this number: the exceptions need not be counted.
  if (actual.aborts <= runs.length) return findings;
  const most = runs.length + arrivals.filter((arrival) => isException(arrival)).length;
  if (actual.aborts > most) {
    const message = `Aborts is ${actual.aborts}, at most ${most} can be explained: one for each exception, and one for each indication, whose first segment may have ended an SCU.`;
    findings.push(finding(ruleNamed('aborts'), [], 'aborts', `at most ${most}`, actual.aborts, message));
  }
  return findings;
}

const USUAL_CHOICE: CountChoices = { firstSegment: true, loneUnit: false, pureAcks: false, trackedPureAck: true };

/** The usual way of counting comes first: it does not need the lone frames. */
const ALL_CHOICES: readonly CountChoices[] = [
  USUAL_CHOICE,
  ...BOOLEANS.flatMap((firstSegment) =>
    BOOLEANS.flatMap((loneUnit) =>
      BOOLEANS.flatMap((pureAcks) =>
        BOOLEANS.map((trackedPureAck) => ({ firstSegment, loneUnit, pureAcks, trackedPureAck })),
      ),
    ),
  ),
];

function explains(
  choices: CountChoices,
  merged: readonly UnitCounts[],
  loneUnits: () => readonly UnitCounts[],
  actual: Statistics,
): boolean {
  const base = { pkts: 0, octets: 0, events: 0, aborts: 0 };
  // A unit in which nothing counts may or may not count as an event.
  let silent = 0;
  for (const unit of merged) {
    const before = base.pkts;
    count(unit, choices, base);
    if (base.pkts === before) silent++;
  }
  const extra = actual.events - base.events;
  const octets = actual.octets - base.octets;
  if (!choices.loneUnit) return actual.pkts === base.pkts && octets === 0 && extra <= 0 && extra >= -silent;
  const lone = loneUnits();
  // A target may choose which lone frames it puts into its flow table.
  const units = actual.pkts - base.pkts;
  if (!choices.firstSegment) return units === 0 && octets === 0 && extra >= -silent && extra <= lone.length;
  const sizes = lone.map((unit) => unit.octets).sort((a, b) => a - b);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return (
    units >= 0 &&
    units <= lone.length &&
    extra >= units - silent &&
    extra <= units &&
    octets >= sum(sizes.slice(0, units)) &&
    octets <= sum(sizes.slice(sizes.length - units))
  );
}

function totals(units: readonly UnitCounts[], choices: CountChoices): Statistics {
  const sums = { pkts: 0, octets: 0, events: 0, aborts: 0 };
  for (const unit of units) count(unit, choices, sums);
  return sums;
}

/** Adds what one unit counts. */
function count(
  unit: UnitCounts,
  choices: CountChoices,
  sums: { -readonly [counter in keyof Statistics]: number },
): void {
  for (const rule of statisticRules) sums[rule.counter] += rule.adds(unit, choices);
}

const scratch = new Unit();

function countsOf(run: readonly Arrival[]): UnitCounts {
  const [first, ...rest] = run as readonly [Arrival, ...Arrival[]];
  scratch.start(first.segment, 0);
  let windowUpdates = 0;
  let duplicates = 0;
  for (const { segment } of rest) {
    const isDup = isDuplicate(scratch, segment);
    if (isDup) duplicates++;
    else if (segment.isPureAck) windowUpdates++;
    const payload = segment.isPureAck ? EMPTY : segment.frame.subarray(segment.payloadOffset, segment.ipEnd);
    scratch.join(segment, payload, isDup ? 'duplicate' : segment.isPureAck ? 'window-update' : 'data', 0);
  }
  return {
    segments: run.length,
    dataSegments: run.filter(({ segment }) => segment.payloadLength > 0).length,
    windowUpdates,
    duplicates,
    octets: run.reduce((sum, { segment }) => sum + segment.payloadLength, 0),
    firstOctets: first.segment.payloadLength,
  };
}
