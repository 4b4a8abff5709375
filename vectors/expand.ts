/** A vector's steps as bytes. */

import { buildFrame } from '../reference-impl/wire/build.ts';
import { positionCode } from './position-code.ts';
import type { Connection, SegmentSpec, Setting, Vector } from './vector.ts';

export type FrameStep =
  | { readonly rx: Uint8Array; readonly ipsec?: boolean }
  | { readonly dpc: true }
  | { readonly wait: number }
  | { readonly set: Setting };

/** The frame of a segment between the ends of a connection. */
export function expandSegment(segment: SegmentSpec, connection: Connection): Uint8Array {
  const { connection: _index, payload = 0, edition = 0, ipsec: _ipsec, ...fields } = segment;
  const bytes = new Uint8Array(payload);
  const stream = `${connection.src} ${connection.sport} ${edition}`;
  positionCode(stream, fields.seq ?? 0, bytes);
  return buildFrame({ ...connection, ...fields, payload: bytes });
}

export function expandVector(vector: Pick<Vector, 'steps' | 'connections'>): FrameStep[] {
  return vector.steps.map((step) => {
    if ('endOfDpc' in step) return { dpc: true };
    if ('wait' in step) return { wait: step.wait };
    if ('set' in step) return { set: step.set };
    const { receive } = step;
    const connection = vector.connections[receive.connection ?? 0];
    if (connection === undefined) throw new RangeError(`no connection ${receive.connection}`);
    const rx = expandSegment(receive, connection);
    return receive.ipsec === true ? { rx, ipsec: true } : { rx };
  });
}
