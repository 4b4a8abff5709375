/** Shared by tests of the coalescer: ordinary frames, and runs whose outcome is a list of arrival numbers. */

import { Coalescer } from '../reference-impl/coalescer.ts';
import type { Indication } from '../reference-impl/indication.ts';
import type { Policy } from '../reference-impl/policy.ts';
import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';
import { sumBytes } from '../reference-impl/wire/checksum.ts';
import { parseSegment, Segment, verify } from '../reference-impl/wire/segment.ts';

/** The arrival numbers of each indication, and the rule that ended it. */
export interface Case {
  readonly name: string;
  readonly frames: readonly Uint8Array[];
  readonly groups: readonly (readonly number[])[];
  readonly endedBy?: readonly string[];
  readonly policy?: Partial<Policy>;
}

export const BASE: FrameSpec = { src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 80, seq: 1000, ack: 500 };
export const BASE6: FrameSpec = { ...BASE, src: 'fd00::1', dst: 'fd00::2' };

/** Payload bytes that differ with the sequence number. */
export function bytesAt(seq: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => ((seq + i) * 167 + ((seq + i) >> 8)) & 0xff);
}

/** 100 bytes at sequence number 1000 + `at`. */
export function data(at: number, extra: Partial<FrameSpec> = {}, length = 100): Uint8Array {
  return buildFrame({ ...BASE, seq: 1000 + at, payload: bytesAt(1000 + at, length), ...extra });
}

export function ack(at: number, extra: Partial<FrameSpec> = {}): Uint8Array {
  return buildFrame({ ...BASE, seq: 1000 + at, ...extra });
}

/** Plays one DPC. All frames are passed in the same buffer, which is overwritten as soon as `receive` returns. */
export function feed(coalescer: Coalescer, frames: readonly Uint8Array[]): void {
  for (const frame of frames) {
    const buffer = Uint8Array.from(frame);
    coalescer.receive(buffer);
    buffer.fill(0xee);
  }
}

export function run(frames: readonly Uint8Array[], policy: Partial<Policy> = {}): Indication[] {
  const coalescer = new Coalescer(policy);
  feed(coalescer, frames);
  return coalescer.endOfDpc();
}

export function groups(indications: readonly Indication[]): number[][] {
  return indications.map(({ arrivals }) => arrivals);
}

export function parsed(frame: Uint8Array): Segment {
  const segment = parseSegment(frame, new Segment());
  if (segment.kind === 'segment') verify(segment, sumBytes(frame, segment.payloadOffset, segment.ipEnd) % 0xffff);
  return segment;
}

export function payloadOf(frame: Uint8Array): Uint8Array {
  const segment = parsed(frame);
  return frame.subarray(segment.payloadOffset, segment.ipEnd);
}
