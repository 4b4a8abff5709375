/** A step of a session, as bytes and as data: vectors, programs and captures are played in this form. */

import type { Coalescer } from './coalescer.ts';
import type { Indication } from './indication.ts';
import type { VirtioFeature } from './rules/rule.ts';
import type { ChecksumMark } from './wire/segment.ts';

/** The settings to switch; others do not change. */
export interface Setting {
  readonly rsc4?: boolean;
  readonly rsc6?: boolean;
  /** Off until it is switched on. */
  readonly uro?: boolean;
  /** Receive checksum offload. */
  readonly rxcsum?: boolean;
  /** On a virtio device: it is reset, its features are negotiated again, and everything pending is dropped. */
  readonly negotiate?: Negotiation;
}

/** Differences from the features that RSC needs. */
export interface Negotiation {
  readonly without?: readonly VirtioFeature[];
  readonly with?: readonly VirtioFeature[];
}

/** A frame with its out-of-band marks, the end of a DPC, microseconds that pass, or a setting. */
export type FrameStep =
  | { readonly rx: Uint8Array; readonly ipsec?: boolean; readonly csum?: Exclude<ChecksumMark, 'none'> }
  | { readonly dpc: true }
  | { readonly wait: number }
  | { readonly set: Setting };

/** The number of DPCs that ended before each step; the last entry is for the time after all steps. */
export function dpcsBefore(steps: readonly object[]): number[] {
  let ended = 0;
  return [...steps.map((step) => ('dpc' in step ? ended++ : ended)), ended];
}

/** Plays one step on the reference coalescer. Returns the indications of its answer, in order. */
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
    // A reset: everything pending is gone.
    coalescer.endOfDpc();
    return [];
  }
  if ('rx' in step) coalescer.receive(step.rx, step.ipsec === true || step.csum !== undefined ? step : undefined);
  return [];
}
