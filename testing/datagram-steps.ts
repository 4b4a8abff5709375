/** Steps for tests of URO: datagrams of ten bytes of one connection. */

import type { FrameStep } from '../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';

export const URO: FrameStep = { set: { uro: true } };

export function datagram(place: number, fields: Partial<FrameSpec> = {}): FrameStep {
  const payload = new Uint8Array(10).fill(place);
  const spec = { src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, id: place, transport: 'udp', payload } as const;
  return { rx: buildFrame({ ...spec, ...fields }) };
}
