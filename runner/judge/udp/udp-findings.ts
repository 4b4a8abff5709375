/** The findings on an indication if it is made of this run of datagrams. */

import {
  uroLengthLimit,
  uroLengthsDisagree,
  uroSameConnection,
  uroSameLinkHeader,
} from '../../../reference-impl/rules/udp.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { draft, nameArrivals, ruleNamed } from '../finding.ts';
import { lateFinding } from '../late-finding.ts';
import type { Breach, Draft } from '../types.ts';
import type { UdpArrival, UdpObserved } from './udp-arrival.ts';
import { compareLoneDatagram, compareLoneDatagramOob, compareUdpUnit, compareUdpUnitOob } from './udp-compare.ts';
import { checkUdpMerge } from './udp-merge-check.ts';

/** `run` in the order of its bytes. Undefined if some had not arrived yet. */
export function udpFindings(
  run: readonly UdpArrival[],
  observed: UdpObserved,
  capabilities: Capabilities,
): readonly Draft[] | undefined {
  const [first] = run;
  if (first === undefined || run.some(({ step }) => observed.step <= step)) return undefined;
  const timing = checkTiming(run, observed, capabilities);
  if (run.length === 1)
    return [...timing, ...compareLoneDatagram(first, observed), ...compareLoneDatagramOob(first, observed)];
  const inOrder = [...run].sort((a, b) => a.number - b.number);
  const swapped = unordered(run);
  // If they may be merged in the order of arrival, whatever their sizes, only their order is wrong.
  if (swapped.length > 0 && checkUdpMerge(inOrder).findings.length === 0) {
    const payload = compareUdpUnit(checkUdpMerge(run).unit, run, observed, capabilities).filter(isPayload);
    const { unit } = checkUdpMerge(inOrder);
    const headers = compareUdpUnit(unit, inOrder, observed, capabilities);
    const oob = compareUdpUnitOob(unit, inOrder, observed);
    return [...swapped, ...timing, ...headers.filter((found) => !isPayload(found)), ...payload, ...oob];
  }
  const { unit, findings } = checkUdpMerge(run);
  const content = compareUdpUnit(unit, run, observed, capabilities);
  const [forbidden] = findings;
  if (forbidden !== undefined) {
    const open = { headers: isAboutHeaders(forbidden), lengths: mayHaveAnyLength(forbidden, run) };
    return [...findings, ...timing, ...content.filter((found) => !isOpen(found, open))];
  }
  return [...swapped, ...timing, ...content, ...compareUdpUnitOob(unit, run, observed)];
}

/** Rows about header fields that differ, and about datagrams whose lengths no unit can have. */
const ABOUT_HEADERS: readonly string[] = [uroSameLinkHeader.id, uroSameConnection.id];
const ABOUT_LENGTHS: readonly string[] = [uroLengthsDisagree.id, uroLengthLimit.id];

function isAboutHeaders({ rule }: Breach): boolean {
  return ABOUT_HEADERS.includes(rule);
}

/** Headers of several lengths: it is unknown which of them counts. */
function mayHaveAnyLength({ rule }: Breach, run: readonly UdpArrival[]): boolean {
  const isVarying = new Set(run.map(({ datagram: { ipOffset, udpOffset } }) => udpOffset - ipOffset)).size > 1;
  return ABOUT_LENGTHS.includes(rule) || (ABOUT_HEADERS.includes(rule) && isVarying);
}

/** A forbidden merge is not reported a second time for what it leaves open in the header. Checksums are zero in any unit. */
function isOpen(
  found: Breach,
  { headers, lengths }: { readonly headers: boolean; readonly lengths: boolean },
): boolean {
  if (isPayload(found) || found.field.endsWith('.checksum')) return false;
  return found.field.endsWith('length') ? lengths : headers;
}

function isPayload({ field }: Breach): boolean {
  return field === 'payload' || field === 'frame';
}

/** U5: the payloads are not in the order of arrival. */
function unordered(run: readonly UdpArrival[]): Draft[] {
  const merged = run.map(({ number }) => number);
  const arrived = [...merged].sort((a, b) => a - b);
  if (merged.every((number, i) => number === arrived[i])) return [];
  const message = (): string => `${nameArrivals(merged)} were merged in this order instead of arrival order.`;
  return [
    draft(ruleNamed('uro-one-datagram'), arrived, 'merge', () => [
      nameArrivals(arrived),
      nameArrivals(merged),
      message(),
    ]),
  ];
}

/** I2, U8: it must be in the answer to the end of its own DPC, or to a switch-off before that. */
function checkTiming(run: readonly UdpArrival[], observed: UdpObserved, { boundary }: Capabilities): Draft[] {
  if (boundary === 'none') return [];
  const first = run.reduce((a, b) => (a.step < b.step ? a : b));
  const last = run.reduce((a, b) => (a.step > b.step ? a : b));
  const late = (rule: string, due: number, what: string): Draft[] => [lateFinding(rule, run, due, observed.step, what)];
  if (first.due < last.step) return late('within-dpc', first.due, 'were merged across the end of a DPC.');
  if (observed.step > first.due)
    return late('within-dpc', first.due, `waited beyond the end of ${run.length > 1 ? 'their' : 'its'} DPC.`);
  if (run.length > 1 && first.uroOff > last.step && observed.step > first.uroOff)
    return late('uro-flushed-on-disable', first.uroOff, 'were not indicated when URO was switched off.');
  const { rxcsumOn, rxcsumSwitched } = first;
  if (run.length > 1 && rxcsumOn && rxcsumSwitched > last.step && observed.step > rxcsumSwitched) {
    const what = 'were not indicated when receive checksum offload was switched off.';
    return late('rxcsum-off-nothing-merged', rxcsumSwitched, what);
  }
  return [];
}
