/** A short conversation that shows several rules, for readers without a capture. */

import { buildFrame, type FrameSpec } from '../../../reference-impl/wire/build.ts';
import type { CapturedFrames } from '../tools.ts';

export function exampleCapture(): CapturedFrames {
  const a = { src: '192.0.2.1', dst: '198.51.100.7', sport: 443, dport: 50_000, ack: 1 };
  const b = { src: '2001:db8::1', dst: '2001:db8::7', sport: 443, dport: 50_001, ack: 1 };
  const full = new Uint8Array(1448);
  const data = (from: typeof a, index: number, more: Partial<FrameSpec> = {}): FrameSpec => ({
    ...from,
    seq: 1 + index * full.length,
    payload: full,
    ...more,
  });
  const specs: FrameSpec[] = [
    data(a, 0, { id: 1 }),
    data(a, 1, { id: 2 }),
    data(b, 0),
    data(a, 2, { id: 3, flags: 'PA' }),
    data(b, 1),
    data(a, 3, { id: 4, ecn: 3 }),
    data(a, 4, { id: 5, ecn: 3 }),
    data(b, 3),
    data(b, 2),
    { ...a, id: 6, seq: 1 + 5 * full.length, flags: 'FA' },
  ];
  const frames = specs.map((spec, i) => ({ frame: buildFrame(spec), microseconds: i * 10 }));
  return { frames, isCut: false, notes: [] };
}
