/** A report for people. */

import type { ConnectionReport, DirectionReport, InspectReport, SuperFrameReport } from './report.ts';

/** Connections listed; `--json` has all. */
const MOST_LISTED = 20;
const WIDTH = 100;

export function reportText(report: InspectReport): string {
  const { connections } = report;
  const listed = [...connections].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_LISTED);
  const more = connections.length - listed.length;
  return [
    `${summary(report)}\n`,
    ...listed.map((connection) => `\n${connectionText(connection)}`),
    more > 0 ? `\n... and ${count(more, 'more connection')}, with fewer bytes in long frames: --json lists all\n` : '',
    `\n${wrap(`Verdict: ${report.verdict}`)}`,
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
  const { file, frames, tcp, notTcp, fragments, headersCut, broken, cut, connections } = report;
  const rest = [
    notTcp > 0 && `${notTcp} not TCP over IP`,
    fragments > 0 && `${count(fragments, 'IP fragment')}`,
    broken > 0 && `${broken} with headers that contradict themselves`,
    headersCut > 0 && `${headersCut} cut off within the headers`,
    cut > 0 && `${cut} cut by the snaplen behind the headers`,
  ].filter((part) => part !== false);
  const tail = rest.length === 0 ? '' : ` (${rest.join(', ')})`;
  return `${file}: ${count(frames, 'frame')}, ${tcp} of them TCP, on ${count(connections.length, 'connection')}${tail}`;
}

function connectionText({ a, b, capturedAt, why, mss, directions }: ConnectionReport): string {
  const where = {
    a: `captured at ${a}`,
    b: `captured at ${b}`,
    both: 'captured on a loopback or virtual link',
    unknown: 'captured at either side: nothing tells which',
  }[capturedAt];
  const limit = mss.assumed ? `MSS ${mss.value} assumed, for there is no SYN` : `MSS ${mss.value}`;
  return [
    `${a} <-> ${b}   ${limit}\n`,
    wrap(`${where}${why.length === 0 ? '' : `: ${why.join('; ')}`}`, '  '),
    ...directions.filter(({ frames }) => frames > 0).map(directionText),
  ].join('');
}

function directionText(direction: DirectionReport): string {
  const { from, to, frames, payloadBytes, cutFrames, zeroIpLength, announcedMss, superFrames, checksums } = direction;
  const says = announcedMss === undefined ? '' : `; its SYN says MSS ${announcedMss}`;
  const lines = [
    ...(superFrames === undefined ? [] : superText(superFrames)),
    checksumText(checksums, superFrames === undefined ? 'TCP checksums' : 'TCP checksums of the others'),
    zeroIpLength > 0 ? `${zeroIpLength} with IP length 0` : '',
    cutFrames > 0 ? `${cutFrames} cut by the snaplen` : '',
  ];
  return [
    `  ${from} -> ${to}   ${count(frames, 'frame')}, ${count(payloadBytes, 'byte')} of payload${says}\n`,
    ...lines.filter((line) => line !== '').map((line) => `    ${line}\n`),
  ].join('');
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
    `${count(frames, 'frame')} beyond the MSS, up to ${largest} bytes, about ${segments} segments: ${what}`,
    checksumText(checksums, 'their TCP checksums'),
    ...(acks.total === 0
      ? []
      : [`their ACKs: ${acks.total}${inside}; ${(acks.total / frames).toFixed(1)} a frame, at most ${acks.most}`]),
  ];
}

/** What a merged frame's checksum field tells of who merged it. */
function coalescer(checksums: SuperFrameReport['checksums']): string {
  const { right, wrong } = checksums;
  const partial = checksums['pseudo-header'];
  if (partial > 0 && right + wrong === 0) return 'Linux GRO, which leaves the pseudo-header sum';
  if (wrong > 0 && partial + right === 0) return 'LRO or RSC that left the checksum as it was';
  if (right > 0 && partial + wrong === 0) return 'RSC or LRO that computed the checksum anew';
  return 'GRO, LRO or RSC';
}

function checksumText(checksums: DirectionReport['checksums'] | SuperFrameReport['checksums'], what: string): string {
  const { right, unknown, zero, wrong } = checksums;
  const patterns = 'patterns' in checksums ? checksums.patterns : [];
  const reallyWrong = 'reallyWrong' in checksums ? checksums.reallyWrong : wrong;
  const values = patterns.map(({ value, count: n }) => `${n} times 0x${value.toString(16).padStart(4, '0')}`);
  const parts = [
    right > 0 && `${right} right`,
    checksums['pseudo-header'] > 0 && `${checksums['pseudo-header']} never filled in (the pseudo-header’s sum)`,
    zero > 0 && `${zero} never filled in (zero)`,
    values.length > 0 && `never filled in (the same bytes: ${values.join(', ')})`,
    reallyWrong > 0 && `${reallyWrong} wrong`,
    unknown > 0 && `${unknown} that cannot be verified`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? '' : `${what}: ${parts.join(', ')}`;
}

function commandText({ commands: { linux, windows } }: InspectReport): string {
  if (linux.length + windows.length === 0) return '';
  const rows = (label: string, lines: readonly string[]): string =>
    lines.map((line, i) => `  ${(i === 0 ? label : '').padEnd(9)}${line}\n`).join('');
  return `\nTo see the wire as it is, on the host that captures:\n${rows('Linux', linux)}${rows('Windows', windows)}`;
}

function count(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? '' : 's'}`;
}

/** Lines of at most WIDTH. */
function wrap(text: string, indent: string = ''): string {
  const lines: string[] = [];
  let line = indent;
  for (const word of text.split(' ')) {
    if (line.length + 1 + word.length > WIDTH && line.trim() !== '') {
      lines.push(line);
      line = indent;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line].map((each) => `${each}\n`).join('');
}
