/** H7: whether a checksum that was not recomputed is flagged as invalid. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';

/** Flagged invalid; or the target announces that it flags, and the flag cannot be observed. */
export function isChecksumFlagged(
  which: 'ip' | 'tcp',
  { valueInvalid }: Partial<OutOfBand>,
  { checksums }: Pick<Capabilities, 'checksums'>,
): boolean {
  if (valueInvalid === undefined) return checksums === 'flagged';
  return valueInvalid === 1 || valueInvalid === which;
}
