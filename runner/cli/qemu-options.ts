/** The options of `run` that only the target qemu reads. */

import { UsageError } from '../base/errors.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import {
  type ClockType,
  FLUSH_INTERVAL_NS,
  type MachineType,
  type QemuSettings,
  WALL_INTERVAL_NS,
} from '../targets/qemu/settings.ts';
import type { Parsed } from './command.ts';

const MACHINES: readonly MachineType[] = ['pc', 'q35', 'microvm'];
const QEMU = ['qemu'];
const CLOCKS: readonly ClockType[] = ['flush', 'wall'];

export const QEMU_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  machine: {
    type: 'string',
    value: 'TYPE',
    values: MACHINES,
    default: 'pc',
    targets: QEMU,
    help: 'machine type: pc or q35 (PCI), or microvm (MMIO)',
  },
  clock: {
    type: 'string',
    value: 'C',
    values: CLOCKS,
    default: 'flush',
    targets: QEMU,
    help: 'what ends a DPC: flush (an RST on each connection) or wall (the timer of the device)',
  },
  'rsc-interval': {
    type: 'integer',
    value: 'US',
    least: 1,
    most: FLUSH_INTERVAL_NS / 1000,
    targets: QEMU,
    help: `period of that timer in microseconds, with --clock wall; ${WALL_INTERVAL_NS / 1000} if not given`,
  },
  'mrg-rxbuf': {
    type: 'string',
    value: 'on/off',
    values: ['on', 'off'],
    targets: QEMU,
    help: 'negotiate MRG_RXBUF',
  },
  'qemu-arg': { type: 'string', multiple: true, value: 'ARG', targets: QEMU, help: 'pass an argument to QEMU' },
};

/** Throws UsageError if options exclude each other. */
export function qemuSettingsFrom(parsed: Parsed): Partial<QemuSettings> {
  const machine = MACHINES.find((known) => known === parsed.string('machine'));
  const clock = CLOCKS.find((known) => known === parsed.string('clock')) ?? 'flush';
  const mergeable = parsed.string('mrg-rxbuf');
  return {
    clock,
    intervalNs: intervalFrom(parsed, clock),
    extra: parsed.strings('qemu-arg'),
    ...(machine === undefined ? {} : { machine }),
    ...(mergeable === undefined ? {} : { mergeable: mergeable === 'on' }),
  };
}

function intervalFrom(parsed: Parsed, clock: ClockType): number {
  const microseconds = parsed.number('rsc-interval');
  if (microseconds === undefined) return clock === 'wall' ? WALL_INTERVAL_NS : FLUSH_INTERVAL_NS;
  if (clock !== 'wall') throw new UsageError('--rsc-interval has no effect without --clock wall', '--clock wall');
  return microseconds * 1000;
}
