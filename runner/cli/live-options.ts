/** Options of the targets `live` and `linux-gro`. */

import { UsageError } from '../base/errors.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { parseBackEnd } from '../targets/live/open-wire.ts';
import type { LiveOptions } from '../targets/live/options.ts';
import type { Parsed } from './command.ts';

export const LIVE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  inject: { type: 'string', value: 'IF', help: 'live: interface to send on' },
  'inject-command': {
    type: 'string',
    value: 'CMD',
    help: 'live: command that sends, instead of --inject (see rsc-conformance inject --help)',
  },
  observe: { type: 'string', value: 'IF', help: 'live: interface of the device under test' },
  'dut-mac': { type: 'string', value: 'MAC', help: 'live: MAC address of the device (default: that of --observe)' },
  'dut-ip4': { type: 'string', value: 'ADDRESS', help: 'live: IPv4 address of the device' },
  'dut-ip6': { type: 'string', value: 'ADDRESS', help: 'live: IPv6 address of the device' },
  'dpc-pause': {
    type: 'string',
    value: 'MS',
    help: 'live: milliseconds between DPCs; must exceed the time that the device holds segments (default: 20)',
  },
  'gro-flush-timeout': {
    type: 'string',
    value: 'US',
    help: 'live: set gro_flush_timeout of --observe during the run (Linux)',
  },
  capture: {
    type: 'string',
    value: 'BACKEND',
    help: 'live: library to capture with: af-packet or cap (default: the first of these that is installed)',
  },
};

export function liveOptionsOf(parsed: Parsed): LiveOptions {
  return {
    capture: parseBackEnd(parsed.string('capture')),
    inject: parsed.string('inject'),
    injectCommand: parsed.string('inject-command'),
    observe: parsed.string('observe'),
    dutMac: parsed.string('dut-mac'),
    dutIp4: parsed.string('dut-ip4'),
    dutIp6: parsed.string('dut-ip6'),
    dpcPauseMs: numberOf(parsed, 'dpc-pause', 60_000),
    groFlushTimeoutUs: numberOf(parsed, 'gro-flush-timeout', 1_000_000),
  };
}

function numberOf(parsed: Parsed, name: string, most: number): number | undefined {
  const text = parsed.string(name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0 && value <= most)) {
    throw new UsageError(`--${name} cannot be ${JSON.stringify(text)}`, `more than 0, up to ${most}`);
  }
  return value;
}
