/** Where the time goes: the parts of the coalescer's work, each alone over the same frames. */

import { Scratch } from '../reference-impl/wire/scratch.ts';
import { parseSegment, Segment, verify } from '../reference-impl/wire/segment.ts';
import { frameModule } from '../reference-impl/wire/wasm/frame-module.ts';
import type { Pool, Workload } from './workload.ts';

export type Part = readonly [name: string, run: (count: number) => void];

export function parts(pool: Pool, workload: Workload): Part[] {
  const { frames } = pool;
  const scratch = new Scratch(frameModule());
  const segment = parseSegment(frames[0] as Uint8Array, new Segment());
  const { payloadOffset, payloadLength } = segment;
  const unit = new Uint8Array(payloadOffset + workload.run * payloadLength);
  const each = (count: number, step: (frame: Uint8Array, i: number) => void): void => {
    for (let i = 0, j = 0; i < count; i++) {
      step(frames[j] as Uint8Array, i);
      if (++j === frames.length) j = 0;
    }
  };
  let kept: Uint8Array[] = [];
  return [
    ['parse', (count) => each(count, (frame) => parseSegment(frame, segment))],
    ['place (copy in)', (count) => each(count, (frame) => scratch.place(frame))],
    ['sum payload', (count) => each(count, () => scratch.sum(payloadOffset, payloadLength))],
    ['verify headers', (count) => each(count, () => verify(segment, 0))],
    [
      'append (copy on)',
      (count) => {
        const payload = scratch.payload(payloadOffset, payloadLength);
        each(count, (_, i) => unit.set(payload, payloadOffset + (i % workload.run) * payloadLength));
      },
    ],
    [
      'memory of SCUs',
      (count) => {
        for (let i = 0; i < count; i += workload.run) {
          kept.push(new Uint8Array(unit.length));
          if (kept.length === workload.dpc / workload.run) kept = [];
        }
      },
    ],
  ];
}
