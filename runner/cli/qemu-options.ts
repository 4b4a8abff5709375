/** The options of `run` that only the target qemu reads. */

import { UsageError } from '../base/errors.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { suggest } from '../base/suggest.ts';
import {
  type ClockType,
  FLUSH_INTERVAL_NS,
  type MachineType,
  type QemuSettings,
  WALL_INTERVAL_NS,
} from '../targets/qemu/settings.ts';
import type { Parsed } from './command.ts';

const MACHINES: readonly MachineType[] = ['pc', 'q35', 'microvm'];
const CLOCKS: readonly ClockType[] = ['flush', 'wall'];
const SWITCH = ['off', 'on'] as const;

export const QEMU_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  machine: {
    type: 'string',
    value: 'TYPE',
    help: 'qemu: machine type: pc or q35 (PCI), or microvm (MMIO) (default: pc)',
  },
  clock: {
    type: 'string',
    value: 'C',
    help: 'qemu: what ends a DPC: flush (an RST on each connection) or wall (the timer of the device) (default: flush)',
  },
  'rsc-interval': {
    type: 'string',
    value: 'US',
    help: 'qemu: period of that timer in microseconds, with --clock wall (default: 300)',
  },
  'mrg-rxbuf': { type: 'string', value: 'on/off', help: 'qemu: negotiate MRG_RXBUF (default: off)' },
  'qemu-arg': { type: 'string', multiple: true, value: 'ARG', help: 'qemu: pass an argument to QEMU' },
};

/** Throws UsageError on a value that does not exist. */
export function qemuSettingsFrom(parsed: Parsed): Partial<QemuSettings> {
  const machine = oneOf(parsed, 'machine', MACHINES);
  const clock = oneOf(parsed, 'clock', CLOCKS) ?? 'flush';
  const mergeable = oneOf(parsed, 'mrg-rxbuf', SWITCH);
  return {
    clock,
    intervalNs: intervalFrom(parsed, clock),
    extra: parsed.strings('qemu-arg'),
    ...(machine === undefined ? {} : { machine }),
    ...(mergeable === undefined ? {} : { mergeable: mergeable === 'on' }),
  };
}

function intervalFrom(parsed: Parsed, clock: ClockType): number {
  const text = parsed.string('rsc-interval');
  if (text === undefined) return clock === 'wall' ? WALL_INTERVAL_NS : FLUSH_INTERVAL_NS;
  if (clock !== 'wall') throw new UsageError('--rsc-interval says nothing without --clock wall', '--clock wall');
  const nanoseconds = Number(text) * 1000;
  if (/^\d+$/.test(text) && nanoseconds > 0 && nanoseconds <= FLUSH_INTERVAL_NS) return nanoseconds;
  throw new UsageError(`--rsc-interval cannot be ${JSON.stringify(text)}`, '1 to 4000000 microseconds');
}

function oneOf<T extends string>(parsed: Parsed, name: string, values: readonly T[]): T | undefined {
  const text = parsed.string(name);
  if (text === undefined) return undefined;
  const value = values.find((known) => known === text);
  if (value === undefined) {
    throw new UsageError(`--${name} cannot be ${JSON.stringify(text)}`, suggest(text, values, values.join(', ')));
  }
  return value;
}
