/** What a virtio header says, in the terms of NDIS. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { VirtioHeader } from '../../reference-impl/rules/rule.ts';
import { GsoType, gsoTypeOf, HeaderFlag } from '../../reference-impl/virtio/net-header.ts';

/**
 * Of a unit (gso_type is not NONE) that is not marked NEEDS_CSUM the header gives no checksum verdict: a driver takes it
 * from gso_type alone, and whether the header is what virtio demands is judged by rules of its own.
 */
export function outOfBandOf(header: VirtioHeader, rscExt: boolean): Partial<OutOfBand> {
  const { flags, csumStart, csumOffset } = header;
  const hasCounts = (flags & HeaderFlag.rscInfo) !== 0;
  const counts = rscExt ? { segCount: hasCounts ? csumStart : 0, dupAckCount: hasCounts ? csumOffset : 0 } : {};
  if ((flags & HeaderFlag.needsCsum) !== 0) return { ...counts, tcpChecksum: 'partial' };
  if (gsoTypeOf(header) !== GsoType.none) return counts;
  return { ...counts, tcpChecksum: (flags & HeaderFlag.dataValid) !== 0 ? 'ok' : 'none' };
}
