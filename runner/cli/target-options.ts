/** Options of any target: how many copies, what it does, how long it may be silent. */

import { PROFILE_NAMES, PROFILES } from '../../reference-impl/profile.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { REFERENCE_DEVICES, type ReferenceDevice } from '../targets/reference/devices.ts';
import { DEFAULT_RESTARTS } from '../targets/restart-budget.ts';
import type { Parsed } from './command.ts';

type TargetOption = 'profile' | 'device' | 'capabilities' | 'timeout' | 'restarts' | 'jobs' | 'policy';

export const TARGET_OPTIONS: Readonly<Record<TargetOption, OptionSpec>> = {
  profile: {
    type: 'string',
    value: 'NAME',
    values: PROFILE_NAMES,
    // No default: it would override what a program announces.
    help: `rules to judge the target by: ${PROFILE_NAMES.map((name) => `${name}, ${PROFILES[name].means}`).join('; ')} (default: what a program announces, otherwise ndis)`,
  },
  device: {
    type: 'string',
    value: 'KIND',
    values: REFERENCE_DEVICES,
    default: 'ndis',
    help: 'reference: act as an NDIS adapter (virtio for vectors that negotiate features), or as a virtio device throughout',
  },
  capabilities: {
    type: 'string',
    value: 'FILE',
    help: 'what the target can do, as JSON; overrides what it announces',
  },
  timeout: {
    type: 'number',
    value: 'S',
    most: 86_400,
    default: '5',
    help: 'give up on a target that has not answered for S seconds',
  },
  restarts: {
    type: 'integer',
    value: 'N',
    least: 0,
    most: 100_000,
    default: String(DEFAULT_RESTARTS),
    help: 'restart a target that dies or hangs up to N times; a group of vectors in which it always dies is left out instead',
  },
  jobs: {
    type: 'integer',
    value: 'N',
    least: 1,
    most: 64,
    default: '1',
    help: 'run N copies of the program in parallel',
  },
  policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a tolerated choice that the target makes' },
};

/** Undefined: nothing was said. */
export function deviceFrom(parsed: Parsed): ReferenceDevice | undefined {
  const isVirtio = parsed.string('profile') === 'virtio' && (parsed.string('target') ?? 'reference') === 'reference';
  return REFERENCE_DEVICES.find((known) => known === (parsed.string('device') ?? (isVirtio ? 'virtio' : undefined)));
}

export function jobsFrom(parsed: Parsed): number {
  return parsed.number('jobs') ?? Number(TARGET_OPTIONS.jobs.default);
}

/** Throws UsageError if a file is not a capability file. */
export async function capabilitiesFrom(parsed: Parsed): Promise<Partial<Capabilities>> {
  const file = parsed.string('capabilities');
  const profile = PROFILE_NAMES.find((known) => known === parsed.string('profile'));
  const said = profile === undefined ? {} : { profile };
  if (file === undefined) return said;
  const { readCapabilityFile } = await import('../capabilities/capability-file.ts');
  return { ...readCapabilityFile(file), ...said };
}

export function restartsFrom(parsed: Parsed): { readonly restarts?: number } {
  const restarts = parsed.number('restarts');
  return restarts === undefined ? {} : { restarts };
}

export function timeoutFrom(parsed: Parsed): { readonly timeoutMs?: number } {
  const seconds = parsed.number('timeout');
  return seconds === undefined ? {} : { timeoutMs: seconds * 1000 };
}
