/** Shared by tests of captures: a folder, packets, hand-made files. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { Capture, type CaptureOptions } from '../runner/captures/capture.ts';

export interface Plain {
  readonly frame: number[];
  readonly seconds: number;
  readonly nanoseconds: number;
  readonly originalLength: number;
}

export function plain(frame: number[], seconds = 1, nanoseconds = 2000, originalLength: number = frame.length): Plain {
  return { frame, seconds, nanoseconds, originalLength };
}

/** Times in whole `unit` nanoseconds. */
export function packetLists(unit: number): fc.Arbitrary<Plain[]> {
  const packet = fc
    .record({
      frame: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 80 }),
      seconds: fc.integer({ min: 0, max: 0xffff_ffff }),
      fraction: fc.integer({ min: 0, max: 1e9 / unit - 1 }),
      cut: fc.integer({ min: 0, max: 3 }),
    })
    .map(({ frame, seconds, fraction, cut }) => plain(frame, seconds, fraction * unit, frame.length + cut));
  return fc.array(packet, { maxLength: 6 });
}

export async function readAll(file: string, options?: CaptureOptions): Promise<{ packets: Plain[]; error: unknown }> {
  const packets: Plain[] = [];
  try {
    const capture = await Capture.open(file, options);
    for await (const batch of capture.batches()) {
      for (const { frame, seconds, nanoseconds, originalLength } of batch) {
        packets.push({ frame: [...frame], seconds, nanoseconds, originalLength });
      }
    }
  } catch (error) {
    return { packets, error };
  }
  return { packets, error: undefined };
}

/** A folder for one test file, removed at the end. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-captures-'));
  after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The bytes of numbers with these widths in bits: `[32, 1, 16, 2]`. */
export function pack(littleEndian: boolean, ...pairs: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  for (let i = 0; i < pairs.length; i += 2) {
    const size = (pairs[i] as number) / 8;
    const part = Buffer.alloc(size);
    if (littleEndian) part.writeUIntLE(pairs[i + 1] as number, 0, size);
    else part.writeUIntBE(pairs[i + 1] as number, 0, size);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** A classic capture made by hand. */
export function pcapBytes(little: boolean, magic: number, link: number, packets: readonly Plain[]): Buffer {
  const unit = magic === 0xa1b2_3c4d ? 1 : 1000;
  return Buffer.concat([
    pack(little, 32, magic, 16, 2, 16, 4, 32, 0, 32, 0, 32, 65_535, 32, link),
    ...packets.flatMap(({ frame, seconds, nanoseconds, originalLength }) => [
      pack(little, 32, seconds, 32, nanoseconds / unit, 32, frame.length, 32, originalLength),
      Buffer.from(frame),
    ]),
  ]);
}

export function block(little: boolean, type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const padding = Buffer.alloc(-body.length & 3);
  const length = 12 + body.length + padding.length;
  return Buffer.concat([pack(little, 32, type, 32, length), body, padding, pack(little, 32, length)]);
}

export function section(little: boolean): Buffer {
  return block(little, 0x0a0d0d0a, pack(little, 32, 0x1a2b3c4d, 16, 1, 16, 0, 32, 0xffff_ffff, 32, 0xffff_ffff));
}
