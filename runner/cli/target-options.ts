/** Options of any target: number of copies, capabilities, time limits. */

import { PROFILE_NAMES, PROFILES } from '../../reference-impl/profile.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { REFERENCE_DEVICES, type ReferenceDevice } from '../targets/reference/devices.ts';
import type { TargetOptions } from '../targets/resolve.ts';
import { DEFAULT_RESTARTS } from '../targets/restart-budget.ts';
import type { Parsed } from './command.ts';
import { liveOptionsOf } from './live-options.ts';
import { qemuSettingsFrom } from './qemu-options.ts';

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
    targets: ['reference'],
    help: 'act as an NDIS adapter (virtio for vectors that negotiate features), or as a virtio device throughout',
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
    targets: ['program', 'qemu', 'dpdk-gro'],
    help: 'give up on a target that has not answered for S seconds',
  },
  restarts: {
    type: 'integer',
    value: 'N',
    least: 0,
    most: 100_000,
    default: String(DEFAULT_RESTARTS),
    targets: ['program', 'qemu', 'live', 'dpdk-gro'],
    help: 'restart a target that dies or hangs up to N times; a group of vectors in which it always dies is left out instead',
  },
  jobs: {
    type: 'integer',
    value: 'N',
    least: 1,
    most: 64,
    default: '1',
    targets: ['program'],
    help: 'run N copies of the program in parallel',
  },
  policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a tolerated choice that the target makes' },
};

/** What `openTarget` takes. Throws UsageError if a value is wrong, or a file is not a capability file. */
export async function targetOptionsFrom(parsed: Parsed): Promise<TargetOptions & { readonly jobs: number }> {
  const { parsePolicy } = await import('../capabilities/policy-options.ts');
  const seconds = parsed.number('timeout');
  const restarts = parsed.number('restarts');
  return {
    policy: parsePolicy(parsed.strings('policy')),
    device: deviceFrom(parsed),
    capabilities: await capabilitiesFrom(parsed),
    jobs: parsed.number('jobs') ?? Number(TARGET_OPTIONS.jobs.default),
    qemu: qemuSettingsFrom(parsed),
    live: liveOptionsOf(parsed),
    ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }),
    ...(restarts === undefined ? {} : { restarts }),
  };
}

/** Undefined if neither `--device` nor a profile asks for one. */
function deviceFrom(parsed: Parsed): ReferenceDevice | undefined {
  const isVirtio = parsed.string('profile') === 'virtio' && (parsed.string('target') ?? 'reference') === 'reference';
  return REFERENCE_DEVICES.find((known) => known === (parsed.string('device') ?? (isVirtio ? 'virtio' : undefined)));
}

/** Throws UsageError if a file is not a capability file. */
export async function capabilitiesFrom(parsed: Parsed): Promise<Partial<Capabilities>> {
  const file = parsed.string('capabilities');
  const profile = PROFILE_NAMES.find((known) => known === parsed.string('profile'));
  const chosen = profile === undefined ? {} : { profile };
  if (file === undefined) return chosen;
  const { readCapabilityFile } = await import('../capabilities/capability-file.ts');
  return { ...readCapabilityFile(file), ...chosen };
}
