/** `judge`: two captures, of what was sent and of what the host saw. */

import { VERDICTS, type Verdict } from '../../reports/events.ts';
import { UsageError } from '../base/errors.ts';
import { INTERRUPTED, Interruption } from '../base/interruption.ts';
import type { Io } from '../base/io.ts';
import { plainJson } from '../base/plain-json.ts';
import { VERSION } from '../base/version.ts';
import { type Capabilities, DEFAULT_CAPABILITIES, policyOf } from '../capabilities/capabilities.ts';
import { CapturePair } from '../capture-judge/capture-pair.ts';
import type { ConnectionResult } from '../capture-judge/connection.ts';
import { pairEvents } from '../capture-judge/pair-events.ts';
import type { Command, Parsed } from './command.ts';
import { commandLine } from './command-line.ts';
import { chosenReporters, REPORTER_OPTION } from './reporter-option.ts';
import { RunReports } from './run-reports.ts';

const DEFAULT_MTU = 1500;
const REPLAY_OPTIONS = ['sent', 'received', 'allow-sender-offload', 'mtu', 'host', 'strict', 'capabilities'];

export const judgeCommand: Command = {
  name: 'judge',
  summary: 'Judge two captures: what was sent, and what the host received',
  usage: '--sent A.pcap --received B.pcap [--allow-sender-offload] [--strict] [--capabilities F] [--out DIR]',
  details: [
    'Each connection is judged on its own, however the captures interleave them. Frames that only one capture holds are',
    'counted and otherwise ignored. A capture does not show where DPCs ended: that is not judged, nor is how much was',
    'merged. A wrong checksum in a merged frame is a warning, because an out-of-band flag may excuse it, unless the',
    'capabilities say checksums=recomputed. Writes DIR/events.jsonl and DIR/junit.xml. Exit status as for run.',
  ].join('\n'),
  options: {
    sent: { type: 'string', value: 'A', help: 'capture of what was sent: pcap or pcapng, may be gzipped' },
    received: { type: 'string', value: 'B', help: 'capture of what the host received' },
    'allow-sender-offload': { type: 'boolean', help: 'take sent frames over the MTU as segmented later, by the NIC' },
    mtu: { type: 'string', value: 'N', default: String(DEFAULT_MTU), help: 'largest IP packet of the link, in bytes' },
    host: { type: 'string', multiple: true, value: 'ADDRESS', help: 'judge only what was sent to this address' },
    strict: { type: 'boolean', help: 'count a warning as a failure' },
    capabilities: { type: 'string', value: 'FILE', help: 'what the receiver can do' },
    out: { type: 'string', value: 'DIR', default: 'rsc-results', help: 'folder for the reports' },
    reporter: REPORTER_OPTION,
  },
  run: judgeCaptures,
};

async function judgeCaptures(parsed: Parsed, io: Io): Promise<number> {
  const sent = needed(parsed, 'sent');
  const received = needed(parsed, 'received');
  const names = chosenReporters(parsed.strings('reporter'));
  const capabilities = await capabilitiesFrom(parsed);
  const mtu = mtuFrom(parsed);
  const results: ConnectionResult[] = [];
  const pair = new CapturePair({
    sent,
    received,
    capabilities,
    allowsSenderOffload: parsed.flag('allow-sender-offload'),
    mtu,
    stripTags: capabilities.vlan === 'stripped',
    result: (result) => results.push(result),
    ...(io.terminal ? { progress: (share: number) => io.err(`\r\u001b[K${Math.floor(share * 100)} %`) } : {}),
  });
  const interruption = new Interruption();
  const withdraw = interruption.handle(() => pair.interrupt());
  try {
    await pair.run();
  } finally {
    withdraw();
    interruption.end();
    if (io.terminal) io.err('\r\u001b[K');
  }
  const judged = judgedOf(results, parsed.strings('host'));
  const reports = await RunReports.open(parsed.string('out') ?? 'rsc-results', names, io);
  let exit: number;
  try {
    exit = tell(judged, parsed, capabilities, reports);
  } finally {
    await reports.close();
  }
  if (reports.showsConsole) io.out(`${summary(pair, results, judged)}Reports: ${reports.paths.join(', ')}\n`);
  const [defect] = pair.defects;
  if (defect !== undefined) throw defect;
  return interruption.happened ? INTERRUPTED : exit;
}

function needed(parsed: Parsed, option: string): string {
  const file = parsed.string(option);
  if (file === undefined)
    throw new UsageError(`judge needs --${option}`, 'two captures: --sent A.pcap --received B.pcap');
  return file;
}

async function capabilitiesFrom(parsed: Parsed): Promise<Capabilities> {
  const file = parsed.string('capabilities');
  const given = file === undefined ? {} : (await import('../capabilities/capability-file.ts')).readCapabilityFile(file);
  // Drivers strip tags before a host's capture, and flags are in no capture: unless told otherwise.
  return {
    ...DEFAULT_CAPABILITIES,
    vlan: 'stripped',
    checksums: 'unknown',
    ...given,
    statistics: false,
    metadata: 'off',
    boundary: 'none',
  };
}

function mtuFrom(parsed: Parsed): number {
  const text = parsed.string('mtu');
  if (text === undefined) return DEFAULT_MTU;
  if (!/^\d{2,5}$/.test(text) || Number(text) < 68 || Number(text) > 65_535)
    throw new UsageError(`--mtu cannot be ${JSON.stringify(text)}`, 'bytes of an IP packet, from 68 to 65535');
  return Number(text);
}

/** In both captures, and towards the host: where one direction shows merging, the other is the host's own. */
function judgedOf(results: readonly ConnectionResult[], hosts: readonly string[]): ConnectionResult[] {
  const common = results.filter(({ counts }) => counts.segments > 0 && counts.frames > 0);
  if (hosts.length > 0) return common.filter(({ to }) => hosts.includes(to));
  const merging = new Set(common.filter(({ counts }) => counts.merged > 0).map(({ to }) => to));
  const senders = new Set(common.filter(({ counts }) => counts.merged > 0).map(({ from }) => from));
  return common.filter(({ from, to }) => !(merging.has(from) && !senders.has(from) && !merging.has(to)));
}

function tell(
  judged: readonly ConnectionResult[],
  parsed: Parsed,
  capabilities: Capabilities,
  reports: RunReports,
): number {
  const strict = parsed.flag('strict');
  const command = commandLine('judge', parsed, REPLAY_OPTIONS);
  const counts = Object.fromEntries(VERDICTS.map((verdict) => [verdict, 0])) as Record<Verdict, number>;
  reports.event({
    type: 'session',
    target: 'captures',
    targetVersion: '',
    policy: plainJson(policyOf(capabilities)),
    capabilities: plainJson(capabilities),
    version: VERSION,
    digest: '',
    shard: '1/1',
    strict,
    command,
    started: new Date().toISOString(),
    vectors: judged.length,
  });
  const ids = new Map<string, number>();
  for (const result of judged) {
    const times = (ids.get(result.name) ?? 0) + 1;
    ids.set(result.name, times);
    const id = `captures/${result.name}${times > 1 ? `/${times}` : ''}`;
    const { vector, verdict } = pairEvents(id, result, notObserved(capabilities));
    counts[verdict.verdict]++;
    reports.event(vector);
    reports.event(verdict);
  }
  const isConforming = counts.fail === 0 && !(strict && counts.warn > 0) && counts.pass + counts.warn > 0;
  const exit = isConforming ? 0 : 1;
  reports.event({ type: 'end', counts, exit });
  return exit;
}

function notObserved({ addresses, vlan, checksums }: Capabilities): string[] {
  const missing = ['DPC boundaries', 'out-of-band values', 'statistics'];
  if (vlan === 'stripped') missing.push('VLAN tags');
  if (checksums === 'unknown') missing.push('whether a merged frame’s checksum was flagged');
  if (addresses.length === 0) missing.push('forwarded segments (I6)');
  return missing;
}

function summary(
  { totals }: CapturePair,
  results: readonly ConnectionResult[],
  judged: readonly ConnectionResult[],
): string {
  const sum = (of: readonly ConnectionResult[], count: (result: ConnectionResult) => number): number =>
    of.reduce((all, result) => all + count(result), 0);
  const onlySent = results.filter(({ counts }) => counts.frames === 0);
  const onlyReceived = results.filter(({ counts }) => counts.segments === 0);
  const lines = [
    `Sent:      ${totals.sentPackets} packets, ${totals.sentIgnored} of them no TCP segment`,
    `Received:  ${totals.receivedPackets} packets, ${totals.receivedIgnored} of them no TCP segment`,
    `Judged:    ${judged.length} of ${results.length} connections (one direction each), ${sum(judged, ({ counts }) => counts.segments)} segments in ${sum(judged, ({ counts }) => counts.frames)} frames`,
    `Ignored:   ${onlySent.length} connections only in the sent, ${onlyReceived.length} only in the received, ${results.length - judged.length - onlySent.length - onlyReceived.length} from the host`,
    `Missing:   ${sum(judged, ({ counts, acknowledged }) => counts.lost - acknowledged)} between the captures, ${sum(judged, ({ acknowledged }) => acknowledged)} in the received capture only, ${sum(judged, ({ counts }) => counts.unsent)} in the sent capture only`,
  ];
  return `${lines.join('\n')}\n`;
}
