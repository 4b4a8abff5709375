/** Out-of-band values under the names of rsc-line, in its order. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { OobKey } from '../capabilities/capabilities.ts';

export function outOfBandKeys(oob: OutOfBand): Partial<Record<OobKey, string | number>> {
  const { segCount, dupAckCount, timestampDelta, ipChecksum, tcpChecksum, valueInvalid } = oob;
  const { uroSegCount, uroSegSize } = oob;
  return {
    seg: segCount,
    dup: dupAckCount,
    ...(timestampDelta === undefined ? {} : { tsdelta: timestampDelta }),
    ipcsum: ipChecksum,
    tcpcsum: tcpChecksum,
    valueinvalid: valueInvalid,
    ...(uroSegCount === undefined ? {} : { uroseg: uroSegCount }),
    ...(uroSegSize === undefined ? {} : { urosize: uroSegSize }),
  };
}
