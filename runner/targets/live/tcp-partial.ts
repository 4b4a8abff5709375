/** TCP checksum fields with only the pseudo-header sum, which a sender of the frame must fill in. */

import type { OutOfBand } from '../../../reference-impl/indication.ts';
import { u16 } from '../../../reference-impl/wire/bytes.ts';
import { fold, sumBytes } from '../../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment, verify } from '../../../reference-impl/wire/segment.ts';
import type { CapturedFrame } from './wire.ts';

const scratch = new Segment();

/** A whole checksum may have the same value by chance: if it is right, it is whole. */
export function isPseudoHeaderSum(frame: Uint8Array): boolean {
  const segment = parseSegment(frame, scratch);
  if (segment.kind !== 'segment') return false;
  const { tcpOffset, payloadOffset, ipEnd } = segment;
  if (u16(frame, tcpOffset + TcpAt.checksum) !== fold(pseudoHeaderSum(segment, ipEnd - tcpOffset))) return false;
  verify(segment, fold(sumBytes(frame, payloadOffset, ipEnd)));
  return segment.tcpChecksum !== 'right';
}

/** The mark that a capture reports beside a frame. If the back end reports none, the bytes decide. */
export function outOfBandOf(captured: CapturedFrame): Partial<OutOfBand> {
  const { frame, isPartial, isDatagrams, isValidated, segmentSize } = captured;
  if (isDatagrams === true && segmentSize !== undefined) {
    const tcpChecksum = isPartial === true ? 'partial' : isValidated === true ? 'ok' : 'none';
    return { tcpChecksum, uroSegSize: segmentSize };
  }
  return (isPartial ?? isPseudoHeaderSum(frame)) ? { tcpChecksum: 'partial' } : {};
}
