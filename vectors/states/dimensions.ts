/** The dimensions of a state, and which of their levels can occur together. docs/vectors.md describes them. */

import { SYMMETRIES } from '../symmetries.ts';
import type { Allows, Dimension } from './covering.ts';
import { DECISIONS, type Decision } from './decisions.ts';

/** Payload bytes of ordinary segments. */
export const PAYLOADS = [1, 33, 100, 257, 536, 1448, 8948] as const;
/** Segments of the unit before the decided one. */
export const COUNTS = [1, 2, 8, 19, 44, 127] as const;
/** Payload bytes of the unit before the decided segment; 0: as its segments have them. */
export const VOLUMES = [0, 16_500, 33_000, 60_000] as const;

/** Moved by the state itself, with other words. */
const OWN = ['payload', 'window', 'psh', 'constant-id'];
const MOVED = SYMMETRIES.filter(({ name }) => !OWN.includes(name));

export const STATE_DIMENSIONS: readonly Dimension[] = [
  { name: 'decision', levels: DECISIONS.map(({ name }) => name) },
  { name: 'variant', levels: ['ipv4', 'ipv6', 'ipv4-ts', 'ipv6-ts'] },
  { name: 'payload', levels: PAYLOADS.map(String) },
  { name: 'relation', levels: ['equal', 'longer', 'shorter'] },
  { name: 'count', levels: COUNTS.map(String) },
  { name: 'volume', levels: VOLUMES.map(String) },
  { name: 'ack-moves', levels: ['never', 'now', 'always'] },
  { name: 'window-moves', levels: ['never', 'now', 'falls', 'always'] },
  { name: 'window', levels: ['1000', '0', '40000', '65000'] },
  { name: 'ttl-moves', levels: ['never', 'up', 'down', 'down-before'] },
  { name: 'psh', levels: ['never', 'first', 'before', 'now', 'always'] },
  { name: 'timestamps', levels: ['stay', 'rise'] },
  {
    name: 'before',
    levels: [
      'nothing',
      'exception',
      'exception-now',
      'restart',
      'window-update',
      'dpc',
      'two-dpcs',
      'rsc-switched',
      'rxcsum-switched',
    ],
  },
  { name: 'after', levels: ['data', 'data-again', 'dpc'] },
  { name: 'others', levels: ['none', 'one', 'five', 'nine', 'reverse', 'other-version'] },
  {
    name: 'checksums',
    levels: [
      'untold',
      'first-partial',
      'this-partial',
      'all-partial',
      'first-unnecessary',
      'this-unnecessary',
      'all-unnecessary',
    ],
  },
  ...MOVED.map(({ name, choices }) => ({ name, levels: ['usual', ...choices.map(({ says }) => says)] })),
];

export const AT: Readonly<Record<string, number>> = Object.fromEntries(
  STATE_DIMENSIONS.map(({ name }, i) => [name, i]),
);

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
  readonly after: string;
  readonly others: string;
  readonly checksums: string;
}

export function levelsOf(row: readonly number[]): Levels {
  return Object.fromEntries(
    STATE_DIMENSIONS.map(({ name, levels }, i) => [name, levels[row[i] as number] as string]),
  ) as unknown as Levels;
}

export function decisionCalled(name: string): Decision {
  const found = DECISIONS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no decision is called ${name}`);
  return found;
}

/** By what a dimension is when nothing is moved: the first level. */
const isUsual = (name: string, level: string): boolean => STATE_DIMENSIONS[AT[name] as number]?.levels[0] === level;

/** Two levels that cannot occur together, each as [dimension, levels]. */
type Exclusion = readonly [string, (level: string) => boolean, string, (level: string) => boolean];

const is =
  (...levels: string[]) =>
  (level: string): boolean =>
    levels.includes(level);
const moved = (name: string) => (level: string) => !isUsual(name, level);
const decided =
  (test: (decision: Decision) => boolean) =>
  (level: string): boolean =>
    test(decisionCalled(level));
const wants = (only: Decision['only']) => decided((decision) => decision.only === only);
const has = (field: string) => decided(({ fields = {}, base = {} }) => field in fields || field in base);

const EXCLUSIONS: readonly Exclusion[] = [
  ['decision', wants('ipv4'), 'variant', is('ipv6', 'ipv6-ts')],
  ['decision', wants('ipv6'), 'variant', is('ipv4', 'ipv4-ts')],
  ['decision', wants('stamped'), 'variant', is('ipv4', 'ipv6')],
  ['decision', wants('unstamped'), 'variant', is('ipv4-ts', 'ipv6-ts')],
  // A field that the decision is about is not moved.
  ...STATE_DIMENSIONS.filter(({ name }) => name !== 'decision').map(
    ({ name }): Exclusion => ['decision', decided(({ settles = [] }) => settles.includes(name)), name, moved(name)],
  ),
  ['decision', has('options'), 'layout', moved('layout')],
  ['decision', has('timestamps'), 'layout', moved('layout')],
  ['decision', decided(({ fields = {} }) => 'mf' in fields || 'fragmentOffset' in fields), 'layout', moved('layout')],
  ['decision', has('timestamps'), 'tsval', moved('tsval')],
  ['decision', has('ttl'), 'ttl', moved('ttl')],
  ['decision', has('dscp'), 'dscp', moved('dscp')],
  // IP versions and options.
  ['variant', is('ipv6', 'ipv6-ts'), 'df', moved('df')],
  ['variant', is('ipv6', 'ipv6-ts'), 'id', moved('id')],
  ['variant', is('ipv4', 'ipv4-ts'), 'flow-label', moved('flow-label')],
  ['variant', is('ipv4', 'ipv6'), 'tsval', moved('tsval')],
  ['variant', is('ipv4', 'ipv6'), 'layout', moved('layout')],
  ['variant', is('ipv4', 'ipv6'), 'timestamps', is('rise')],
  ['others', is('other-version'), 'df', moved('df')],
  ['others', is('other-version'), 'flow-label', moved('flow-label')],
  ['others', is('other-version', 'reverse'), 'ports', moved('ports')],
  ['ttl-moves', moved('ttl-moves'), 'ttl', moved('ttl')],
  // What a datagram holds.
  ['count', is('1'), 'volume', is('16500', '33000', '60000')],
  ['count', is('2'), 'volume', is('33000', '60000')],
  ['volume', is('60000'), 'layout', is('six NOPs before the timestamps', 'four NOPs around, EOL after the timestamps')],
  ['payload', is('8948'), 'volume', is('60000')],
  ['payload', is('8948'), 'count', is('8', '19', '44', '127')],
  ['payload', is('1448'), 'count', is('44', '127')],
  ['payload', is('536'), 'count', is('127')],
  ['payload', is('1'), 'relation', is('shorter')],
  ['decision', decided(({ isLong }) => isLong === true), 'volume', is('0', '16500', '33000')],
  ['decision', decided(({ isLong }) => isLong === true), 'payload', is('8948')],
  ['decision', decided(({ isLong }) => isLong === true), 'count', is('1', '2')],
  ['payload', is('8948'), 'volume', is('33000')],
  ['decision', decided(({ isLong }) => isLong === true), 'before', is('exception-now')],
  ['decision', decided(({ isLong }) => isLong === true), 'after', is('data-again')],
  // The decided segment is first then, and nothing is open that it could be different from.
  ['before', is('exception-now'), 'decision', decided(({ effect, name }) => effect !== 'alone' && name !== 'onto-ack')],
  ['before', is('window-update'), 'decision', decided(({ name }) => name === 'onto-ack')],
  ['before', is('window-update'), 'window-moves', is('falls')],
  // Data that came before comes again: there was nothing else.
  ['after', is('data-again'), 'decision', decided(({ effect }) => effect !== 'alone')],
  // What is marked partial, or vouched for, is not verified.
  [
    'checksums',
    is('this-partial', 'all-partial', 'this-unnecessary', 'all-unnecessary'),
    'decision',
    decided(({ name }) => name === 'tcp-checksum'),
  ],
  [
    'checksums',
    is('this-partial', 'all-partial', 'this-unnecessary', 'all-unnecessary'),
    'decision',
    decided(({ effect, fields = {} }) => effect === 'unordered' || 'mf' in fields || 'fragmentOffset' in fields),
  ],
  ['window', is('0'), 'window-moves', is('falls')],
  ['window', is('65000'), 'window-moves', is('always')],
];

const BY_DIMENSION = new Map<string, Exclusion[]>();
for (const exclusion of EXCLUSIONS) {
  const [one, , other] = exclusion;
  const key = `${one} ${other}`;
  BY_DIMENSION.set(key, [...(BY_DIMENSION.get(key) ?? []), exclusion]);
}

const isExcluded = (one: Dimension, a: number, other: Dimension, b: number): boolean =>
  (BY_DIMENSION.get(`${one.name} ${other.name}`) ?? []).some(
    ([, first, , second]) => first(one.levels[a] as string) && second(other.levels[b] as string),
  );

const ALLOWED = new Map<number, boolean>();

export const allowsState: Allows = (i, a, j, b) => {
  const key = ((i * 128 + a) * 128 + j) * 128 + b;
  let allowed = ALLOWED.get(key);
  if (allowed === undefined) {
    const [one, other] = [STATE_DIMENSIONS[i] as Dimension, STATE_DIMENSIONS[j] as Dimension];
    allowed = !isExcluded(one, a, other, b) && !isExcluded(other, b, one, a);
    ALLOWED.set(key, allowed);
  }
  return allowed;
};
