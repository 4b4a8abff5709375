/** The dimensions of states with a decision on a datagram, and which levels can occur together. */

import { SYMMETRIES } from '../symmetries.ts';
import { JUST_BEFORE } from './before.ts';
import type { Allows, Dimension } from './covering.ts';
import { HISTORY } from './dimensions.ts';
import { OTHERS, type Others } from './others.ts';
import { ALL_URO_DECISIONS, URO_DECISIONS, type UroDecision } from './uro-decisions.ts';

/** At most this many bytes, and more than the previous level. */
export const URO_PAYLOADS: readonly number[] = [1, 7, 33, 66, 100, 257, 536, 1448, 1472, 8948];
/** Number of equal datagrams before it in its unit, or a number near it. */
const POSITIONS = [1, 2, 3, 4, 6, 8, 15, 19, 39, 99];
const MOST_BYTES = 60_000;

/** Earlier events on the connection, with the names that states of segments use. */
export const URO_BEFORE = [
  'nothing',
  'exception',
  'exception-earlier',
  'two-exceptions-at-once',
  'exception-now',
  'restart',
  'restart-earlier',
  'restart-at-once',
  'wait',
  'dpc-with-exception',
  'two-dpcs-at-once',
  'idle-dpc',
  'uro-switched-at-once',
  'rsc-switched',
  'rxcsum-switched',
] as const;
export type UroBefore = (typeof URO_BEFORE)[number];

const MARKS = ['first-unnecessary', 'this-unnecessary', 'all-unnecessary'];
const MOST_OTHERS = 9;
const MOVED = ['df', 'reserved-flag', 'dscp', 'ecn', 'flow-label', 'ttl', 'tags', 'trailer', 'id', 'ports'];

export const URO_DIMENSIONS: readonly Dimension[] = [
  { name: 'decision', levels: Object.keys(URO_DECISIONS) },
  { name: 'variant', levels: ['ipv4', 'ipv6'] },
  { name: 'payload', levels: URO_PAYLOADS.map(String), cheap: 6 },
  { name: 'position', levels: POSITIONS.map(String), cheap: 4 },
  { name: 'before', levels: URO_BEFORE, late: ['rxcsum-switched'] },
  { name: 'just-before', levels: [...JUST_BEFORE, 'segment'] },
  {
    name: 'others',
    levels: Object.entries(OTHERS).flatMap(([name, { count }]) => (count <= MOST_OTHERS ? [name] : [])),
  },
  { name: 'checksums', levels: ['untold', ...MARKS], late: MARKS },
  { name: 'after', levels: ['data', 'again', 'dpc', 'uro-off', 'rxcsum-off'], late: ['rxcsum-off'] },
  ...SYMMETRIES.filter(({ name }) => MOVED.includes(name)).map(({ name, choices }) => ({
    name,
    levels: ['usual', ...choices.map(({ says }) => says)],
  })),
];

/** A condition of the whole session. */
export const URO_SESSIONS: readonly string[] = ['nothing', 'rsc-off', 'long-unit-elsewhere', 'fragments-elsewhere'];

const LATER_URO_SESSIONS: readonly string[] = ['tunnels-elsewhere'];

/** Of the second array: more decisions, a history, and a session. */
export const URO_HISTORY_DIMENSIONS: readonly Dimension[] = [
  ...URO_DIMENSIONS.map((one) => (one.name === 'decision' ? { ...one, levels: Object.keys(ALL_URO_DECISIONS) } : one)),
  HISTORY,
  { name: 'session', levels: URO_SESSIONS },
];
/** Of the third: more sessions. */
export const ALL_URO_DIMENSIONS: readonly Dimension[] = URO_HISTORY_DIMENSIONS.map((one) =>
  one.name === 'session' ? { ...one, levels: [...URO_SESSIONS, ...LATER_URO_SESSIONS] } : one,
);

export type UroLevels = Readonly<
  Record<
    'decision' | 'variant' | 'payload' | 'position' | 'before' | 'just-before' | 'others' | 'checksums' | 'after',
    string
  > & { readonly history?: string; readonly session?: string }
>;

/** By name, of a row of any array; those that symmetries move are not listed. */
export function uroLevelsOf(row: readonly number[]): UroLevels {
  return Object.fromEntries(
    row.map((level, i) => {
      const { name, levels } = ALL_URO_DIMENSIONS[i] as Dimension;
      return [name, levels[level] as string];
    }),
  ) as unknown as UroLevels;
}

/** Whether two levels, by dimension, exclude each other. */
type Excludes = (level: (name: string) => string | undefined) => boolean;

const isMoved = (level: string | undefined): boolean => level !== undefined && level !== 'usual';
const decisionOf = (level: string | undefined): UroDecision | undefined =>
  level === undefined ? undefined : ALL_URO_DECISIONS[level];
const ONLY: Readonly<Record<string, string>> = {
  df: 'ipv4',
  id: 'ipv4',
  'reserved-flag': 'ipv4',
  'flow-label': 'ipv6',
};

const EXCLUSIONS: readonly Excludes[] = [
  (level) => {
    const only = decisionOf(level('decision'))?.only;
    return only !== undefined && level('variant') !== undefined && level('variant') !== `ipv${only}`;
  },
  (level) => (decisionOf(level('decision'))?.settles ?? []).some((name) => isMoved(level(name))),
  (level) =>
    Object.entries(ONLY).some(
      ([name, only]) => isMoved(level(name)) && level('variant') !== undefined && level('variant') !== only,
    ),
  (level) => {
    const others = OTHERS[level('others') ?? 'none'] as Others;
    const isOtherVersion = others.kind === 'version' || level('just-before') === 'other-version';
    if (isOtherVersion && Object.keys(ONLY).some((name) => name !== 'id' && isMoved(level(name)))) return true;
    return (isOtherVersion || others.kind === 'reverse') && isMoved(level('ports'));
  },
  (level) => Number(level('payload') ?? 0) * (Number(level('position') ?? 0) + 3) > MOST_BYTES,
  (level) => ['shorter', 'much-shorter'].includes(level('decision') ?? '') && level('payload') === '1',
  // It is twice as long, and the next one, too.
  (level) => level('decision') === 'much-longer' && ['8948'].includes(level('payload') ?? ''),
  // TCP segments go alone then, and RSC stays off.
  (level) =>
    level('session') === 'rsc-off' && (level('just-before') === 'segment' || level('before') === 'rsc-switched'),
  // Fragments take what the symmetries of whole datagrams move.
  (level) => level('session') === 'fragments-elsewhere' && ['df', 'reserved-flag'].some((name) => isMoved(level(name))),
  (level) =>
    level('session') === 'tunnels-elsewhere' &&
    ['tags', 'trailer', 'reserved-flag'].some((name) => isMoved(level(name))),
  (level) => level('decision') === 'after-shorter' && level('payload') === '1',
  // A datagram as long as half of the limit cannot be followed by another.
  (level) => level('decision') === 'too-long' && level('position') === '1',
  (level) => {
    const [before, position] = [level('before') ?? '', level('position')];
    if (position === undefined) return false;
    return (before.endsWith('-at-once') && position !== '1') || (before.endsWith('-earlier') && position !== '2');
  },
  // Then the decided datagram is the first, and there is no unit that it could differ from.
  (level) =>
    level('before') === 'exception-now' && !['alone', undefined].includes(decisionOf(level('decision'))?.effect),
  (level) => level('after') === 'again' && !['alone', undefined].includes(decisionOf(level('decision'))?.effect),
  // Switching off URO does not end a TCP segment's unit.
  (level) => level('just-before') === 'segment' && level('after') === 'uro-off',
  // A datagram marked unnecessary is not verified.
  (level) => level('decision') === 'bad' && ['this-unnecessary', 'all-unnecessary'].includes(level('checksums') ?? ''),
];

export const allowsUroState: Allows = (i, a, j, b) => {
  const [one, other] = [ALL_URO_DIMENSIONS[i] as Dimension, ALL_URO_DIMENSIONS[j] as Dimension];
  const level = (name: string): string | undefined => {
    if (name === one.name) return one.levels[a];
    return name === other.name ? other.levels[b] : undefined;
  };
  return !EXCLUSIONS.some((excludes) => excludes(level));
};
