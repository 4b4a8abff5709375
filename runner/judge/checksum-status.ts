/** K: the reported TCP checksum status of a frame, if frames in it were marked out of band. */

import { partialPassedOn, statusOfAllBytes } from '../../reference-impl/rules/checksum-offload.ts';
import type { StatusEvidence } from '../../reference-impl/rules/rule.ts';
import { u16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { pseudoHeaderSum } from '../../reference-impl/wire/segment.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { type Arrival, parsed } from './arrival.ts';
import { draft, nameArrivals, ruleNamed } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Draft } from './types.ts';

/** Whether an arrival of these bytes was marked: then this module judges them, not H7. */
export function isMarked(run: readonly Arrival[]): boolean {
  return run.some(({ segment }) => segment.csum !== 'none' && segment.kind === 'segment');
}

/** The findings on a frame whose header and payload are right. */
export function compareStatus(run: readonly Arrival[], observed: Observed, capabilities: Capabilities): Draft[] {
  const [first] = run;
  if (first === undefined || (run.length > 1 && capabilities.checksums === 'unknown')) return [];
  const { segment, frame, oob } = observed;
  const was = u16(frame, segment.tcpOffset + TcpAt.checksum);
  const field = fieldOf(observed);
  // A lone frame may be indicated unchanged, marked partial or not. K1, K2 and O4 judge the mark.
  const isAsItCame = run.length === 1 && was === u16(first.frame, first.segment.tcpOffset + TcpAt.checksum);
  // As it came, mark and all, whatever the field held.
  if (isAsItCame && oob.tcpChecksum === 'partial' && first.segment.csum === 'partial') return [];
  // A source route names another destination than the pseudo-header, so the sum is unknown.
  if (run.length === 1 && segment.tcpChecksum === 'unverified') return [];
  const evidence: StatusEvidence = {
    reported: oob.tcpChecksum,
    field,
    // A capability is about the flags of units. On a frame that came out unmodified, only a visible flag counts.
    isFlagged: isFlagSeen(observed) || (!isAsItCame && isFlagUnseen(observed, capabilities)),
    isVouched: run.length > 1 && run.some(isTrustedWrong) && field === 'neither',
  };
  // A mark that is not observed may be there.
  if (evidence.reported === undefined && field === 'pseudo-header') return [];
  const rule = isAsItCame && oob.tcpChecksum !== 'partial' ? partialPassedOn : statusOfAllBytes;
  if (!rule.breached(evidence) || (rule === partialPassedOn && first.segment.csum !== 'partial')) return [];
  const arrivals = run.map(({ number }) => number);
  return [
    draft(rule, arrivals, 'tcp.checksum', () => [
      evidence.reported === 'partial' ? 'the pseudo-header’s sum' : 'a whole sum, or a mark that it is none',
      was,
      `The TCP checksum field of ${nameArrivals(arrivals)} holds ${FIELDS[field]}, and ${markText(evidence)}.`,
    ]),
  ];
}

const FIELDS: Readonly<Record<StatusEvidence['field'], string>> = {
  whole: 'a right sum',
  'pseudo-header': 'only the pseudo-header’s sum',
  neither: 'neither a right sum nor the pseudo-header’s',
};

function markText({ reported, field }: StatusEvidence): string {
  if (reported === 'partial') return 'it is marked partial';
  if (field === 'neither') return 'nothing says that it is invalid';
  return `it is not marked partial (tcpChecksum is ${reported ?? 'not reported'})`;
}

function fieldOf({ segment, frame }: Observed): StatusEvidence['field'] {
  if (segment.tcpChecksum === 'right') return 'whole';
  const sum = fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset));
  return u16(frame, segment.tcpOffset + TcpAt.checksum) === sum ? 'pseudo-header' : 'neither';
}

/** Reported as valid, but it is not: a checksum that is updated instead of recomputed keeps its error. */
function isTrustedWrong({ frame, segment }: Arrival): boolean {
  return segment.csum === 'unnecessary' && parsed(frame).tcpChecksum === 'wrong';
}

function isFlagSeen({ oob }: Observed): boolean {
  return oob.valueInvalid === 1 || oob.valueInvalid === 'tcp';
}

function isFlagUnseen({ oob }: Observed, { checksums }: Capabilities): boolean {
  return oob.valueInvalid === undefined && checksums === 'flagged';
}

/** K1, K2, K4: the status of a frame that went alone; O4 judges the verdict. */
export function compareMark(arrival: Arrival, { oob, step }: Observed): Draft[] {
  const { segment, number, rxcsumOn, rxcsumSwitched } = arrival;
  const findings: Draft[] = [];
  if (segment.kind === 'segment' && segment.csum !== 'none' && oob.tcpChecksum === 'bad') {
    const isLie = segment.csum === 'unnecessary' && parsed(arrival.frame).tcpChecksum === 'right';
    const mark = segment.csum === 'partial' ? 'partial-is-not-wrong' : 'unnecessary-is-trusted';
    const rule = ruleNamed(isLie ? 'checksum-verdict-true' : mark);
    const message = `#${number} is marked ${segment.csum}, but was treated as wrong.`;
    findings.push(draft(rule, [number], 'tcpChecksum', () => ['not bad', 'bad', message]));
  }
  // On again by then, it may have been verified after all.
  if (!rxcsumOn && step < rxcsumSwitched) {
    const rule = ruleNamed('rxcsum-off-nothing-validated');
    const message = (which: string): string =>
      `The ${which} of #${number} is reported as validated while receive checksum offload is off.`;
    if (oob.tcpChecksum === 'ok')
      findings.push(draft(rule, [number], 'tcpChecksum', () => ['none', 'ok', message('TCP checksum')]));
    if (oob.ipChecksum === 'ok' && segment.ipVersion === 4)
      findings.push(draft(rule, [number], 'ipChecksum', () => ['none', 'ok', message('IPv4 header checksum')]));
  }
  return findings;
}
