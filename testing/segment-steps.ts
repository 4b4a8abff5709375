/** Steps for tests of the judge: segments of ten bytes of one connection, and pure ACKs. */

import type { FrameStep } from '../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';

const FOUR: FrameSpec = { src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, seq: 1000, ack: 9, id: 7 };
export const SIX: Partial<FrameSpec> = { src: 'fd00::1', dst: 'fd00::2' };

/** The `place`th segment. */
export function data(place: number, fields: Partial<FrameSpec> = {}): FrameStep {
  return { rx: buildFrame({ ...FOUR, seq: 1000 + 10 * place, payload: new Uint8Array(10).fill(place), ...fields }) };
}

/** At the place of the `place`th segment. */
export function pureAck(place: number, fields: Partial<FrameSpec> = {}): FrameStep {
  return { rx: buildFrame({ ...FOUR, seq: 1000 + 10 * place, ...fields }) };
}
