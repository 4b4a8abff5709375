/** Options of the targets `live` and `linux-gro`. */

import type { OptionSpec } from '../base/option-spec.ts';
import { parseBackEnd } from '../targets/live/open-wire.ts';
import type { LiveOptions } from '../targets/live/options.ts';
import { UDP_GRO, type UdpGro } from '../targets/live/udp-gro.ts';
import type { Parsed } from './command.ts';

const UDP_GRO_WORDS = Object.entries(UDP_GRO)
  .map(([word, feature]) => `${word}, ${feature}`)
  .join('; ');

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
    type: 'number',
    value: 'MS',
    most: 60_000,
    default: '20',
    help: 'live: milliseconds between DPCs; must exceed the time that the device keeps segments',
  },
  'gro-flush-timeout': {
    type: 'number',
    value: 'US',
    most: 1_000_000,
    help: 'live: set gro_flush_timeout of --observe during the run (Linux)',
  },
  window: {
    type: 'integer',
    value: 'US',
    least: 100,
    most: 1_000_000,
    default: '1000',
    help: 'linux-gro: microseconds in which the frames of a DPC must be sent; a slow or busy machine needs more',
  },
  'udp-gro': {
    type: 'string',
    value: 'HOW',
    values: Object.keys(UDP_GRO),
    default: 'forwarding',
    help: `linux-gro: the feature that merges plain UDP: ${UDP_GRO_WORDS}`,
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
    dpcPauseMs: parsed.number('dpc-pause'),
    groFlushTimeoutUs: parsed.number('gro-flush-timeout'),
    windowUs: parsed.number('window'),
    // Its values are checked already.
    udpGro: parsed.string('udp-gro') as UdpGro | undefined,
  };
}
