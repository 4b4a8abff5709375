/** What a virtio header says, in the terms of NDIS. */

import type { OutOfBand } from '../../../reference-impl/indication.ts';
import { GsoType, HeaderFlag, type NetHeader } from './net-header.ts';

/**
 * Of a unit (gso_type is not NONE) no checksum verdict is told: a driver takes it from gso_type alone, and whether the
 * header is what virtio demands is judged by rules of its own.
 */
export function outOfBandOf({ flags, gsoType, csumStart, csumOffset }: NetHeader, rscExt: boolean): Partial<OutOfBand> {
  const hasCounts = (flags & HeaderFlag.rscInfo) !== 0;
  const counts = rscExt ? { segCount: hasCounts ? csumStart : 0, dupAckCount: hasCounts ? csumOffset : 0 } : {};
  if (gsoType !== GsoType.none) return counts;
  if ((flags & HeaderFlag.needsCsum) !== 0) return { ...counts, tcpChecksum: 'partial' };
  return { ...counts, tcpChecksum: (flags & HeaderFlag.dataValid) !== 0 ? 'ok' : 'none' };
}
