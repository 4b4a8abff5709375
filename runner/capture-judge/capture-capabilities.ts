/** The capabilities of a receiver that is known only from two captures. */

import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';

/**
 * Drivers strip tags before a host captures, and no capture contains checksum flags: unless `given` states otherwise.
 */
export function captureCapabilities(given: Partial<Capabilities> = {}): Capabilities {
  return {
    ...DEFAULT_CAPABILITIES,
    vlan: 'stripped',
    checksums: 'unknown',
    ...given,
    statistics: false,
    metadata: 'off',
    boundary: 'none',
  };
}

/** What no connection of two captures can show, in words. */
export function unseenInCaptures({ addresses, vlan, checksums }: Capabilities): string[] {
  const unseen = ['DPC boundaries', 'out-of-band values', 'statistics'];
  if (vlan === 'stripped') unseen.push('VLAN tags');
  if (checksums === 'unknown') unseen.push('whether a merged frame’s checksum was flagged');
  if (addresses.length === 0) unseen.push('forwarded segments (I6)');
  return unseen;
}
