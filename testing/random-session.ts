/**
 * Random sessions for property tests of the judge: most segments can be merged, and those that cannot come next to each
 * other.
 */

import fc from 'fast-check';
import type { FrameStep } from '../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';
import { positionCode } from '../vectors/position-code.ts';

export type Op =
  | { readonly op: 'dpc' }
  | { readonly op: 'set'; readonly rsc4: boolean; readonly rsc6: boolean }
  | {
      readonly op: 'segment';
      readonly connection: number;
      readonly kind: Kind;
      readonly length: number;
      readonly odd: number;
    };

const KINDS = ['data', 'window-update', 'duplicate', 'ack', 'repeat', 'gap'] as const;
type Kind = (typeof KINDS)[number];

/** The peculiarity of a segment; most have none. */
const ODDITIES: readonly Partial<FrameSpec>[] = [
  { flags: 'AP' },
  { flags: 'AS' },
  { flags: 'AF' },
  { flags: 'AE' },
  { flags: 'AN' },
  { ecn: 3 },
  { dscp: 10 },
  { ttl: 9 },
  { df: false },
  { mf: true },
  { fragmentOffset: 3 },
  { options: '01010101' },
  { options: '0402' },
  { timestamps: [7, 8] },
  { ipOptions: '01010101', extensions: [{ kind: 'hop-by-hop' }] },
  { srcMac: '02:00:00:00:00:09' },
  { corrupt: { tcpChecksum: 'wrong' } },
  { corrupt: { ipChecksum: 'wrong' } },
  { corrupt: { dataOffset: 3 } },
  { corrupt: { protocol: 17 } },
  { tags: [{ vid: 5 }] },
];

const segment = fc.record({
  op: fc.constant('segment' as const),
  connection: fc.integer({ min: 0, max: 2 }),
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant<Kind>('data') },
    { weight: 4, arbitrary: fc.constantFrom(...KINDS) },
  ),
  length: fc.constantFrom(1, 3, 4, 8, 20, 100),
  odd: fc.oneof(
    { weight: 6, arbitrary: fc.constant(-1) },
    { weight: 2, arbitrary: fc.integer({ min: 0, max: ODDITIES.length - 1 }) },
  ),
});

export const sessionOps: fc.Arbitrary<Op[]> = fc.array(
  fc.oneof(
    { weight: 12, arbitrary: segment },
    { weight: 2, arbitrary: fc.constant<Op>({ op: 'dpc' }) },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('set' as const), rsc4: fc.boolean(), rsc6: fc.boolean() }) },
  ),
  { maxLength: 24 },
);

const ENDS = [
  { src: '10.0.0.1', dst: '192.0.2.1', sport: 4001, dport: 5001 },
  { src: '10.0.0.2', dst: '192.0.2.1', sport: 4002, dport: 5001 },
  { src: '2001:db8::5', dst: '2001:db8::1', sport: 4003, dport: 5001 },
] as const;

/** Steps of a session; it always ends with a DPC. */
export function stepsOf(ops: readonly Op[]): FrameStep[] {
  const states = ENDS.map(() => ({ seq: 0xffff_ffc0, ack: 1000, window: 500, last: 0 }));
  let id = 1;
  const steps = ops.map((op): FrameStep => {
    if (op.op === 'dpc') return { dpc: true };
    if (op.op === 'set') return { set: { rsc4: op.rsc4, rsc6: op.rsc6 } };
    const state = states[op.connection] as (typeof states)[number];
    const ends = ENDS[op.connection] as (typeof ENDS)[number];
    const isData = op.kind === 'data' || op.kind === 'repeat' || op.kind === 'gap';
    let seq = state.seq;
    if (op.kind === 'repeat') seq = (state.seq - op.length) >>> 0;
    if (op.kind === 'gap') seq = (state.seq + 5) >>> 0;
    if (op.kind === 'window-update') state.window++;
    if (op.kind === 'ack') state.ack += 10;
    const payload = new Uint8Array(isData ? op.length : 0);
    positionCode(`${ends.src}`, seq, payload);
    if (isData && op.kind !== 'repeat') state.seq = (seq + op.length) >>> 0;
    const spec: FrameSpec = {
      ...ends,
      id: id++,
      seq,
      ack: state.ack,
      window: state.window,
      trailerByte: 0xee,
      payload,
      ...(ODDITIES[op.odd] ?? {}),
    };
    return { rx: buildFrame(spec) };
  });
  return [...steps, { dpc: true }];
}
