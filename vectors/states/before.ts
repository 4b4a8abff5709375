/** What comes before the unit of the decided segment, and directly before that segment. */

import type { SegmentSpec } from '../vector.ts';

/**
 * On the same connection. "Now": after the unit. "At once": the decided segment is the next but one, so the unit has one segment.
 * "Earlier": the unit has two.
 */
export const BEFORE = [
  'nothing',
  'exception',
  'exception-earlier',
  'two-exceptions-at-once',
  'exception-now',
  'restart',
  'restart-earlier',
  'restart-at-once',
  'two-pushed',
  'window-update',
  'wait',
  'dpc',
  'two-dpcs-at-once',
  'dpc-with-exception',
  'idle-dpc',
  'rsc-switched-at-once',
  'rxcsum-switched',
] as const;
export type Before = (typeof BEFORE)[number];

/** One event of a history, on the same connection. */
export const EVENTS = [
  'unit',
  'unit',
  'restart',
  'pure-ack',
  'updated',
  'updated-ack',
  'exception',
  'dpc',
  'dpc',
  'idle-dpc',
  'switch',
] as const;
export type HistoryEvent = (typeof EVENTS)[number];

/**
 * A condition of the whole session: a setting, an open unit of another connection, or frames that another connection
 * sent at first.
 */
export const SESSIONS = [
  'nothing',
  'other-version-off',
  'long-unit-elsewhere',
  'fragments-elsewhere',
  'uro-on',
  'ipsec-elsewhere',
  'tunnels-elsewhere',
  'datagrams-elsewhere',
] as const;
/** The last ones have an array of their own, so that the rows of the second stay. */
export const LATER_SESSIONS: readonly string[] = ['tunnels-elsewhere', 'datagrams-elsewhere'];
export type SessionLevel = (typeof SESSIONS)[number];

/** Whether another connection, between hosts of its own, takes part. */
export const hasBystander = (session: string | undefined): boolean => session?.endsWith('elsewhere') === true;

/** Comes directly before the decided segment, from another connection or from none. */
export const JUST_BEFORE = ['nothing', 'data', 'restart', 'exception', 'other-version', 'no-segment', 'wait'] as const;
export type JustBefore = (typeof JUST_BEFORE)[number];

/** The kind of the extra connection that sends it, if there is one. */
export function guestOf(justBefore: JustBefore): 'hosts' | 'version' | undefined {
  if (justBefore === 'other-version') return 'version';
  return ['data', 'restart', 'exception'].includes(justBefore) ? 'hosts' : undefined;
}

/** Exceptions that can come before. It is unknown which of them a fault remembers, so a state may have any. */
export const EXCEPTIONS: readonly SegmentSpec[] = [
  ...['S', 'F', 'R', 'U'].map((flags) => ({ flags })),
  { corrupt: { tcpChecksum: 'wrong' } },
  { options: '0101050a0000000100000002' },
  { ipOptions: '01010101' },
  { extensions: [{ kind: 'hop-by-hop' }] },
  { ipsec: true },
];
/** Exceptions of another connection that come just before. */
export const GUEST_EXCEPTIONS: readonly SegmentSpec[] = [
  ...['S', 'F', 'R', 'U'].map((flags) => ({ flags })),
  { corrupt: { tcpChecksum: 'wrong' } },
  { fragmentOffset: 3, df: false },
  { fragmentOffset: 3, df: false },
];

/** Segments of an earlier unit, and payloads of a long one. */
export const EARLIER: readonly number[] = [1, 1, 1, 1, 2, 2, 2, 17];
export const EARLIER_SIZES: readonly number[] = [60, 2100];

/** Frames that are not TCP segments. */
export const NO_SEGMENTS: readonly SegmentSpec[] = [
  { corrupt: { dataOffset: 4 } },
  { corrupt: { dataOffset: 0 } },
  { corrupt: { ipVersion: 5 } },
  { transport: 'udp' },
  { transport: 'udp' },
];

/** Frames that come while nothing is coalesced. */
export const FRAMES_WHILE_OFF: readonly SegmentSpec[] = [
  {},
  {},
  {},
  { corrupt: { tcpChecksum: 'wrong' } },
  { flags: 'P' },
  { flags: 'F' },
  { csum: 'partial' },
  { csum: 'unnecessary' },
];

/** Fields in which an earlier unit differs, with the symmetry that moves them. */
export const DIFFERENCES: readonly (readonly [moved: string, fields: SegmentSpec])[] = [
  ['ecn', { ecn: 1 }],
  ['ecn', { ecn: 3 }],
  ['congestion', { flags: 'AE' }],
  ['dscp', { dscp: 9 }],
  ['nothing', { srcMac: '02:00:00:00:00:0b' }],
  ['df', { df: false }],
  ['flow-label', { flowLabel: 0x1_2345 }],
];
