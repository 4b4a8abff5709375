/** Compares the checksums of an indicated frame with the sums of its bytes. */

import { finish, fold, sumBytes, verifies } from '../../reference-impl/wire/checksum.ts';
import { headerFields, Ipv4At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { pseudoHeaderSum, type Segment } from '../../reference-impl/wire/segment.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { isChecksumFlagged } from './checksum-flags.ts';
import type { Expected, Report } from './field-report.ts';
import { ruleNamed } from './finding.ts';
import type { Observed } from './observed.ts';

/** A checksum must verify over the frame as it is, or be flagged. A lone frame keeps its own. */
export function compareChecksums(
  expected: Expected,
  observed: Observed,
  capabilities: Capabilities,
  report: Report,
): void {
  const { unit, first } = expected;
  const { frame, segment: actual, oob } = observed;
  if (capabilities.checksums === 'unknown' && unit.isMerged) return;
  const mayFlag =
    unit.isMerged ||
    (first.ipChecksum !== 'wrong' && (first.tcpChecksum === 'right' || first.tcpChecksum === 'partial'));
  if (unit.ipVersion === 4) {
    const was = headerFields['ipv4.checksum'].read(frame, actual);
    const right = unit.isMerged
      ? verifies(sumBytes(frame, actual.ipOffset, actual.tcpOffset))
      : was === headerFields['ipv4.checksum'].read(first.frame, first);
    if (!right && !(mayFlag && isChecksumFlagged('ip', oob, capabilities))) {
      const wanted = unit.isMerged
        ? wantedIpChecksum(frame, actual)
        : headerFields['ipv4.checksum'].read(first.frame, first);
      report(ruleNamed('checksum-value-flagged'), 'ipv4.checksum', wanted, was);
    }
  }
  if (expected.isMarked) return;
  const was = headerFields['tcp.checksum'].read(frame, actual);
  const right = unit.isMerged
    ? actual.tcpChecksum === 'right'
    : was === headerFields['tcp.checksum'].read(first.frame, first);
  const partial =
    oob.tcpChecksum === 'partial' && was === fold(pseudoHeaderSum(actual, actual.ipEnd - actual.tcpOffset));
  if (!right && !partial && !(mayFlag && isChecksumFlagged('tcp', oob, capabilities))) {
    const wanted = unit.isMerged
      ? wantedTcpChecksum(frame, actual)
      : headerFields['tcp.checksum'].read(first.frame, first);
    report(ruleNamed('checksum-value-flagged'), 'tcp.checksum', wanted, was);
  }
}

function wantedIpChecksum(frame: Uint8Array, { ipOffset, tcpOffset }: Segment): number {
  return finish(
    sumBytes(frame, ipOffset, ipOffset + Ipv4At.checksum) + sumBytes(frame, ipOffset + Ipv4At.source, tcpOffset),
  );
}

function wantedTcpChecksum(frame: Uint8Array, actual: Segment): number {
  const { tcpOffset, ipEnd } = actual;
  const rest =
    sumBytes(frame, tcpOffset, tcpOffset + TcpAt.checksum) + sumBytes(frame, tcpOffset + TcpAt.urgent, ipEnd);
  return finish(rest + pseudoHeaderSum(actual, ipEnd - tcpOffset));
}
