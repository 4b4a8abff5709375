/**
 * Captures: one of what is sent, one of what must come out, one more for each other policy. Times encode DPCs: frames of
 * DPC k (from 0) have times from second 10 k on, in order, a microsecond apart; a wait adds its length.
 */

import type { FrameStep } from '../../reference-impl/step.ts';
import { ETHERNET } from '../captures/link-type.ts';
import { MICROSECONDS, PCAP_HEADER, PCAP_RECORD, PCAP_SNAPLEN } from '../captures/pcap.ts';
import type { ExportFile, ExportFormat } from './export-file.ts';
import type { ExportedVector, Outcome } from './exported-vector.ts';
import { judgingColumns } from './judging-columns.ts';

/** Longer than all waits of a DPC. */
const SECONDS_PER_DPC = 10;

interface Stamped {
  readonly frame: Uint8Array;
  readonly second: number;
  readonly microsecond: number;
}

export const pcapFormat: ExportFormat = {
  name: 'pcap',
  help: 'captures: sent, expected, and one for each other policy',
  write(exported) {
    const { vector, alternatives, expected, arrivals } = exported;
    const sent = { path: `${vector.id}.sent.pcap`, bytes: capture(sentFrames(exported.steps)) };
    const received = outcomeFile(exported, expected, 'expected');
    const others = alternatives.map((outcome, i) => outcomeFile(exported, outcome, `alternative-${i + 1}`));
    const files = {
      sent: sent.path,
      expected: received.path,
      alternatives: others.map(({ path }, i) => ({ policy: alternatives[i]?.policy, file: path })),
    };
    return {
      files: [sent, received, ...others],
      index: { files, ...judgingColumns(arrivals), ...notInCapture(exported.steps) },
    };
  },
};

function outcomeFile({ vector, steps }: ExportedVector, { indications }: Outcome, name: string): ExportFile {
  const dpcs = dpcOfStep(steps);
  const taken = new Map<number, number>();
  const stamped = indications.map(({ frame, step }): Stamped => {
    const second = SECONDS_PER_DPC * (dpcs[step] ?? 0);
    const microsecond = taken.get(second) ?? 0;
    taken.set(second, microsecond + 1);
    return { frame, second, microsecond };
  });
  return { path: `${vector.id}.${name}.pcap`, bytes: capture(stamped) };
}

function sentFrames(steps: readonly FrameStep[]): Stamped[] {
  const dpcs = dpcOfStep(steps);
  const stamped: Stamped[] = [];
  let microsecond = 0;
  steps.forEach((step, index) => {
    if ('dpc' in step) microsecond = 0;
    else if ('wait' in step) microsecond += step.wait;
    else if ('rx' in step) {
      const second = SECONDS_PER_DPC * (dpcs[index] ?? 0) + Math.floor(microsecond / 1e6);
      stamped.push({ frame: step.rx, second, microsecond: microsecond++ % 1e6 });
    }
  });
  return stamped;
}

/** How many DPCs had ended before each step. */
function dpcOfStep(steps: readonly FrameStep[]): number[] {
  let ended = 0;
  return steps.map((step) => ('dpc' in step ? ended++ : ended));
}

/** Out-of-band data, which a capture cannot contain. `before` counts arrivals. */
function notInCapture(steps: readonly FrameStep[]): Record<string, unknown> {
  const sets: unknown[] = [];
  const ipsec: number[] = [];
  const csum: Record<number, string> = {};
  let arrival = 0;
  for (const step of steps) {
    if ('set' in step) sets.push({ before: arrival, set: step.set });
    if (!('rx' in step)) continue;
    if (step.ipsec === true) ipsec.push(arrival);
    if (step.csum !== undefined) csum[arrival] = step.csum;
    arrival++;
  }
  return {
    ...(sets.length > 0 ? { sets } : {}),
    ...(ipsec.length > 0 ? { ipsec } : {}),
    ...(Object.keys(csum).length > 0 ? { csum } : {}),
  };
}

/** Classic pcap, little-endian, microseconds. In memory, since each is small and there are thousands. */
function capture(packets: readonly Stamped[]): Uint8Array {
  const length = packets.reduce((sum, { frame }) => sum + PCAP_RECORD + frame.length, PCAP_HEADER);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MICROSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, PCAP_SNAPLEN, true);
  view.setUint32(20, ETHERNET, true);
  let at = PCAP_HEADER;
  for (const { frame, second, microsecond } of packets) {
    view.setUint32(at, second, true);
    view.setUint32(at + 4, microsecond, true);
    view.setUint32(at + 8, frame.length, true);
    view.setUint32(at + 12, frame.length, true);
    bytes.set(frame, at + PCAP_RECORD);
    at += PCAP_RECORD + frame.length;
  }
  return bytes;
}
