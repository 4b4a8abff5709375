/** I7: what a target that says so may drop instead of indicating it: frames under E2, frames under I8. */

import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from './arrival.ts';

export function mayDrop({ segment }: Arrival, { drops }: Capabilities): boolean {
  const isWrong = segment.ipChecksum === 'wrong' || segment.tcpChecksum === 'wrong';
  if (isWrong && (drops === 'checksum' || drops === 'both')) return true;
  return (segment.kind === 'other' || segment.isDeep) && (drops === 'malformed' || drops === 'both');
}
