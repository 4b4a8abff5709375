/** Legal ways to count, to report and to drop. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { CountChoices, Rule } from '../../reference-impl/rules/rule.ts';
import { REFERENCE_CHOICES } from '../../reference-impl/rules/statistics.ts';
import type { ChecksumMark } from '../../reference-impl/wire/segment.ts';
import { parsed } from '../judge/arrival.ts';
import { isUdp, onList, reference } from './alterations.ts';
import { marksOf } from './checksum-marks.ts';
import {
  altered,
  alteredFrames,
  coalescerSubject,
  type Implementation,
  type OwnIndication,
  type Subject,
} from './subject.ts';
import { byOutput, withRules } from './variant-parts.ts';

function counting(choices: Partial<CountChoices>): Subject {
  const all = { ...REFERENCE_CHOICES, ...choices };
  return withRules((rule) => (rule.kind === 'statistic' ? { ...rule, adds: (unit) => rule.adds(unit, all) } : rule));
}

const isWrong = ({ frame }: OwnIndication, mark: ChecksumMark = 'none'): boolean => {
  const { ipChecksum, tcpChecksum } = parsed(frame);
  return !isUdp(frame) && (ipChecksum === 'wrong' || (mark === 'none' && tcpChecksum === 'wrong'));
};
const isMalformed = ({ frame }: OwnIndication): boolean => !isUdp(frame) && parsed(frame).kind === 'other';

export const ACCOUNTS: readonly Implementation[] = [
  byOutput('first-not-counted', 'Counters leave out the first segment of an SCU.', counting({ firstSegment: false })),
  byOutput('lone-units-counted', 'Counters take in units that nothing joined.', counting({ loneUnit: true })),
  byOutput('window-updates-counted', 'CoalescedPkts counts window updates, too.', counting({ pureAcks: true })),
  byOutput('tracked-ack-not-counted', 'Counters leave out a tracked pure ACK.', counting({ trackedPureAck: false })),
  byOutput('restarts-not-aborts', 'Aborts counts exceptions, not restarts.', withRules(withoutAborts)),
  byOutput(
    'drops-malformed',
    'Drops what is no segment, and says so.',
    onList((all) => all.filter((one) => !isMalformed(one))),
    { drops: 'malformed' },
  ),
  byOutput(
    'drops-both',
    'Drops that and wrong checksums, and says so.',
    altered(reference, (outcome, steps) => {
      const marks = marksOf(steps);
      const keeps = (one: OwnIndication): boolean => !isMalformed(one) && !isWrong(one, marks[one.arrivals[0] ?? 0]);
      return { ...outcome, indications: outcome.indications.filter(keeps) };
    }),
    { drops: 'both' },
  ),
  byOutput(
    'ipv6-header-succeeded',
    'Says of IPv6, too, that the IP checksum succeeded.',
    alteredFrames(reference, ipv6Ok),
  ),
  byOutput(
    'segment-count-alone',
    'Reports CoalescedSegCount and nothing else.',
    alteredFrames(reference, ({ oob, ...one }) => ({ ...one, oob: { segCount: oob.segCount ?? 0 } })),
  ),
  byOutput('no-failed-verdicts', 'Never says that a checksum failed.', alteredFrames(reference, neverBad)),
  byOutput('counted-unreported', 'Counts duplicates, says so, and cannot report how many.', uncounted(), {
    duplicateacks: 'counted',
  }),
];

function withoutAborts(rule: Rule): Rule {
  return rule.kind === 'pair' ? { ...rule, aborts: false } : rule;
}

function ipv6Ok(one: OwnIndication): OwnIndication {
  const { kind, ipVersion } = parsed(one.frame);
  return kind !== 'other' && ipVersion === 6 ? { ...one, oob: { ...one.oob, ipChecksum: 'ok' } } : one;
}

function neverBad(one: OwnIndication): OwnIndication {
  const { ipChecksum, tcpChecksum } = one.oob;
  const oob = {
    ...one.oob,
    ...(ipChecksum === 'bad' ? { ipChecksum: 'none' as const } : {}),
    ...(tcpChecksum === 'bad' ? { tcpChecksum: 'none' as const } : {}),
  };
  return { ...one, oob };
}

function uncounted(): Subject {
  return alteredFrames(coalescerSubject({ duplicateAcks: 'counted' }, { rules: registry }), ({ oob, ...one }) => {
    const { dupAckCount: _unreported, ...rest } = oob;
    return { ...one, oob: rest };
  });
}
