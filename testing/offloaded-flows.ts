/** Flows whose sender leaves segmentation to its NIC: the frames in a capture before the NIC, and those on the wire. */

import fc from 'fast-check';
import { buildFrame, type FrameFields } from '../reference-impl/wire/build.ts';
import { partial } from './capture-pair-scene.ts';
import type { Sent } from './sent-flows.ts';

const MSS = 1400;
/** The largest packet on the wire: headers, with timestamps over IPv6, and a segment. */
export const OFFLOADED_MTU: number = 40 + 20 + MSS;

export interface OffloadedFlow {
  readonly ipv6: boolean;
  /** Whether the NIC counts the IPv4 Identification up, or keeps it. */
  readonly countsIds: boolean;
  readonly bursts: readonly Burst[];
}

interface Burst {
  /** Whole segments; beyond 46 it is BIG TCP, with an IP length of 0. */
  readonly whole: number;
  readonly rest: number;
  readonly push: boolean;
  readonly lost: readonly boolean[];
  readonly endsDpc: readonly boolean[];
}

const oneIn = (count: number): fc.Arbitrary<boolean> => fc.integer({ min: 1, max: count }).map((die) => die === count);
const flags = (count: number): fc.Arbitrary<boolean[]> => fc.array(oneIn(count), { minLength: 61, maxLength: 61 });

export const offloadedFlows: fc.Arbitrary<OffloadedFlow> = fc.record({
  ipv6: fc.boolean(),
  countsIds: fc.boolean(),
  bursts: fc.array(
    fc.record({
      whole: fc.constantFrom(0, 1, 2, 2, 3, 5, 8, 20, 44, 46, 60),
      rest: fc.constantFrom(0, 1, 17, 700),
      push: fc.boolean(),
      lost: flags(40),
      endsDpc: flags(6),
    }),
    { minLength: 1, maxLength: 6 },
  ),
});

/** `before`: frames in the sender's capture; `wire`: frames that its NIC sends. */
export function offloaded({ ipv6, countsIds, bursts }: OffloadedFlow): { before: Uint8Array[]; wire: Sent[] } {
  const before: Uint8Array[] = [];
  const wire: Sent[] = [];
  let seq = 0xffff_0000;
  let id = 100;
  const ends = ipv6 ? { src: '2001:db8::1', dst: '2001:db8::2' } : { src: '10.0.0.1', dst: '10.0.0.2' };
  const frame = (fields: FrameFields & { readonly payload: Uint8Array }, ipLength?: number): Uint8Array =>
    buildFrame({
      ...{ ...ends, sport: 5000, dport: 443, ack: 1, window: 500, ...fields },
      ...(ipLength === undefined ? {} : { corrupt: { ipLength } }),
    });
  for (const { whole, rest, push, lost, endsDpc } of bursts) {
    const length = whole * MSS + rest;
    if (length === 0) continue;
    const payload = Uint8Array.from({ length }, (_, i) => {
      const at = (seq + i) >>> 0;
      return (at ^ ((at >>> 8) * 31)) & 0xff;
    });
    const isBig = length + 40 > 0xffff;
    const all = frame({ seq, id, payload, flags: push ? 'AP' : 'A' }, isBig ? 0 : undefined);
    before.push(isBig ? all : partial(all));
    const pieces = Math.ceil(length / MSS);
    for (let i = 0; i < pieces; i++) {
      const part = payload.subarray(i * MSS, (i + 1) * MSS);
      const fields = { seq: (seq + i * MSS) >>> 0, id: countsIds ? id + i : id, payload: part };
      const piece = frame({ ...fields, flags: push && i === pieces - 1 ? 'AP' : 'A' });
      wire.push({ frame: piece, isLost: lost[i] === true, endsDpc: endsDpc[i] === true, late: 0 });
    }
    id += pieces;
    seq = (seq + length) >>> 0;
  }
  return { before, wire };
}
