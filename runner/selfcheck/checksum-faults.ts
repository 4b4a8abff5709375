/** Planted faults around checksum offload (K): out-of-band marks are ignored, misread, or not passed on. */

import { ipv4ChecksumWrong } from '../../reference-impl/rules/exceptions.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { u16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { type ChecksumMark, pseudoHeaderSum, type Segment } from '../../reference-impl/wire/segment.ts';
import { parsed } from '../judge/arrival.ts';
import { reference } from './alterations.ts';
import { knowingMarks, withPseudoHeaderSum } from './checksum-marks.ts';
import type { Fault } from './fault.ts';
import { coalescerSubject, type Subject } from './subject.ts';

/** Every frame gets another mark before it reaches the coalescer. */
function remarked(mark: (step: Extract<FrameStep, { rx: Uint8Array }>) => ChecksumMark | undefined): Subject {
  return (steps) =>
    reference(
      steps.map((step) => {
        if (!('rx' in step)) return step;
        const { csum: _csum, ...rest } = step;
        const csum = mark(step);
        return csum === undefined || csum === 'none' ? rest : { ...rest, csum };
      }),
    );
}

function holdsPseudoHeaderSum(frame: Uint8Array): boolean {
  const segment = parsed(frame);
  const { kind, tcpOffset, ipEnd } = segment;
  return (
    kind === 'segment' && u16(frame, tcpOffset + TcpAt.checksum) === fold(pseudoHeaderSum(segment, ipEnd - tcpOffset))
  );
}

const isMerged = (marks: readonly ChecksumMark[]): boolean => marks.length > 1;

/** The first row is the broken one. */
function made(name: string, summary: string, subject: Subject, ...blames: [string, ...string[]]): Fault {
  return { name: `hand/csum/${name}`, summary, subject, broken: blames[0], blames };
}

export const CHECKSUM_FAULTS: readonly Fault[] = [
  made(
    'trusts-everything',
    'Verifies no TCP checksum.',
    remarked(() => 'unnecessary'),
    'E2',
    'O4',
  ),
  made(
    'partial-taken-for-bad',
    'Verifies frames that are marked partial (Xen).',
    remarked(({ csum }) => (csum === 'partial' ? undefined : csum)),
    'K1',
  ),
  made(
    'unnecessary-verified',
    'Verifies frames that are marked unnecessary.',
    remarked(({ csum }) => (csum === 'unnecessary' ? undefined : csum)),
    'K2',
  ),
  made(
    'partial-guessed',
    'Takes the pseudo-header’s sum for a mark.',
    remarked(({ rx, csum }) => (csum === undefined && holdsPseudoHeaderSum(rx) ? 'partial' : csum)),
    'E2',
  ),
  made(
    'ipv4-header-vouched-for',
    'A mark of the TCP checksum passes for one of the IPv4 header’s.',
    coalescerSubject(
      {},
      {
        rules: registry.map((rule) =>
          rule === ipv4ChecksumWrong
            ? {
                ...ipv4ChecksumWrong,
                forbids: ({ ipChecksum, csum }: Segment) => ipChecksum === 'wrong' && csum === 'none',
              }
            : rule,
        ),
      },
    ),
    'E2',
  ),
  made(
    'rxcsum-ignored',
    'Receive checksum offload cannot really be switched off.',
    (steps) => reference(steps.map((step) => ('set' in step && step.set.rxcsum !== undefined ? { wait: 0 } : step))),
    'K4',
  ),
  made(
    'validated-with-rxcsum-off',
    'With receive checksum offload off, checksums are reported as validated.',
    knowingMarks((one, { rxcsum }) =>
      rxcsum ? one : { ...one, oob: { ...one.oob, tcpChecksum: 'ok', ipChecksum: 'ok' } },
    ),
    'K4',
  ),
  made(
    'unit-without-sum',
    'A unit with partial frames in it keeps the pseudo-header’s sum, and nothing says so.',
    knowingMarks((one, { marks }) =>
      isMerged(marks) && marks.includes('partial') ? { ...one, frame: withPseudoHeaderSum(one.frame) } : one,
    ),
    'K3',
  ),
  made(
    'unit-marked-partial',
    'A unit with partial frames in it carries a whole sum and is marked partial.',
    knowingMarks((one, { marks }) =>
      isMerged(marks) && marks.includes('partial') ? { ...one, oob: { ...one.oob, tcpChecksum: 'partial' } } : one,
    ),
    'K3',
  ),
  made(
    'status-of-first',
    'A unit has the status of its first frame.',
    knowingMarks((one, { marks }) =>
      isMerged(marks) && marks[0] === 'partial'
        ? { ...one, oob: { ...one.oob, tcpChecksum: 'partial' } }
        : isMerged(marks) && marks.includes('partial')
          ? { ...one, frame: withPseudoHeaderSum(one.frame) }
          : one,
    ),
    'K3',
  ),
  made(
    'lone-partial-failed',
    'A partial frame that goes alone is reported as failed.',
    knowingMarks((one, { marks }) =>
      !isMerged(marks) && marks[0] === 'partial' ? { ...one, oob: { ...one.oob, tcpChecksum: 'bad' } } : one,
    ),
    'K1',
  ),
  made(
    'mark-not-passed-on',
    'A partial frame that goes alone loses its mark (QEMU).',
    knowingMarks((one, { marks }) =>
      !isMerged(marks) && marks[0] === 'partial' ? { ...one, oob: { ...one.oob, tcpChecksum: 'none' } } : one,
    ),
    'K3',
  ),
  made(
    'lone-trusted-marked-partial',
    'A frame marked unnecessary is indicated as partial, although its checksum is complete.',
    knowingMarks((one, { marks }) =>
      !isMerged(marks) && marks[0] === 'unnecessary' ? { ...one, oob: { ...one.oob, tcpChecksum: 'partial' } } : one,
    ),
    'K3',
  ),
];
