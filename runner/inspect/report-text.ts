/** A report for people. */

import { countText } from '../../vectors/count-text.ts';
import type { ConnectionReport, DirectionReport, InspectReport, Statement, SuperFrameReport } from './report.ts';

/** Connections listed; `--json` has all. */
const MOST_LISTED = 20;
const WIDTH = 100;
const MOST_PAYLOADS = 16;

export function reportText(report: InspectReport): string {
  const { connections } = report;
  const listed = [...connections].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_LISTED);
  const more = connections.length - listed.length;
  return [
    `${summary(report)}\n`,
    ...listed.map((connection) => `\n${connectionText(connection)}`),
    more > 0
      ? `\n... and ${countText(more, 'more connection')}, with fewer bytes in long frames: --json lists all\n`
      : '',
    `\nVerdict:\n${report.statements.map(statementText).join('')}`,
    commandText(report),
  ].join('');
}

function weight({ directions }: ConnectionReport): number {
  return directions.reduce(
    (sum, { superFrames, payloadBytes }) => sum + payloadBytes + (superFrames?.bytes ?? 0) * 1e6,
    0,
  );
}

function summary(report: InspectReport): string {
  const { file, frames, tcp, udp, notTcp, fragments, headersCut, broken, cut, connections, dropped } = report;
  const rest = [
    udp.frames > 0 && countText(udp.frames, 'UDP datagram'),
    notTcp > udp.frames && `${notTcp - udp.frames} neither TCP nor UDP over IP`,
    fragments > 0 && `${countText(fragments, 'IP fragment')}`,
    broken > 0 && `${broken} with headers that contradict themselves`,
    headersCut > 0 && `${headersCut} cut off within the headers`,
    cut > 0 && `${cut} cut by the snaplen after the headers`,
  ].filter((part) => part !== false);
  const drops = dropped === undefined ? '' : `\n${wrap(dropsText(dropped), '  ').trimEnd()}`;
  const tail = rest.length === 0 ? '' : ` (${rest.join(', ')})`;
  return `${file}: ${countText(frames, 'frame')}, ${tcp} of them TCP, on ${countText(connections.length, 'connection')}${tail}${drops}`;
}

function dropsText(dropped: number): string {
  if (dropped === 0) return 'the capture says that it dropped nothing';
  return `the capture says that it dropped ${countText(dropped, 'packet')}: bytes that are missing here may have been on the wire`;
}

function connectionText({ a, b, encapsulation, capturedAt, why, mss, directions }: ConnectionReport): string {
  const where = {
    a: `captured at ${a}`,
    b: `captured at ${b}`,
    both: 'captured on a loopback or virtual link',
    unknown: why.length === 0 ? 'captured at either end: nothing tells which' : 'captured at either end',
  }[capturedAt];
  const limit = mss.assumed ? `MSS ${mss.value} assumed, for there is no SYN` : `MSS ${mss.value}`;
  return [
    `${a} <-> ${b}   ${encapsulation === undefined ? '' : `in ${encapsulation}; `}${limit}\n`,
    wrap(`${where}${why.length === 0 ? '' : `: ${why.join('; ')}`}`, '  '),
    ...directions.filter(({ frames }) => frames > 0).map(directionText),
  ].join('');
}

function directionText(direction: DirectionReport): string {
  const { from, to, frames, payloadBytes, cutFrames, zeroIpLength, announcedMss, superFrames, checksums } = direction;
  const says = announcedMss === undefined ? '' : `; its SYN says MSS ${announcedMss}`;
  const lines = [
    payloadText(direction),
    ...(superFrames === undefined ? [] : superText(superFrames)),
    checksumText(checksums, superFrames === undefined ? 'TCP checksums' : 'TCP checksums of the others'),
    zeroIpLength > 0 ? `${zeroIpLength} with IP length 0` : '',
    cutFrames > 0 ? `${cutFrames} cut by the snaplen` : '',
  ];
  return [
    `  ${from} -> ${to}   ${countText(frames, 'frame')}, ${countText(payloadBytes, 'byte')} of payload${says}\n`,
    ...lines.filter((line) => line !== '').map((line) => `    ${line}\n`),
  ].join('');
}

/** Payload lengths in order, with the segments of each on the wire. */
function payloadText({ payloads }: DirectionReport): string {
  if (payloads.length === 0) return '';
  const listed = payloads.slice(0, MOST_PAYLOADS);
  const each = listed.map(({ length, segments }) =>
    segments === 1 ? `${length}` : `${length} (${segments} segments)`,
  );
  const isAll = listed.length === payloads.length;
  const segments = payloads.reduce((sum, payload) => sum + payload.segments, 0);
  const total = isAll
    ? `: ${countText(payloads.length, 'frame')}, ${countText(segments, 'segment')} on the wire`
    : ', ...';
  return `payloads in order: ${each.join(', ')}${total}`;
}

function superText({ kind, frames, largest, segments, checksums, acks }: SuperFrameReport): string[] {
  const what = {
    'unsegmented-send': 'unsegmented sends (TSO or GSO)',
    'coalesced-receive': `coalesced receives (${coalescer(checksums)})`,
    'passed-whole': 'passed on whole',
    unknown: 'unsegmented sends (TSO, GSO) or coalesced receives (GRO, LRO, RSC)',
  }[kind];
  const inside = acks.inside === 0 ? '' : `, ${acks.inside} of them in the middle`;
  return [
    `${countText(frames, 'frame')} beyond the MSS, up to ${largest} bytes, about ${segments} segments: ${what}`,
    checksumText(checksums, 'their TCP checksums'),
    ...(acks.total === 0
      ? []
      : [`their ACKs: ${acks.total}${inside}; ${(acks.total / frames).toFixed(1)} a frame, at most ${acks.most}`]),
  ];
}

/** Who merged a frame, by its checksum field. */
function coalescer(checksums: SuperFrameReport['checksums']): string {
  const { right, wrong } = checksums;
  const partial = checksums['pseudo-header'];
  if (partial > 0 && right + wrong === 0) return 'Linux GRO, which leaves the pseudo-header sum';
  if (wrong > 0 && partial + right === 0) return 'LRO or RSC that left the checksum as it was';
  if (right > 0 && partial + wrong === 0) return 'RSC or LRO that recomputed the checksum';
  return 'GRO, LRO or RSC';
}

function checksumText(checksums: DirectionReport['checksums'] | SuperFrameReport['checksums'], what: string): string {
  const { right, unknown, zero, wrong } = checksums;
  const patterns = 'patterns' in checksums ? checksums.patterns : [];
  const rewrites = 'rewrites' in checksums ? checksums.rewrites : [];
  const reallyWrong = 'reallyWrong' in checksums ? checksums.reallyWrong : wrong;
  const values = patterns.map(({ value, count: n }) => `${n} times ${hex(value)}`);
  const parts = [
    right > 0 && `${right} right`,
    checksums['pseudo-header'] > 0 && `${checksums['pseudo-header']} never filled in (the pseudo-header’s sum)`,
    zero > 0 && `${zero} never filled in (zero)`,
    values.length > 0 && `never filled in (the same bytes: ${values.join(', ')})`,
    ...rewrites.map(({ value, count: n }) => `${n} off by ${hex(value)}`),
    reallyWrong > 0 && `${reallyWrong} wrong`,
    unknown > 0 && `${unknown} that cannot be verified`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : `${what}: ${parts.join(', ')}`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}

function commandText({ commands }: InspectReport): string {
  if (commands.length === 0) return '';
  const rows = (label: string, lines: readonly string[]): string =>
    lines.map((line, i) => `    ${(i === 0 ? label : '').padEnd(9)}${line}\n`).join('');
  const hosts = commands.map(
    ({ host, linux, windows }) => `  on ${host}:\n${rows('Linux', linux)}${rows('Windows', windows)}`,
  );
  return `\nTo see the wire as it is:\n${hosts.join('')}`;
}

/** Each statement with the frames that show it, numbered as in Wireshark. */
function statementText({ text, shown, filter }: Statement): string {
  if (shown.frames.length === 0) return wrap(`- ${text}`, '', '  ');
  const more = shown.count > shown.frames.length ? ', ...' : '';
  const where = `frame${shown.count === 1 ? '' : 's'} ${shown.frames.join(', ')}${more}`;
  return `${wrap(`- ${text}`, '', '  ')}    ${where}; in Wireshark: ${filter}\n`;
}

/** Lines of at most WIDTH characters. */
function wrap(text: string, first: string = '', indent: string = first): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH && line.trim() !== '') {
      lines.push(line);
      line = indent;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line].map((each) => `${each}\n`).join('');
}
