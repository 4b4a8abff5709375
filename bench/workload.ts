/** In-memory frames to coalesce: connections side by side, each in runs of segments that all merge. */

import { buildFrame } from '../reference-impl/wire/build.ts';

export interface Workload {
  readonly name: string;
  readonly ipVersion: 4 | 6;
  readonly timestamps: boolean;
  readonly payload: number;
  readonly connections: number;
  /** Segments of a connection that arrive back to back. */
  readonly run: number;
  /** Frames between two DPC ends. */
  readonly dpc: number;
}

/** 64 connections of full segments, 16 of each back to back; others differ from it in what they are about. */
export const USUAL: Workload = {
  name: 'IPv4',
  ipVersion: 4,
  timestamps: false,
  payload: 1448,
  connections: 64,
  run: 16,
  dpc: 1024,
};

export interface Pool {
  readonly frames: readonly Uint8Array[];
  /** Where each frame starts and ends in `words`, in 32-bit words; the floor needs no more. */
  readonly words: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/** At least this many bytes of frames: more than a core's own caches hold. */
const POOL_BYTES = 16 * 1024 * 1024;

/** Frames that can be replayed for ever: every connection starts over at a DPC's end. */
export function buildPool(workload: Workload, poolBytes: number = POOL_BYTES): Pool {
  const { connections, run } = workload;
  const round = connections * run;
  const size = frameOf(workload, 0, 0).length;
  const stride = (size + 3) & ~3;
  const roundsADpc = Math.max(1, workload.dpc / round);
  const rounds = roundsADpc * Math.max(1, Math.ceil(poolBytes / (stride * round * roundsADpc)));
  const count = rounds * round;
  const arena = new Uint8Array(count * stride);
  const frames: Uint8Array[] = [];
  const starts = new Int32Array(count);
  const ends = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    const connection = Math.floor(i / run) % connections;
    const segment = Math.floor(i / round) * run + (i % run);
    const at = i * stride;
    arena.set(frameOf(workload, connection, segment), at);
    frames.push(arena.subarray(at, at + size));
    starts[i] = at >> 2;
    ends[i] = (at + stride) >> 2;
  }
  return { frames, words: new Int32Array(arena.buffer), starts, ends };
}

function frameOf(workload: Workload, connection: number, segment: number): Uint8Array {
  const host = connection & 0xff;
  const payload = new Uint8Array(workload.payload);
  for (let i = 0; i < payload.length; i++) payload[i] = (connection * 31 + segment * 7 + i * 13) >> 1;
  return buildFrame({
    src: workload.ipVersion === 4 ? `10.0.0.${host}` : `fd00::${host.toString(16)}`,
    dst: workload.ipVersion === 4 ? '10.1.0.1' : 'fd00:1::1',
    sport: 1024 + connection,
    dport: 443,
    id: segment & 0xffff,
    seq: (connection * 0x1000_0001 + segment * workload.payload) >>> 0,
    ack: 1,
    payload,
    ...(workload.timestamps ? { timestamps: [1000 + segment, 77] as const } : {}),
  });
}
