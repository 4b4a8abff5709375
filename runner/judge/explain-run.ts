/** One possible explanation of an indication: that it is made of this run of arrivals. What would be wrong with it? */

import { Unit } from '../../reference-impl/unit.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from './arrival.ts';
import { compareStatus, isMarked } from './checksum-status.ts';
import { compareFrame, type Expected } from './compare.ts';
import { compareLoneOob, compareMergedOob } from './compare-oob.ts';
import type { Explanation } from './explanation.ts';
import { isSoft, WEIGHT } from './finding.ts';
import { lateFinding } from './late-finding.ts';
import { checkMerge } from './merge-check.ts';
import type { Observed } from './observed.ts';
import type { Finding } from './types.ts';
import { weigh } from './weigh.ts';

/** Fields that show whether bytes were merged at all. */
const EVIDENCE: readonly string[] = ['payload', 'frame', 'ipv4.total-length', 'ipv6.payload-length'];

const IMPOSSIBLE: Explanation = { cost: Number.POSITIVE_INFINITY, findings: [] };
const loneUnit = new Unit();

export function explainRun(run: readonly Arrival[], observed: Observed, capabilities: Capabilities): Explanation {
  const [first] = run;
  const last = run[run.length - 1];
  if (first === undefined || last === undefined || observed.step <= last.step) return IMPOSSIBLE;
  const arrivals = run.map(({ number }) => number);
  const timing = checkTiming(run, observed, capabilities);
  if (run.length === 1) {
    loneUnit.start(first.segment, first.number);
    const frame = compareContent({ unit: loneUnit, first: first.segment, arrivals }, run, observed, capabilities);
    return weigh([...timing, ...frame, ...compareLoneOob(first, observed)]);
  }
  const merge = checkMerge(run, capabilities);
  const content = compareContent({ unit: merge.unit, first: first.segment, arrivals }, run, observed, capabilities);
  // What a forbidden merge makes of the header is not held against it a second time.
  const isForbidden = merge.findings.some((found) => !isSoft(found));
  const kept = isForbidden ? content.filter(({ field }) => EVIDENCE.includes(field)) : content;
  const oob = isForbidden ? [] : compareMergedOob(merge.unit, arrivals, observed, isFlushedByRxcsum(first, observed));
  const { cost, findings } = weigh([...merge.findings, ...timing, ...kept, ...oob]);
  // Without a payload to prove it, a merge that left no mark on the header is rather a loss.
  const doubt = run.some(({ segment }) => segment.isPureAck) ? WEIGHT.strongDoubt : WEIGHT.doubt;
  return { cost: cost + doubt * (content.length - kept.length), findings };
}

/** Header and payload; and, where frames were marked out of band, what is said of the TCP checksum. */
function compareContent(
  expected: Expected,
  run: readonly Arrival[],
  observed: Observed,
  capabilities: Capabilities,
): Finding[] {
  if (!isMarked(run)) return compareFrame(expected, observed, capabilities);
  const frame = compareFrame({ ...expected, isMarked: true }, observed, capabilities);
  return frame.length > 0 ? frame : compareStatus(run, observed, capabilities);
}

function isFlushedByRxcsum({ rxcsumOn, rxcsumSwitched }: Arrival, { step }: Observed): boolean {
  return rxcsumOn && step === rxcsumSwitched;
}

/** I2, I4, K4: in the answer to its own DPC's end, or to a switch-off before it. */
function checkTiming(run: readonly Arrival[], observed: Observed, capabilities: Capabilities): Finding[] {
  if (capabilities.boundary === 'none') return [];
  const first = run[0] as Arrival;
  const last = run[run.length - 1] as Arrival;
  const late = (rule: string, due: number, what: string): Finding[] => [
    lateFinding(rule, run, due, observed.step, what),
  ];
  if (first.due < last.step) return late('within-dpc', first.due, 'were merged across the end of a DPC.');
  if (observed.step > first.due) return late('within-dpc', first.due, 'waited beyond the end of their DPC.');
  const { switchedOff, rxcsumOn, rxcsumSwitched } = first;
  if (run.length > 1 && switchedOff > last.step && observed.step > switchedOff)
    return late('flushed-on-disable', switchedOff, 'were not indicated when RSC was switched off.');
  if (run.length > 1 && rxcsumOn && rxcsumSwitched > last.step && observed.step > rxcsumSwitched) {
    const what = 'were not indicated when receive checksum offload was switched off.';
    return late('rxcsum-off-nothing-merged', rxcsumSwitched, what);
  }
  return [];
}
