/** Converts a vector's steps to bytes. */

import type { FrameStep } from '../reference-impl/step.ts';
import { checksumPlaceOf } from '../reference-impl/virtio/checksum-place.ts';
import { frameBetween } from '../reference-impl/wire/build.ts';
import { setU16 } from '../reference-impl/wire/bytes.ts';
import { parseSegment, Segment } from '../reference-impl/wire/segment.ts';
import { positionCode } from './position-code.ts';
import { tunnelled } from './tunnel.ts';
import type { Connection, SegmentSpec, Vector } from './vector.ts';

/**
 * The frame of a segment between the ends of a connection: Ethernet header to the last byte of a trailer, without the frame
 * check sequence. Checksums are right unless `corrupt` says otherwise. A new array each time.
 */
export function expandSegment(segment: SegmentSpec, connection: Connection): Uint8Array {
  const { payload: length = 0, payloadVersion = 0, seq = 0, csum, tunnel } = segment;
  const { src, dst, sport, dport } = connection;
  const payload = length <= scratch.length ? scratch.subarray(0, length) : new Uint8Array(length);
  positionCode(`${src} ${sport} ${dst} ${dport} ${payloadVersion}`, seq, payload);
  if (tunnel !== undefined) {
    const inner = frameBetween(connection, { ...segment, trailer: 0 }, payload);
    return tunnelled(inner, tunnel, segment.id ?? seq & 0xffff);
  }
  const frame = frameBetween(connection, segment, payload);
  if (csum === 'partial' && segment.corrupt?.tcpChecksum === undefined) leaveToOffload(frame);
  return frame;
}

/** A payload, kept until it is in its frame. */
const scratch = new Uint8Array(0x1_0000);

/** Leaves the checksum to offload: the field is the pseudo-header's sum. */
function leaveToOffload(frame: Uint8Array): void {
  const segment = parseSegment(frame, new Segment());
  const place = checksumPlaceOf(segment);
  if (place !== undefined) setU16(frame, place.start + place.offset, place.pseudoHeaderSum);
}

/** The steps for a target: `receive` steps as bytes, settings and ends of DPCs as they are. */
export function expandVector(vector: Pick<Vector, 'steps' | 'connections'>): FrameStep[] {
  return vector.steps.map((step) => {
    if ('endOfDpc' in step) return { dpc: true };
    if ('wait' in step) return { wait: step.wait };
    if ('set' in step) return { set: step.set };
    const { receive } = step;
    const connection = vector.connections[receive.connection ?? 0];
    if (connection === undefined) throw new RangeError(`no connection ${receive.connection}`);
    const rx = expandSegment(receive, connection);
    const { ipsec, csum } = receive;
    if (ipsec !== true && csum === undefined) return { rx };
    return { rx, ...(ipsec === true ? { ipsec } : {}), ...(csum === undefined ? {} : { csum }) };
  });
}
