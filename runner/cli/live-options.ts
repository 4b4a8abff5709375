/** Options of the targets `live` and `linux-gro`. */

import type { OptionSpec } from '../base/option-spec.ts';
import { parseBackEnd } from '../targets/live/open-wire.ts';
import type { LiveOptions } from '../targets/live/options.ts';
import { UDP_GRO, type UdpGro } from '../targets/live/udp-gro.ts';
import type { Parsed } from './command.ts';

const UDP_GRO_WORDS = Object.entries(UDP_GRO)
  .map(([word, feature]) => `${word}, ${feature}`)
  .join('; ');

const LIVE = ['live'];
const LINUX_GRO = ['linux-gro'];

export const LIVE_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  inject: { type: 'string', value: 'IF', targets: LIVE, help: 'interface to send on' },
  'inject-command': {
    type: 'string',
    value: 'CMD',
    targets: LIVE,
    help: 'command that sends, instead of --inject (see rsc-conformance inject --help)',
  },
  observe: { type: 'string', value: 'IF', targets: LIVE, help: 'interface of the device under test' },
  'dut-mac': {
    type: 'string',
    value: 'MAC',
    targets: LIVE,
    help: 'MAC address of the device (default: that of --observe)',
  },
  'dut-ip4': { type: 'string', value: 'ADDRESS', targets: LIVE, help: 'IPv4 address of the device' },
  'dut-ip6': { type: 'string', value: 'ADDRESS', targets: LIVE, help: 'IPv6 address of the device' },
  'dpc-pause': {
    type: 'number',
    value: 'MS',
    most: 60_000,
    default: '20',
    targets: LIVE,
    help: 'milliseconds between DPCs; must exceed the time that the device keeps segments',
  },
  'gro-flush-timeout': {
    type: 'number',
    value: 'US',
    most: 1_000_000,
    targets: LIVE,
    help: 'set gro_flush_timeout of --observe during the run (Linux)',
  },
  window: {
    type: 'integer',
    value: 'US',
    least: 100,
    most: 1_000_000,
    default: '1000',
    targets: LINUX_GRO,
    help: 'microseconds in which the frames of a DPC must be sent; a slow or busy machine needs more',
  },
  'udp-gro': {
    type: 'string',
    value: 'HOW',
    values: Object.keys(UDP_GRO),
    default: 'forwarding',
    targets: LINUX_GRO,
    help: `the feature that merges plain UDP: ${UDP_GRO_WORDS}`,
  },
  capture: {
    type: 'string',
    value: 'BACKEND',
    targets: ['live', 'linux-gro'],
    help: 'library to capture with: af-packet or cap (default: the first of these that is installed)',
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
