/** What a virtio header says, in the terms of NDIS. */

import type { OutOfBand } from '../../../reference-impl/indication.ts';
import type { VirtioHeader } from '../../../reference-impl/rules/rule.ts';
import { GSO_NONE, HeaderFlag } from './net-header.ts';

/**
 * Of a unit (gso_type is not NONE) no checksum verdict is told: a driver takes it from gso_type alone, and whether the
 * header is what virtio demands is judged by rules of its own.
 */
export function outOfBandOf(
  { flags, gsoType, csumStart, csumOffset }: VirtioHeader,
  rscExt: boolean,
): Partial<OutOfBand> {
  const hasCounts = (flags & HeaderFlag.rscInfo) !== 0;
  const counts = rscExt ? { segCount: hasCounts ? csumStart : 0, dupAckCount: hasCounts ? csumOffset : 0 } : {};
  if (gsoType !== GSO_NONE) return counts;
  if ((flags & HeaderFlag.needsCsum) !== 0) return { ...counts, tcpChecksum: 'partial' };
  return { ...counts, tcpChecksum: (flags & HeaderFlag.dataValid) !== 0 ? 'ok' : 'none' };
}
