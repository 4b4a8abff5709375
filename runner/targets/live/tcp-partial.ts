/** TCP checksum fields that hold only the pseudo-header sum: whoever would send the frame on was to fill them in. */

import type { OutOfBand } from '../../../reference-impl/indication.ts';
import { u16 } from '../../../reference-impl/wire/bytes.ts';
import { fold } from '../../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../../../reference-impl/wire/segment.ts';
import type { CapturedFrame } from './wire.ts';

const scratch = new Segment();

export function isPseudoHeaderSum(frame: Uint8Array): boolean {
  const segment = parseSegment(frame, scratch);
  if (segment.kind !== 'segment') return false;
  return (
    u16(frame, segment.tcpOffset + TcpAt.checksum) === fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset))
  );
}

/** What a capture reports beside a frame; the bytes decide where the back end does not say. */
export function outOfBandOf({ frame, isPartial }: CapturedFrame): Partial<OutOfBand> {
  return (isPartial ?? isPseudoHeaderSum(frame)) ? { tcpChecksum: 'partial' } : {};
}
