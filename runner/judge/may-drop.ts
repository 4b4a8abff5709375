/** I7: the frames that a target may drop if it announces so: those under E2 and I8. */

import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from './arrival.ts';

export function mayDrop({ segment }: Arrival, { drops }: Capabilities): boolean {
  const isWrong = segment.ipChecksum === 'wrong' || segment.tcpChecksum === 'wrong';
  if (isWrong && (drops === 'checksum' || drops === 'both')) return true;
  return (segment.kind === 'other' || segment.isDeep) && (drops === 'malformed' || drops === 'both');
}
