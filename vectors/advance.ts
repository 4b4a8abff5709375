/** One step of a session on the reference coalescer, and what it answers. */

import type { Coalescer } from '../reference-impl/coalescer.ts';
import type { Indication } from '../reference-impl/indication.ts';
import type { FrameStep } from './expand.ts';

export function advance(coalescer: Coalescer, step: FrameStep): Indication[] {
  if ('dpc' in step) return coalescer.endOfDpc();
  if ('set' in step) {
    const { rsc4, rsc6, uro, rxcsum, negotiate } = step.set;
    const due = coalescer.setRsc({
      ...(rsc4 === undefined ? {} : { ipv4: rsc4 }),
      ...(rsc6 === undefined ? {} : { ipv6: rsc6 }),
      ...(uro === undefined ? {} : { uro }),
    });
    if (rxcsum !== undefined) due.push(...coalescer.setRxcsum(rxcsum));
    if (negotiate === undefined) return due;
    // A reset: whatever was under way is gone.
    coalescer.endOfDpc();
    return [];
  }
  if ('rx' in step) coalescer.receive(step.rx, step.ipsec === true || step.csum !== undefined ? step : undefined);
  return [];
}
