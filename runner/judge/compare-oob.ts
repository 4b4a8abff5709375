/** Compares out-of-band values. A key that was not observed is not judged. */

import { DEFAULT_POLICY } from '../../reference-impl/policy.ts';
import { coalescedSegCount, dupAckCount, timestampDelta } from '../../reference-impl/rules/out-of-band.ts';
import type { RuleBase } from '../../reference-impl/rules/rule.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import type { ChecksumState, Segment } from '../../reference-impl/wire/segment.ts';
import type { Arrival } from './arrival.ts';
import { compareMark } from './checksum-status.ts';
import { finding, ruleNamed } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Finding } from './types.ts';

type Report = (rule: RuleBase, field: string, wanted: string | number, was: string | number) => void;

function reporter(arrivals: readonly number[], findings: Finding[]): Report {
  return (rule, field, wanted, was) => {
    findings.push(
      finding(rule, arrivals, field, wanted, was, `${field} is ${was}, must be ${wanted}: ${rule.summary}`),
    );
  };
}

/** Of an SCU that several arrivals were merged into. Flushed by switching rxcsum off, it needs no checksum verdict. */
export function compareMergedOob(
  unit: Unit,
  arrivals: readonly number[],
  { oob }: Observed,
  rxcsumSwitchedOff: boolean,
): Finding[] {
  const findings: Finding[] = [];
  const report = reporter(arrivals, findings);
  const { segCount, dupAckCount: dups, timestampDelta: delta, tcpChecksum, ipChecksum } = oob;
  if (segCount !== undefined) {
    const wanted = coalescedSegCount.expected(unit, DEFAULT_POLICY) as number;
    const zeroWillDo = unit.dataSegments < 2 && (dups ?? unit.duplicates) === 0;
    if (segCount !== wanted && !(zeroWillDo && segCount === 0)) report(coalescedSegCount, 'segCount', wanted, segCount);
  }
  if (dups !== undefined && dups !== unit.duplicates) {
    const rule = dups < unit.duplicates ? ruleNamed('count-duplicate') : dupAckCount;
    findings.push(
      finding(
        rule,
        arrivals,
        'dupAckCount',
        unit.duplicates,
        dups,
        `DupAckCount is ${dups}, ${unit.duplicates} joined.`,
        'must',
      ),
    );
  }
  if (delta !== undefined && segCount !== 0) {
    const wanted = (timestampDelta.expected(unit, DEFAULT_POLICY) as number | undefined) ?? 0;
    if (delta !== wanted && delta !== (wanted & 0xffff)) report(timestampDelta, 'timestampDelta', wanted, delta);
  }
  const isOpen = (verdict: string): boolean => rxcsumSwitchedOff && verdict === 'none';
  if (tcpChecksum !== undefined && tcpChecksum !== 'ok' && tcpChecksum !== 'partial' && !isOpen(tcpChecksum)) {
    report(ruleNamed('tcp-checksum-succeeded'), 'tcpChecksum', 'ok', tcpChecksum);
  }
  const ipWrong = unit.ipVersion === 4 ? ipChecksum !== 'ok' : ipChecksum === 'bad';
  if (ipChecksum !== undefined && ipWrong && !isOpen(ipChecksum)) {
    report(ruleNamed('ip-checksum-succeeded'), 'ipChecksum', unit.ipVersion === 4 ? 'ok' : 'none', ipChecksum);
  }
  return findings;
}

/** Of a frame that went alone. */
export function compareLoneOob(arrival: Arrival, observed: Observed): Finding[] {
  const { oob } = observed;
  const findings: Finding[] = compareMark(arrival, observed);
  const report = reporter([arrival.number], findings);
  const { segment, rscOn } = arrival;
  const { segCount, dupAckCount: dups, timestampDelta: delta } = oob;
  const mostSegments = rscOn ? 1 : 0;
  if (segCount !== undefined && segCount > mostSegments) {
    report(coalescedSegCount, 'segCount', rscOn ? '0 or 1' : 0, segCount);
  }
  if (dups !== undefined && dups !== 0) report(dupAckCount, 'dupAckCount', 0, dups);
  // Without a count it means nothing (NDIS_RSC_NBL_INFO).
  if (delta !== undefined && delta !== 0 && segCount !== undefined && segCount > 0) {
    report(timestampDelta, 'timestampDelta', 0, delta);
  }
  const verdictRule = ruleNamed('checksum-verdict-true');
  const tcp = oob.tcpChecksum;
  const isMarked = segment.kind === 'segment' && segment.csum !== 'none';
  if (!isMarked && segment.kind !== 'other' && (tcp === 'ok' || tcp === 'bad') && !isTrue(tcp, segment.tcpChecksum)) {
    report(verdictRule, 'tcpChecksum', allowed(segment.tcpChecksum), tcp);
  }
  const ip = oob.ipChecksum;
  if (ip !== undefined && ip !== 'none' && !isIpTrue(ip, segment)) {
    report(verdictRule, 'ipChecksum', segment.ipVersion === 6 ? 'ok or none' : allowed(segment.ipChecksum), ip);
  }
  return findings;
}

function isTrue(verdict: 'ok' | 'bad', state: ChecksumState): boolean {
  return verdict === 'ok' ? state === 'right' : state === 'wrong';
}

/** IPv6 has no header checksum to fail; what is no IP packet, or a broken one, is not held against anybody. */
function isIpTrue(verdict: 'ok' | 'bad', segment: Segment): boolean {
  if (segment.ipVersion === 4) return isTrue(verdict, segment.ipChecksum);
  return segment.ipVersion === 0 || verdict === 'ok';
}

function allowed(state: ChecksumState): string {
  return state === 'right' ? 'ok or none' : state === 'wrong' ? 'bad or none' : 'none';
}
