/** Legal ways to treat frames with out-of-band marks: virtio, Xen and Linux GRO each do it differently. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { PairRule } from '../../reference-impl/rules/rule.ts';
import { setU16, u16 } from '../../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../../reference-impl/wire/segment.ts';
import { parsed } from '../judge/arrival.ts';
import { knowingMarks, withPseudoHeaderSum } from './checksum-marks.ts';
import type { Implementation, OwnIndication } from './subject.ts';

const lonePartial = (marks: readonly string[]): boolean => marks.length === 1 && marks[0] === 'partial';

/** Frames whose sum was left to offload do not meet others in a unit: the unit has one status. */
const oneStatus: PairRule = {
  kind: 'pair',
  id: 'C12',
  name: 'one-status',
  level: 'may',
  clause: { doc: 'derived', heading: '' },
  summary: 'This coalescer does not merge frames with different checksum marks.',
  aborts: true,
  forbids: (unit, segment) => (unit.tcpChecksum === 'partial') !== (segment.tcpChecksum === 'partial'),
};

const says = (one: OwnIndication, oob: OwnIndication['oob']): OwnIndication => ({
  ...one,
  oob: { ...one.oob, ...oob },
});

function completed(one: OwnIndication): OwnIndication {
  const frame = one.frame.slice();
  const segment = parseSegment(frame, new Segment());
  const { kind, tcpOffset, ipEnd } = segment;
  if (kind !== 'segment') return one;
  setU16(frame, tcpOffset + TcpAt.checksum, 0);
  setU16(
    frame,
    tcpOffset + TcpAt.checksum,
    finish(pseudoHeaderSum(segment, ipEnd - tcpOffset) + sumBytes(frame, tcpOffset, ipEnd)),
  );
  return { ...one, frame };
}

/** An incrementally updated checksum keeps the errors of the original ones. */
function updatedSum(one: OwnIndication): OwnIndication {
  const frame = one.frame.slice();
  const { tcpOffset } = parseSegment(frame, new Segment());
  setU16(frame, tcpOffset + TcpAt.checksum, (u16(frame, tcpOffset + TcpAt.checksum) + 1) & 0xffff);
  return { ...one, frame };
}

function implementation(name: string, summary: string, subject: Implementation['subject']): Implementation {
  return { name: `csum/${name}`, summary, subject };
}

export const CHECKSUM_VARIANTS: readonly Implementation[] = [
  implementation(
    'marked-alone',
    'Leaves frames that are marked out of band alone.',
    knowingMarks((one) => one, {
      rules: [
        ...registry,
        {
          kind: 'segment',
          id: 'C12',
          name: 'marked-declined',
          level: 'may',
          clause: oneStatus.clause,
          summary: 'This coalescer declines frames that are marked.',
          ends: true,
          aborts: true,
          forbids: (segment) => segment.csum !== 'none',
        },
      ],
    }),
  ),
  implementation(
    'one-status',
    'Merges partial frames with partial ones only.',
    knowingMarks((one) => one, { rules: [...registry, oneStatus] }),
  ),
  implementation(
    'units-partial',
    'Every unit carries the pseudo-header’s sum and is marked partial (Linux GRO).',
    knowingMarks((one, { marks }) =>
      marks.length > 1 && one.oob.tcpChecksum === 'ok'
        ? says({ ...one, frame: withPseudoHeaderSum(one.frame) }, { tcpChecksum: 'partial' })
        : one,
    ),
  ),
  implementation(
    'partial-units-partial',
    'A unit with partial frames in it is marked partial, others carry a whole sum.',
    knowingMarks((one, { marks }) =>
      marks.length > 1 && marks.includes('partial')
        ? says({ ...one, frame: withPseudoHeaderSum(one.frame) }, { tcpChecksum: 'partial' })
        : one,
    ),
  ),
  implementation(
    'units-flagged',
    'A unit with partial frames in it succeeded, its value flagged invalid (NetKVM).',
    knowingMarks((one, { marks }) =>
      marks.length > 1 && marks.includes('partial')
        ? says({ ...one, frame: withPseudoHeaderSum(one.frame) }, { tcpChecksum: 'ok', valueInvalid: 'tcp' })
        : one,
    ),
  ),
  implementation(
    'lone-partial-completed',
    'Fills in the checksum of a partial frame that goes alone.',
    knowingMarks((one, { marks, rxcsum }) =>
      lonePartial(marks) ? says(completed(one), { tcpChecksum: rxcsum ? 'ok' : 'none' }) : one,
    ),
  ),
  implementation(
    'lone-partial-succeeded',
    'A partial frame that goes alone is vouched for as it came.',
    knowingMarks((one, { marks, rxcsum }) => (lonePartial(marks) && rxcsum ? says(one, { tcpChecksum: 'ok' }) : one)),
  ),
  implementation(
    'lone-partial-flagged',
    'A partial frame that goes alone succeeded, its value flagged invalid.',
    knowingMarks((one, { marks, rxcsum }) =>
      lonePartial(marks) && rxcsum ? says(one, { tcpChecksum: 'ok', valueInvalid: 'tcp' }) : one,
    ),
  ),
  implementation(
    'marks-not-passed-on',
    'Says nothing of the TCP checksum of a frame marked unnecessary that goes alone.',
    knowingMarks((one, { marks }) =>
      marks.length === 1 && marks[0] === 'unnecessary' ? says(one, { tcpChecksum: 'none' }) : one,
    ),
  ),
  implementation(
    'sum-updated',
    'Updates checksums instead of recomputing them: what was trusted and wrong stays wrong.',
    knowingMarks((one, { marks, frames }) =>
      marks.length > 1 && frames.some((frame, i) => marks[i] === 'unnecessary' && parsed(frame).tcpChecksum === 'wrong')
        ? updatedSum(one)
        : one,
    ),
  ),
  implementation(
    'flushed-unreported',
    'What switching receive checksum offload off ends is indicated without a checksum verdict.',
    (steps) => {
      const outcome = knowingMarks((one) => one)(steps);
      const isSwitch = (at: number): boolean => {
        const step = steps[at];
        return step !== undefined && 'set' in step && step.set.rxcsum === false;
      };
      const indications = outcome.indications.map((one) =>
        isSwitch(one.step) && one.oob.tcpChecksum !== 'partial'
          ? says(one, { tcpChecksum: 'none', ipChecksum: 'none' })
          : one,
      );
      return { ...outcome, indications };
    },
  ),
];
