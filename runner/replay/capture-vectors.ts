/** The frames of a capture as vectors, a DPC each: what a session plays and judges like any other. */

import type { FrameStep } from '../../reference-impl/step.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { Capture } from '../captures/capture.ts';
import { DpcBoundary, type DpcRule } from '../captures/dpc-boundary.ts';
import { isUnfilled } from '../inspect/unfilled.ts';

export interface CaptureVectorsOptions {
  readonly dpc: DpcRule;
  /** Frames that are read at most. */
  readonly most: number;
  /** Frames whose TCP checksum was never filled in are marked partial instead of treated as wrong. */
  readonly takesPartial: boolean;
}

export interface CaptureVectors {
  readonly vectors: readonly Vector[];
  /** Of each vector, by its id. */
  readonly steps: ReadonlyMap<string, readonly FrameStep[]>;
  readonly frames: number;
  /** There are more frames in the capture. */
  readonly isCut: boolean;
  /** Frames that are not whole, since the capture cut them: as no wire brings them. Left out. */
  readonly cutFrames: number;
  /** Frames whose TCP checksum was never filled in. */
  readonly unfilled: number;
}

const DIGITS = 6;

/** Reads the capture. Ids and titles name packets as Wireshark counts them. Throws CaptureError at a defect. */
export async function captureVectors(capture: Capture, options: CaptureVectorsOptions): Promise<CaptureVectors> {
  const boundary = new DpcBoundary(options.dpc);
  const vectors: Vector[] = [];
  const steps = new Map<string, readonly FrameStep[]>();
  let current: FrameStep[] = [];
  let first = 1;
  let number = 0;
  let cutFrames = 0;
  let unfilled = 0;
  let isCut = false;
  const end = (last: number): void => {
    boundary.end();
    if (current.length === 0) return;
    const vector = vectorOf(first, last, capture.file);
    vectors.push(vector);
    steps.set(vector.id, [...current, { dpc: true }]);
    current = [];
  };
  reading: for await (const batch of capture.batches()) {
    for (const { frame, seconds, nanoseconds, originalLength } of batch) {
      if (number === options.most) {
        isCut = true;
        break reading;
      }
      if (boundary.isOverBefore(seconds, nanoseconds)) end(number);
      number++;
      if (current.length === 0) first = number;
      if (originalLength > frame.length) cutFrames++;
      else {
        const isPartial = isUnfilled(frame);
        if (isPartial) unfilled++;
        current.push({ rx: frame.slice(), ...(isPartial && options.takesPartial ? { csum: 'partial' } : {}) });
      }
      if (boundary.add(seconds, nanoseconds)) end(number);
    }
  }
  end(number);
  return { vectors, steps, frames: number, isCut, cutFrames, unfilled };
}

function vectorOf(first: number, last: number, file: string): Vector {
  return {
    id: `replay/${String(first).padStart(DIGITS, '0')}-${String(last).padStart(DIGITS, '0')}`,
    title: `Packets ${first} to ${last} of ${file}, in one DPC`,
    rules: [],
    level: 'must',
    flags: [],
    connections: [],
    steps: [],
    expect: [],
    otherwise: [],
  };
}
