/** TCP checksums that the sender left to an offload after the capture. */

import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../../reference-impl/wire/segment.ts';
import { checksumState } from './checksum-state.ts';
import { Headers, readHeaders } from './headers.ts';

const headers = new Headers();

/** The field holds the pseudo-header's sum, or zero, and neither is right. */
export function isUnfilled(frame: Uint8Array): boolean {
  if (readHeaders(frame, frame.length, headers) !== 'tcp') return false;
  const state = checksumState(frame, headers);
  return state === 'pseudo-header' || state === 'zero';
}

const segment = new Segment();

/** K5: a copy with the checksum that would have left for the wire; the frame itself if it is not a whole segment. */
export function filledIn(frame: Uint8Array): Uint8Array {
  const { kind, tcpOffset, ipEnd } = parseSegment(frame, segment);
  if (kind !== 'segment') return frame;
  const copy = frame.slice();
  setU16(copy, tcpOffset + TcpAt.checksum, 0);
  const sum = pseudoHeaderSum(segment, ipEnd - tcpOffset) + sumBytes(copy, tcpOffset, ipEnd);
  setU16(copy, tcpOffset + TcpAt.checksum, finish(sum));
  return copy;
}
