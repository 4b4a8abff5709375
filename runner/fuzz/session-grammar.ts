/**
 * The grammar of random sessions, and the session at each place of a seed. It does not depend on a target: the same seed gives
 * the same sessions everywhere. Most segments can be merged; those that cannot come next to each other.
 *
 * Only words, numbers and switches, and no mapping between them: so fast-check can shrink a session that comes from a
 * file as well as one that it made.
 */

import fc from 'fast-check';
import { MOVES } from '../../vectors/symmetries.ts';
import {
  COMMON_KINDS,
  FLOWS,
  type FuzzFlow,
  type FuzzOp,
  type FuzzSession,
  KINDS,
  type Kind,
  OTHER_VID,
  TWINS,
} from './fuzz-session.ts';
import { COMMON_TWISTS, TWIST_NAMES, type TwistName } from './twists.ts';

/** This many times as likely as any other. */
const often = <T>(value: T, times: number): T[] => Array.from({ length: times }, () => value);

const on = fc.constantFrom(
  ...often(0, 16),
  ...often(1, 6),
  2,
  2,
  3,
  3,
  ...Array.from({ length: FLOWS - 4 }, (_, i) => i + 4),
);
/** The first `common` elements are twice as likely as the others. */
const weighted = <T>(all: readonly T[], common: number): T[] => [...all, ...all.slice(0, common)];
const kinds = weighted<Kind>(KINDS, COMMON_KINDS);
const kind = fc.constantFrom<Kind[]>(...often<Kind>('data', 2 * kinds.length), ...kinds);
const twists = weighted(TWIST_NAMES, COMMON_TWISTS);
const twistName = fc.constantFrom<TwistName[]>(...often<TwistName>('none', 3 * twists.length), ...twists);
const rarely = fc.constantFrom<TwistName[]>(...often<TwistName>('none', 10 * twists.length), ...twists);
/** For a frame of Ethernet's usual size. */
const anyLength = fc.integer({ min: 1, max: 1460 });
/** The shortest ones cause padding; 0 is the flow's length. */
const length = fc.oneof(
  { weight: 22, arbitrary: fc.constantFrom(...often(0, 12), 1, 2, 3, 4, 6, 7, 20, 33, 536, 1448) },
  { weight: 2, arbitrary: anyLength },
);
/** 16,374 four times is one byte more than an IPv4 datagram holds, 16,379 on IPv6. */
const size = fc.oneof(
  { weight: 17, arbitrary: fc.constantFrom(...often(100, 24), 2, 6, 10, 33, 536, 1448, 8948, 16_374, 16_379, 30_000) },
  { weight: 3, arbitrary: fc.constantFrom(1, 1, 3, 7, 31, 64, 255, 256, 1460, 2000, 4096) },
  { weight: 4, arbitrary: anyLength },
);

const segment = fc.record({
  op: fc.constant('segment' as const),
  on,
  kind,
  length,
  twist: twistName,
  also: rarely,
  value: fc.nat({ max: 0xffff }),
});
/** Mostly short; sometimes long enough for faults that count segments. */
const count = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 20 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 130 }) },
);
const run = fc.record({ op: fc.constant('run' as const), on, count });
const turn = fc.record({ op: fc.constant('turn' as const), on, twist: twistName });
const dpc = fc.record({ op: fc.constant('dpc' as const) });
const wait = fc.record({ op: fc.constant('wait' as const), us: fc.constantFrom(1000, 1, 50) });
const mostlyOn = fc.constantFrom(true, true, true, false);
const set = fc.record({
  op: fc.constant('set' as const),
  rsc4: mostlyOn,
  rsc6: mostlyOn,
  uro: mostlyOn,
  rxcsum: fc.constantFrom(...often(true, 7), false),
});

const twin = fc.oneof(
  { weight: 24, arbitrary: fc.constant(0) },
  { weight: 8, arbitrary: fc.nat({ max: TWINS - 1 }) },
  { weight: 1, arbitrary: fc.constant(OTHER_VID) },
);
/** One in this many sends datagrams, or all but one. */
const flow = (datagrams: readonly boolean[]): fc.Arbitrary<FuzzFlow> =>
  fc.record({
    ip: fc.constantFrom<(4 | 6)[]>(4, 4, 6),
    stamped: fc.boolean(),
    wraps: fc.boolean(),
    alone: fc.boolean(),
    size,
    udp: fc.constantFrom(...datagrams),
    moves: fc.array(fc.constantFrom(...MOVES), { maxLength: 12, size: 'max' }),
    twin,
  });
const flowsOf = (datagrams: readonly boolean[]): fc.Arbitrary<FuzzFlow[]> =>
  fc.array(flow(datagrams), { minLength: FLOWS, maxLength: FLOWS });
/** In some sessions most flows send datagrams. */
const flows = fc.oneof(
  { weight: 7, arbitrary: flowsOf([...often(false, 9), true]) },
  { weight: 1, arbitrary: flowsOf([...often(true, 9), false]) },
);

/** Sessions of at most this many steps. */
export function fuzzSessions(maxLength: number): fc.Arbitrary<FuzzSession> {
  const op: fc.Arbitrary<FuzzOp> = fc.oneof(
    { weight: 40, arbitrary: segment },
    { weight: 1, arbitrary: run },
    { weight: 4, arbitrary: dpc },
    { weight: 1, arbitrary: turn },
    { weight: 2, arbitrary: set },
    { weight: 1, arbitrary: wait },
  );
  return fc.record({
    uro: fc.boolean(),
    focus: fc.oneof(
      { weight: 2, arbitrary: fc.constant<TwistName>('none') },
      { weight: 1, arbitrary: fc.constantFrom(...TWIST_NAMES) },
    ),
    flows,
    ops: fc.array(op, { minLength: 1, maxLength, size: 'max' }),
  });
}

/** The sessions of a seed from a place on. Each has its own seed, so earlier ones do not matter. */
export function sessionAt(sessions: fc.Arbitrary<FuzzSession>, seed: number, place: number): FuzzSession {
  const [session] = fc.sample(sessions, { seed: mixed(seed, place), numRuns: 1, unbiased: true });
  return session as FuzzSession;
}

/** A seed from two numbers; murmur3's finalizer over both. */
function mixed(seed: number, place: number): number {
  let value = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ place;
  value = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return value ^ (value >>> 16);
}
