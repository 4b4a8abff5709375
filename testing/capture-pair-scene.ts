/** Shared by tests of pairs of captures: frames, what the reference makes of them, and the judge's results for both. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Coalescer } from '../reference-impl/coalescer.ts';
import type { FrameStep } from '../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';
import { setU16 } from '../reference-impl/wire/bytes.ts';
import { fold } from '../reference-impl/wire/checksum.ts';
import { TcpAt } from '../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../reference-impl/wire/segment.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../runner/capabilities/capabilities.ts';
import { CapturePair, type PairOptions } from '../runner/capture-judge/capture-pair.ts';
import type { ConnectionResult } from '../runner/capture-judge/connection.ts';
import { pairEvents } from '../runner/capture-judge/pair-events.ts';
import { PcapWriter } from '../runner/captures/pcap-writer.ts';
import type { Implementation } from '../runner/selfcheck/subject.ts';

export const MSS = 1448;
export const LINK = 14;

const folder = mkdtempSync(join(tmpdir(), 'rsc-pair-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

export interface CutFrame {
  readonly frame: Uint8Array;
  readonly original?: number;
}
export type Captured = Uint8Array | CutFrame;

/** A frame and its capture time. */
export interface Shot {
  readonly frame: Uint8Array;
  readonly microseconds: number;
}

/** Writes a capture with times; returns its path. */
export async function captureOf(name: string, shots: readonly Shot[]): Promise<string> {
  const path = join(folder, name);
  const writer = await PcapWriter.create(path);
  for (const { frame, microseconds } of shots)
    writer.write(frame, 1_700_000_000 + Math.floor(microseconds / 1e6), (microseconds % 1e6) * 1000);
  await writer.close();
  return path;
}

async function capture(name: string, frames: readonly Captured[]): Promise<string> {
  const path = join(folder, name);
  const writer = await PcapWriter.create(path);
  for (const captured of frames) {
    const { frame, original } = captured instanceof Uint8Array ? { frame: captured, original: undefined } : captured;
    writer.write(frame, 0, 0, original ?? frame.length);
  }
  await writer.close();
  return path;
}

export async function judged(
  sent: readonly Captured[],
  received: readonly Captured[],
  options: Partial<PairOptions> = {},
): Promise<ConnectionResult[]> {
  const results: ConnectionResult[] = [];
  const pair = new CapturePair({
    sent: [await capture('sent.pcap', sent)],
    received: [await capture('received.pcap', received)],
    capabilities: { ...DEFAULT_CAPABILITIES, checksums: 'unknown', boundary: 'none', metadata: 'off' },
    allowsSenderOffload: false,
    mtu: 1500,
    stripTags: false,
    result: (result) => results.push(result),
    ...options,
  });
  await pair.run();
  expect(pair.defects).to.deep.equal([]);
  return results;
}

/**
 * Plays sessions on a coalescer and judges them as one pair of captures: the results for each connection in both.
 * `isDirect`: nothing reorders.
 */
export async function judgedThrough(
  sessions: readonly (readonly FrameStep[])[],
  { subject, capabilities }: Implementation,
  own: Partial<Capabilities> = {},
  isDirect: boolean = false,
): Promise<ConnectionResult[]> {
  const sent: Uint8Array[] = [];
  const received: Uint8Array[] = [];
  for (const steps of sessions) {
    for (const step of steps) if ('rx' in step) sent.push(step.rx);
    for (const { frame } of subject(steps).indications) received.push(frame);
  }
  const seen = { boundary: 'none', metadata: 'off' } as const;
  const all: Capabilities = { ...DEFAULT_CAPABILITIES, ...own, ...capabilities, ...seen };
  const results = await judged(sent, received, {
    capabilities: all,
    mtu: 9216,
    stripTags: all.vlan === 'stripped',
    isDirect,
  });
  return results.filter(({ counts }) => counts.segments > 0 && counts.frames > 0);
}

export function verdictOf(result: ConnectionResult | undefined): string {
  expect(result).to.not.equal(undefined);
  return pairEvents('x', result as ConnectionResult, []).verdict.verdict;
}

export function rulesOf(results: readonly ConnectionResult[]): string[] {
  const findings = results.flatMap((result) => pairEvents('x', result, []).verdict.findings);
  return [...new Set(findings.map(({ rule, field }) => `${rule} ${field}`))];
}

/** The findings as full sentences, with the arrivals that they concern. */
export function failureTextsOf(results: readonly ConnectionResult[]): string[] {
  const findings = results.flatMap((result) => pairEvents('x', result, []).verdict.findings);
  return findings
    .filter((found) => found.level !== 'should')
    .map(({ rule, field, message }) => `${rule} ${field}: ${message}`);
}

/** The failures of the device, without warnings. */
export function failuresOf(results: readonly ConnectionResult[]): string[] {
  const findings = results.flatMap((result) => pairEvents('x', result, []).verdict.findings);
  return [
    ...new Set(findings.filter((found) => found.level !== 'should').map(({ rule, field }) => `${rule} ${field}`)),
  ];
}

/** Segments of one connection: `count` of MSS bytes, which show their place. */
export function run(count: number, spec: Partial<FrameSpec> = {}, from = 0): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const payload = Uint8Array.from({ length: MSS }, (_unused, k) => ((i + from) * 31 + k * 7) & 0xff);
    const seq = (0xffff_f000 + (i + from) * MSS) >>> 0;
    const base = { src: '10.0.0.1', dst: '10.0.0.2', sport: 5000, dport: 80, id: 100 + i + from, ack: 1, window: 500 };
    return buildFrame({ ...base, seq, payload, ...spec });
  });
}

/** What the reference indicates if every DPC has `dpc` frames. */
export function coalesced(
  frames: readonly Uint8Array[],
  dpc = 8,
  coalescer: Coalescer = new Coalescer(),
): Uint8Array[] {
  const out: Uint8Array[] = [];
  frames.forEach((frame, i) => {
    coalescer.receive(frame);
    if (i % dpc === dpc - 1) out.push(...coalescer.endOfDpc().map((indication) => indication.frame));
  });
  out.push(...coalescer.endOfDpc().map((indication) => indication.frame));
  return out;
}

/** Leaves only the pseudo-header's sum in the TCP checksum field. */
export function partial(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  const segment = parseSegment(copy, new Segment());
  setU16(copy, segment.tcpOffset + TcpAt.checksum, fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset)));
  return copy;
}
