/** The reason why a target cannot play a vector, and the missing capability. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { CAPABILITY_KEYS, CAPABILITY_TABLE, type Capabilities, type Capability } from './capabilities.ts';
import { type NeedsOf, VectorNeeds } from './vector-needs.ts';

/** Undefined if it can play it. */
export function whyUnsupported(
  vector: NeedsOf,
  steps: readonly FrameStep[],
  capabilities: Capabilities,
): string | undefined {
  const needs = new VectorNeeds(vector, steps);
  for (const key of CAPABILITY_KEYS) {
    const { excludes } = CAPABILITY_TABLE[key] as Capability<unknown>;
    const reason = excludes?.(capabilities[key], needs);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

/** Switches that a target must have besides accepting frames of both IP versions and ending DPCs. */
export function neededSwitches(vector: NeedsOf, steps: readonly FrameStep[]): string[] {
  const needs = new VectorNeeds(vector, steps);
  return CAPABILITY_KEYS.filter((key) => {
    if (key === 'ipv4' || key === 'ipv6') return false;
    const { excludes, default: otherwise } = CAPABILITY_TABLE[key] as Capability<unknown>;
    return key !== 'link' && typeof otherwise === 'boolean' && excludes?.(false, needs) !== undefined;
  });
}
