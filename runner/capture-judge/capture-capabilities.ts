/** What a receiver is measured against when two captures are all there is. */

import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';

/** Drivers strip tags before a host's capture, and checksum flags are in no capture: unless `given` says otherwise. */
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
