/** The dimensions of a state. docs/vectors.md describes them. */

import { SYMMETRIES } from '../symmetries.ts';
import { BEFORE, JUST_BEFORE, LATER_SESSIONS, SESSIONS } from './before.ts';
import type { Dimension } from './covering.ts';
import type { Decision } from './decision.ts';
import { DECISIONS } from './decisions.ts';
import { CHEAP_OTHERS, OTHERS } from './others.ts';

/** Payload bytes of ordinary segments: at most this many, and more than the previous level (`OpenValues.payload`). */
export const PAYLOADS = [1, 7, 33, 66, 100, 257, 536, 1448, 1460, 8948] as const;
/** Segments of the unit before the decided one; or a number near it (`OpenValues.count`). */
export const COUNTS = [1, 2, 3, 4, 6, 9, 11, 15, 19, 64, 127] as const;
/** Payload bytes of the unit before the decided segment, near the limits of counters; 0: those of its segments. */
export const VOLUMES = [0, 1490, 4090, 8170, 16_370, 32_750, 50_000, 60_000] as const;

/** The checksum marks of the unit's first segment, and of the decided one; "all": also of those between. */
const MARKS = ['untold-partial', 'partial-unnecessary', 'unnecessary-partial', 'partial-all'];

/** Symmetries that states replace by dimensions of their own. */
const OWN = ['payload', 'window', 'psh'];
const MOVED = SYMMETRIES.filter(({ name }) => !OWN.includes(name));

export const STATE_DIMENSIONS: readonly Dimension[] = [
  { name: 'decision', levels: DECISIONS.map(({ name }) => name) },
  { name: 'variant', levels: ['ipv4', 'ipv6', 'ipv4-ts', 'ipv6-ts'] },
  { name: 'payload', levels: PAYLOADS.map(String), cheap: 7 },
  { name: 'relation', levels: ['equal', 'longer', 'shorter', 'no-payload'] },
  { name: 'count', levels: COUNTS.map(String), cheap: 4 },
  { name: 'volume', levels: VOLUMES.map(String), cheap: 1 },
  { name: 'ack-moves', levels: ['never', 'now', 'always', 'before', 'leaps'] },
  { name: 'window-moves', levels: ['never', 'now', 'falls', 'always', 'before'] },
  { name: 'window', levels: ['1000', '0', '40001', '65000', '65535'] },
  { name: 'ttl-moves', levels: ['never', 'up', 'down', 'down-before', 'low-first'] },
  { name: 'psh', levels: ['never', 'first', 'before', 'now', 'always'] },
  { name: 'timestamps', levels: ['stay', 'rise', 'leap', 'echo'] },
  { name: 'before', levels: BEFORE, late: ['rxcsum-switched'] },
  { name: 'just-before', levels: JUST_BEFORE },
  {
    name: 'after',
    levels: ['data', 'data-again', 'again', 'dpc', 'rsc-off', 'rxcsum-off'],
    late: ['rxcsum-off'],
  },
  { name: 'others', levels: Object.keys(OTHERS), cheap: CHEAP_OTHERS },
  { name: 'checksums', levels: ['untold', ...MARKS], late: MARKS },
  ...MOVED.map(({ name, choices }) => ({ name, levels: ['usual', ...choices.map(({ says }) => says)] })),
];

/**
 * A second array has two more dimensions: the number of earlier events, and a condition of the whole session. The first
 * level of each is that of the first array.
 */
export const HISTORY: Dimension = { name: 'history', levels: ['0', '2', '3', '4'] };
const session = (levels: readonly string[]): Dimension => ({
  name: 'session',
  levels,
  late: ['uro-on', 'ipsec-elsewhere', 'datagrams-elsewhere'],
});
export const HISTORY_DIMENSIONS: readonly Dimension[] = [
  ...STATE_DIMENSIONS,
  HISTORY,
  session(SESSIONS.filter((name) => !LATER_SESSIONS.includes(name))),
];
/** A third array has more sessions. */
export const ALL_DIMENSIONS: readonly Dimension[] = [...STATE_DIMENSIONS, HISTORY, session(SESSIONS)];

export const AT: Readonly<Record<string, number>> = Object.fromEntries(ALL_DIMENSIONS.map(({ name }, i) => [name, i]));

/** A level of each dimension, by name; those that symmetries move are not listed here. */
export interface Levels extends Readonly<Record<string, string>> {
  readonly decision: string;
  readonly variant: string;
  readonly payload: string;
  readonly relation: string;
  readonly count: string;
  readonly volume: string;
  readonly window: string;
  readonly psh: string;
  readonly timestamps: string;
  readonly before: string;
  readonly 'just-before': string;
  readonly after: string;
  readonly others: string;
  readonly checksums: string;
  /** Not in rows of the first array. */
  readonly history?: string;
  readonly session?: string;
}

/** Of a row of any array. */
export function levelsOf(row: readonly number[]): Levels {
  return Object.fromEntries(
    row.map((level, i) => {
      const { name, levels } = ALL_DIMENSIONS[i] as Dimension;
      return [name, levels[level] as string];
    }),
  ) as unknown as Levels;
}

export function decisionCalled(name: string): Decision {
  const found = DECISIONS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no decision is called ${name}`);
  return found;
}
