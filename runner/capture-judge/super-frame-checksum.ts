/** The checksums of a merged frame, as far as a capture shows them. */

import type { Capabilities } from '../capabilities/capabilities.ts';
import { finding, isSoft, ruleNamed } from '../judge/finding.ts';
import type { Finding } from '../judge/types.ts';
import type { ReceivedFrame } from './sides.ts';
import type { PairMatch } from './transport.ts';

/** H7 asks for recomputed checksums or for flags; captures contain no flags, so only the *should* can be judged. */
export function superFrameChecksum(
  { run, observed, findings: judged }: PairMatch,
  { checksums }: Capabilities,
): Finding[] {
  const { segment } = observed;
  const { known, isPartial } = observed as ReceivedFrame;
  const isJudged = checksums === 'unknown' && judged.every(isSoft);
  if (run.length < 2 || !isJudged) return [];
  const numbers = run.map(({ number }) => number);
  const wrong = (rule: string, field: string): Finding =>
    finding(
      ruleNamed(rule),
      numbers,
      field,
      'right',
      'wrong',
      `${field} of the merged frame is wrong, unless flagged out of band.`,
      'should',
    );
  const findings: Finding[] = [];
  if (segment.ipChecksum === 'wrong') findings.push(wrong('ipv4-checksum-recomputed', 'ipv4.checksum'));
  if (known >= segment.ipEnd && segment.tcpChecksum === 'wrong' && !isPartial)
    findings.push(wrong('tcp-checksum-recomputed', 'tcp.checksum'));
  return findings;
}
