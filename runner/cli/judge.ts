/** `judge`: judges two captures, one of the sent frames and one of the received frames. */

import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { Interruption } from '../base/interruption.ts';
import type { Io } from '../base/io.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { CaptureSession, CaptureSessionOptions } from '../capture-judge/capture-session.ts';
import { Stop } from '../captures/stop.ts';
import type { Command, Parsed } from './command.ts';
import { commandLine } from './command-line.ts';
import { LABEL_OPTION, labelsFrom } from './label-option.ts';
import { Progress } from './progress.ts';
import { COMPRESS_OPTION, chosenReporters, REPORTER_OPTION } from './reporter-option.ts';
import { capabilitiesFrom } from './target-options.ts';

const DEFAULT_MTU = 1500;
const REPLAY_OPTIONS = [
  'sent',
  'received',
  'sent-interface',
  'received-interface',
  'drops',
  'allow-sender-offload',
  'mtu',
  'host',
  'direct',
  'strict',
  'baseline',
  'capabilities',
];

export const judgeCommand: Command = {
  name: 'judge',
  summary: 'Judge two captures: what was sent, and what the host received',
  usage:
    '--sent A.pcap --received B.pcap [--allow-sender-offload] [--strict] [--baseline F] [--capabilities F] [--out DIR]',
  details: [
    'Each connection is judged on its own, however the captures interleave them. Frames that only one capture has are',
    'counted and otherwise ignored. A capture does not show where DPCs ended: that is not judged, nor is how much was',
    'merged. A wrong checksum in a merged frame is a warning, because an out-of-band flag may excuse it, unless the',
    'capabilities say checksums=recomputed. Writes DIR/events.jsonl and DIR/junit.xml. Exit status as for run.',
  ].join('\n'),
  options: {
    sent: {
      type: 'string',
      multiple: true,
      value: 'A',
      help: 'capture of what was sent: pcap or pcapng, may be gzipped; several files are put in order of time',
    },
    received: { type: 'string', multiple: true, value: 'B', help: 'capture of what the host received' },
    'sent-interface': {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'of a pcapng with several interfaces, the one to judge: its name, description or number',
    },
    'received-interface': { type: 'string', multiple: true, value: 'NAME', help: 'the same of the received capture' },
    drops: {
      type: 'string',
      multiple: true,
      value: 'N',
      help: 'packets that the captures dropped, as tcpdump prints; sent=N or received=N for one; a pcapng may contain the number',
    },
    'allow-sender-offload': {
      type: 'boolean',
      help: 'take sent frames over the MTU as frames that the NIC segmented later',
    },
    mtu: {
      type: 'integer',
      value: 'N',
      least: 68,
      most: 65_535,
      default: String(DEFAULT_MTU),
      help: 'largest IP packet of the link, in bytes',
    },
    host: { type: 'string', multiple: true, value: 'ADDRESS', help: 'judge only what was sent to this address' },
    direct: {
      type: 'boolean',
      help: 'nothing between the captures reorders, repeats or marks packets (ECN): then that is a failure',
    },
    strict: { type: 'boolean', help: 'count a warning as a failure' },
    baseline: { type: 'string', value: 'FILE', help: 'known failures; see rsc-conformance baseline --help' },
    capabilities: { type: 'string', value: 'FILE', help: 'what the receiver can do' },
    label: LABEL_OPTION,
    out: { type: 'string', value: 'DIR', default: 'rsc-results', help: 'folder for the reports' },
    reporter: REPORTER_OPTION,
    compress: COMPRESS_OPTION,
  },
  run: judgeCaptures,
};

async function judgeCaptures(parsed: Parsed, io: Io): Promise<number> {
  const reporters = chosenReporters(parsed.strings('reporter'));
  const { CaptureSession } = await import('../capture-judge/capture-session.ts');
  const { reportSession } = await import('./run-session.ts');
  const strict = parsed.flag('strict');
  const labels = labelsFrom(parsed);
  const drops = dropsFrom(parsed.strings('drops'));
  const stop = new Stop();
  const options: CaptureSessionOptions = {
    stop,
    sent: needed(parsed, 'sent'),
    received: needed(parsed, 'received'),
    sentInterfaces: parsed.strings('sent-interface'),
    receivedInterfaces: parsed.strings('received-interface'),
    ...(drops === undefined ? {} : { drops }),
    capabilities: await capabilitiesOf(parsed),
    allowsSenderOffload: parsed.flag('allow-sender-offload'),
    mtu: parsed.number('mtu') ?? DEFAULT_MTU,
    isDirect: parsed.flag('direct'),
    hosts: hostsFrom(parsed.strings('host')),
    strict,
    baseline: await baselineOf(parsed, strict),
    command: commandLine('judge', parsed, REPLAY_OPTIONS),
    ...(labels === undefined ? {} : { labels }),
    progress: () => progress?.show(),
  };
  const interruption = new Interruption();
  interruption.handle(() => stop.stop());
  let progress: Progress | undefined;
  let session: CaptureSession | undefined;
  try {
    const opened = await CaptureSession.open(options);
    session = opened;
    progress = new Progress(io, opened);
    const exit = await reportSession(
      { out: parsed.string('out') ?? 'rsc-results', reporters, compress: parsed.flag('compress'), interruption, io },
      (sink) => ({
        run: () => opened.run(sink).finally(() => progress?.end()),
        interrupt: () => opened.interrupt(),
        bugs: [],
        summary: () => opened.summary,
      }),
    );
    for (const defect of opened.defects) throw defect;
    return exit;
  } finally {
    await session?.close();
    interruption.end();
  }
}

function needed(parsed: Parsed, option: string): readonly string[] {
  const files = parsed.strings(option);
  if (files.length === 0)
    throw new UsageError(`judge needs --${option}`, 'two captures: --sent A.pcap --received B.pcap');
  const twice = files.find((file, i) => files.slice(0, i).some((other) => resolve(other) === resolve(file)));
  if (twice !== undefined) throw new UsageError(`--${option} ${twice} is given twice`, 'name each file once');
  return files;
}

function hostsFrom(given: readonly string[]): readonly string[] {
  const wrong = given.find((text) => isIP(text) === 0);
  if (wrong !== undefined)
    throw new UsageError(`--host cannot be ${JSON.stringify(wrong)}`, 'an IP address, as 192.0.2.7 or fd00::9');
  return given;
}

/** "12", "sent=12", "received=12". */
function dropsFrom(given: readonly string[]): CaptureSessionOptions['drops'] {
  if (given.length === 0) return undefined;
  const drops: { sent?: number; received?: number; both?: number } = {};
  for (const text of given) {
    const match = /^(?:(sent|received)=)?(\d{1,15})$/.exec(text);
    if (match === null)
      throw new UsageError(`--drops cannot be ${JSON.stringify(text)}`, 'N, sent=N or received=N, in packets');
    drops[(match[1] ?? 'both') as 'sent' | 'received' | 'both'] = Number(match[2]);
  }
  return drops;
}

async function capabilitiesOf(parsed: Parsed): Promise<Capabilities> {
  const { captureCapabilities } = await import('../capture-judge/capture-capabilities.ts');
  return captureCapabilities(await capabilitiesFrom(parsed));
}

/** Which connections there are shows only when both captures are read. */
async function baselineOf(parsed: Parsed, strict: boolean): Promise<CaptureSessionOptions['baseline']> {
  const file = parsed.string('baseline');
  if (file === undefined) return undefined;
  const { Baseline } = await import('../known-failures/baseline.ts');
  const { readBaseline } = await import('../known-failures/baseline-file.ts');
  const known = readBaseline(file);
  const today = new Date().toISOString().slice(0, 10);
  return (ids) => new Baseline(known, { corpus: ids, planned: ids, strict, today });
}
