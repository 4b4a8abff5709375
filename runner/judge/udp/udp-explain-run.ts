/** One possible explanation of an indication: that it is made of this run of datagrams. What would be wrong with it? */

import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { Explanation } from '../explanation.ts';
import { lateFinding } from '../late-finding.ts';
import type { Finding } from '../types.ts';
import { weigh } from '../weigh.ts';
import type { UdpArrival, UdpObserved } from './udp-arrival.ts';
import { compareLoneDatagram, compareLoneDatagramOob, compareUdpUnit, compareUdpUnitOob } from './udp-compare.ts';
import { checkUdpMerge } from './udp-merge-check.ts';

const IMPOSSIBLE: Explanation = { cost: Number.POSITIVE_INFINITY, findings: [] };

export function explainUdpRun(
  run: readonly UdpArrival[],
  observed: UdpObserved,
  capabilities: Capabilities,
): Explanation {
  const [first] = run;
  const last = run[run.length - 1];
  if (first === undefined || last === undefined || observed.step <= last.step) return IMPOSSIBLE;
  const timing = checkTiming(run, observed, capabilities);
  if (run.length === 1)
    return weigh([...timing, ...compareLoneDatagram(first, observed), ...compareLoneDatagramOob(first, observed)]);
  const { unit, findings } = checkUdpMerge(run);
  const content = compareUdpUnit(unit, first, observed, capabilities);
  // What a forbidden merge makes of the header is not held against it a second time.
  if (findings.length > 0) {
    const kept = content.filter(({ field }) => field === 'payload' || field === 'frame');
    return weigh([...findings, ...timing, ...kept]);
  }
  return weigh([...timing, ...content, ...compareUdpUnitOob(unit, run, observed)]);
}

/** I2, U8: in the answer to its own DPC's end, or to a switch-off before it. */
function checkTiming(run: readonly UdpArrival[], observed: UdpObserved, { boundary }: Capabilities): Finding[] {
  if (boundary === 'none') return [];
  const first = run[0] as UdpArrival;
  const last = run[run.length - 1] as UdpArrival;
  const late = (rule: string, due: number, what: string): Finding[] => [
    lateFinding(rule, run, due, observed.step, what),
  ];
  if (first.due < last.step) return late('within-dpc', first.due, 'were merged across the end of a DPC.');
  if (observed.step > first.due) return late('within-dpc', first.due, 'waited beyond the end of their DPC.');
  if (run.length > 1 && first.uroOff > last.step && observed.step > first.uroOff)
    return late('uro-flushed-on-disable', first.uroOff, 'were not indicated when URO was switched off.');
  const { rxcsumOn, rxcsumSwitched } = first;
  if (run.length > 1 && rxcsumOn && rxcsumSwitched > last.step && observed.step > rxcsumSwitched) {
    const what = 'were not indicated when receive checksum offload was switched off.';
    return late('rxcsum-off-nothing-merged', rxcsumSwitched, what);
  }
  return [];
}
