/** Compares out-of-band values. A key that was not observed is not judged. */

import { DEFAULT_POLICY } from '../../reference-impl/policy.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import {
  coalescedSegCount,
  dupAckCount,
  duplicatesCounted,
  timestampDelta,
} from '../../reference-impl/rules/out-of-band.ts';
import type { Reported, ReportedRule, RuleBase } from '../../reference-impl/rules/rule.ts';
import { Datagram, parseDatagram } from '../../reference-impl/udp/datagram.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { headerFields } from '../../reference-impl/wire/fields.ts';
import { type ChecksumState, pseudoHeaderSum, type Segment } from '../../reference-impl/wire/segment.ts';
import type { OuterKind } from '../../reference-impl/wire/tunnel.ts';
import type { Arrival } from './arrival.ts';
import { compareMark } from './checksum-status.ts';
import { draft, isSoft, mustOf, ruleNamed } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Draft } from './types.ts';

/** `sentence`: the finding in words; left out: the value, the one that it must be, and the rule. */
type Report = (rule: RuleBase, field: string, wanted: string | number, was: string | number, sentence?: string) => void;

/** The milder clauses first: what only they forbid does not break a *must*. */
const reportedRules = rulesOfKind('reported');
const softRules = reportedRules.filter(isSoft);
/** Exceptions under which nothing is tracked, whatever the target's choices. */
const untracked = rulesOfKind('segment').filter(
  ({ level, aborts, ends }) => (level === 'must' || level === 'derived') && (aborts || !ends),
);

function reporter(arrivals: readonly number[], findings: Draft[]): Report {
  return (rule, field, wanted, was, sentence) => {
    const value = (): string => `${field} is ${was}, ${mustOf(rule)} be ${wanted}: ${rule.summary}`;
    const words = () => [wanted, was, sentence ?? value()] as const;
    findings.push(draft(rule, arrivals, field, words));
  };
}

/** IPv6 has no header checksum, so no verdict on it can be bad. */
export const WITHOUT_SUM = 'ipChecksum is bad on an IPv6 frame, which has no header checksum.';

/** The rule that a wrong value breaks: the milder one if it explains the value, else the row's own. */
function breached(field: ReportedRule['field'], reported: Reported, own: RuleBase): RuleBase {
  return softRules.find((rule) => rule.field === field && rule.breached(reported)) ?? own;
}

/** The findings on an SCU of several arrivals. If switching rxcsum off flushed it, it needs no checksum verdict. */
export function compareMergedOob(
  unit: Unit,
  arrivals: readonly number[],
  { oob, isVirtio }: Observed,
  rxcsumSwitchedOff: boolean,
): Draft[] {
  const findings: Draft[] = [];
  const report = reporter(arrivals, findings);
  const { segCount, dupAckCount: dups, timestampDelta: delta, tcpChecksum, ipChecksum } = oob;
  const reported = (value: number, expected: number): Reported => ({ value, expected, segCount, mayBeTracked: true });
  if (segCount !== undefined) {
    const wanted = coalescedSegCount.expected(unit, DEFAULT_POLICY) as number;
    const zeroWillDo = unit.dataSegments < 2 && (dups ?? unit.duplicates) === 0 && segCount === 0;
    // virtio counts coalesced TCP segments, window updates included.
    const updatesCount = isVirtio && segCount === unit.dataSegments + unit.windowUpdates;
    if (segCount !== wanted && !zeroWillDo && !updatesCount) report(coalescedSegCount, 'segCount', wanted, segCount);
  }
  if (dups !== undefined && dups !== unit.duplicates) {
    const { duplicates } = unit;
    const values = reported(dups, duplicates);
    const rule = duplicatesCounted.breached(values) ? duplicatesCounted : breached('dupAckCount', values, dupAckCount);
    const words = () =>
      [
        duplicates,
        dups,
        `DupAckCount is ${dups}, and ${duplicates === 0 ? 'no' : duplicates} duplicate ${duplicates === 1 ? 'ACK' : 'ACKs'} joined.`,
      ] as const;
    findings.push(draft(rule, arrivals, 'dupAckCount', words));
  }
  if (delta !== undefined && segCount !== 0) {
    const wanted = (timestampDelta.expected(unit, DEFAULT_POLICY) as number | undefined) ?? 0;
    if (delta !== wanted && delta !== (wanted & 0xffff))
      report(breached('timestampDelta', reported(delta, wanted), timestampDelta), 'timestampDelta', wanted, delta);
  }
  const isOpen = (verdict: string): boolean => rxcsumSwitchedOff && verdict === 'none';
  if (tcpChecksum !== undefined && tcpChecksum !== 'ok' && tcpChecksum !== 'partial' && !isOpen(tcpChecksum)) {
    report(ruleNamed('tcp-checksum-succeeded'), 'tcpChecksum', 'ok', tcpChecksum);
  }
  const ipWrong = unit.ipVersion === 4 ? ipChecksum !== 'ok' : ipChecksum === 'bad';
  if (ipChecksum !== undefined && ipWrong && !isOpen(ipChecksum)) {
    const rule = ruleNamed('ip-checksum-succeeded');
    if (unit.ipVersion === 4) report(rule, 'ipChecksum', 'ok', ipChecksum);
    else report(rule, 'ipChecksum', 'ok or none', ipChecksum, WITHOUT_SUM);
  }
  return findings;
}

/** The findings on a frame that went alone. */
export function compareLoneOob(arrival: Arrival, observed: Observed): Draft[] {
  const { oob } = observed;
  const findings: Draft[] = compareMark(arrival, observed);
  const report = reporter([arrival.number], findings);
  const { segment, rscOn } = arrival;
  const { segCount, dupAckCount: dups, timestampDelta: delta } = oob;
  const mayBeTracked = rscOn && !isUntracked(arrival);
  const reported = (value: number): Reported => ({ value, expected: 0, segCount, mayBeTracked });
  if (segCount !== undefined && segCount > (mayBeTracked ? 1 : 0)) {
    // While RSC is off, and for more than one segment, there is no milder clause.
    const isMild = rscOn && segCount === 1;
    const rule = isMild ? breached('segCount', reported(segCount), coalescedSegCount) : coalescedSegCount;
    const wanted = mayBeTracked ? '0 or 1' : 0;
    // Nothing joined, so it is no question of what counts.
    const where = rscOn ? 'on a frame that nothing joined' : 'while RSC is off';
    const own = `segCount is ${segCount} ${where}, must be ${wanted}.`;
    report(rule, 'segCount', wanted, segCount, rule === coalescedSegCount ? own : undefined);
  }
  if (dups !== undefined && dups !== 0)
    report(breached('dupAckCount', reported(dups), dupAckCount), 'dupAckCount', 0, dups);
  // Without a count it means nothing (NDIS_RSC_NBL_INFO).
  if (delta !== undefined && delta !== 0 && segCount !== undefined && segCount > 0) {
    report(timestampDelta, 'timestampDelta', 0, delta);
  }
  compareTransportVerdict(arrival, observed, report);
  const ip = oob.ipChecksum;
  if (ip !== undefined && ip !== 'none' && !isIpTrue(ip, segment) && !isOfTunnel(ip, 'ipv4', segment)) {
    const wanted = segment.ipVersion === 6 ? 'ok or none' : allowed(segment.ipChecksum);
    report(
      ruleNamed('checksum-verdict-true'),
      'ipChecksum',
      wanted,
      ip,
      segment.ipVersion === 6 ? WITHOUT_SUM : undefined,
    );
  }
  return findings;
}

function isUntracked({ segment }: Arrival): boolean {
  const conditions = { policy: DEFAULT_POLICY, rsc4: true, rsc6: true, rxcsum: true };
  return untracked.some((rule) => rule.forbids(segment, conditions));
}

/** O4: the reported verdict on the TCP checksum, or on the UDP checksum of a datagram. */
function compareTransportVerdict({ segment }: Arrival, observed: Observed, report: Report): void {
  const said = observed.oob.tcpChecksum;
  if (said === undefined || said === 'none' || observed.isInferred === true) return;
  const rule = ruleNamed('checksum-verdict-true');
  if (segment.kind !== 'segment') {
    const wanted = verdictsOnOther(segment);
    if (!wanted.split(' or ').includes(said)) report(rule, 'tcpChecksum', wanted, said);
    return;
  }
  if (said === 'partial') {
    if (segment.csum !== 'none') return;
    const isGuessed = isPseudoHeaderSum(segment);
    report(isGuessed ? ruleNamed('unmarked-is-verified') : rule, 'tcpChecksum', allowed(segment.tcpChecksum), said);
    return;
  }
  // A source route that is not used up names another destination: the sum is unknown here.
  if (segment.csum !== 'none' || segment.isSourceRouted || isTrue(said, segment.tcpChecksum)) return;
  if (isOfTunnel(said, 'udp', segment)) return;
  const isGuessed = said === 'ok' && isPseudoHeaderSum(segment);
  report(isGuessed ? ruleNamed('unmarked-is-verified') : rule, 'tcpChecksum', allowed(segment.tcpChecksum), said);
}

function isPseudoHeaderSum(segment: Segment): boolean {
  const sum = fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset));
  return headerFields['tcp.checksum'].read(segment.frame, segment) === sum;
}

const scratch = new Datagram();

/** A frame that is not a TCP segment gets no TCP verdict. A whole datagram may have a UDP verdict, which has the same key. */
function verdictsOnOther({ frame, isSourceRouted, csum }: Segment): string {
  const datagram = parseDatagram(frame, scratch);
  if (datagram.kind !== 'datagram') return 'none';
  // It came with this mark (K1), whether the field's value shows it or not.
  if (csum === 'partial') return 'partial or bad or none';
  if (isSourceRouted || datagram.isSourceRouted) return 'ok or bad or none';
  // A checksum of zero means that there is none, which is allowed.
  return datagram.hasChecksum ? allowed(datagram.udpChecksum) : 'ok or none';
}

function isTrue(verdict: 'ok' | 'bad', state: ChecksumState): boolean {
  return verdict === 'ok' ? state === 'right' : state === 'wrong';
}

/** The verdict may refer to the outer headers of a tunnel. They were right, or the tunnel would not have been parsed. */
function isOfTunnel(verdict: string, kind: OuterKind, { outer }: Segment): boolean {
  return verdict === 'ok' && outer.some((header) => header.kind === kind);
}

/** IPv6 has no header checksum. A frame that is not an IP packet, or is a broken one, is not judged. */
function isIpTrue(verdict: 'ok' | 'bad', segment: Segment): boolean {
  if (segment.ipVersion === 4) return isTrue(verdict, segment.ipChecksum);
  return segment.ipVersion === 0 || verdict === 'ok';
}

function allowed(state: ChecksumState): string {
  return state === 'right' ? 'ok or none' : state === 'wrong' ? 'bad or none' : 'none';
}
