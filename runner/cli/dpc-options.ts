/** The options that cut a capture into DPCs. */

import { UsageError } from '../base/errors.ts';
import type { OptionSpecs } from '../base/option-spec.ts';
import type { DpcRule } from '../captures/dpc-boundary.ts';
import type { Parsed } from './command.ts';

const DEFAULT_DPC = 64;

export const DPC_OPTIONS: OptionSpecs = {
  dpc: {
    type: 'integer',
    value: 'N',
    least: 1,
    values: ['all'],
    default: String(DEFAULT_DPC),
    help: 'end a DPC after N frames, or with "all" only at the end of the capture',
  },
  'dpc-gap': {
    type: 'integer',
    value: 'US',
    least: 1,
    help: 'end a DPC where no frame arrived for US microseconds or more',
  },
  interval: {
    type: 'integer',
    value: 'US',
    least: 1,
    help: 'end a DPC US microseconds after its first frame, as a coalescer with a timer does (QEMU: 300)',
  },
};

/** Throws UsageError if two ways are given. */
export function dpcRuleOf(parsed: Parsed): DpcRule {
  const given = Object.keys(DPC_OPTIONS).filter((name) => parsed.string(name) !== undefined);
  if (given.length > 1) {
    const names = given.map((name) => `--${name}`).join(' and ');
    throw new UsageError(`${names} exclude each other: each defines where a DPC ends`, 'use one of them');
  }
  if (parsed.string('dpc') === 'all') return {};
  const gap = parsed.number('dpc-gap');
  const interval = parsed.number('interval');
  if (gap !== undefined || interval !== undefined) return { gap, interval };
  return { frames: parsed.number('dpc') ?? DEFAULT_DPC };
}
