/** Which levels of the states' dimensions can occur together. */

import type { Allows, Dimension } from './covering.ts';
import type { Decision } from './decision.ts';
import { ALL_DIMENSIONS, AT, decisionCalled, STATE_DIMENSIONS } from './dimensions.ts';
import { OTHERS } from './others.ts';

/** The first level of a dimension is the usual one. */
const isUsual = (name: string, level: string): boolean => ALL_DIMENSIONS[AT[name] as number]?.levels[0] === level;

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
const isFragment = ({ fields = {} }: Decision): boolean => 'mf' in fields || 'fragmentOffset' in fields;
const isLong = decided((decision) => decision.isLong === true);
/** The decision does not depend on the payload, or on the place in the stream. */
const canBeEmpty = ({ effect, kind, ahead, isLong: long }: Decision): boolean =>
  (effect === 'alone' || effect === 'starts') && kind === undefined && ahead === undefined && long !== true;
const otherwise = (test: (others: (typeof OTHERS)[string]) => boolean) => (level: string) =>
  test(OTHERS[level] as (typeof OTHERS)[string]);

/** Payload bytes of a datagram without the segments after the decided one. */
const ROOM = 60_500;
/** Payload of the largest frame. */
const LARGEST = 9000;
/** They leave less room for payload. */
const LONG_LAYOUTS = ['six NOPs before the timestamps', 'four NOPs around, EOL after the timestamps'];
/** Longer units are not combined with many connections. */
const MANY = 20;

/** Each level of one dimension with those of another that it cannot occur with. */
function together(one: string, other: string, fits: (one: number, other: number) => boolean): Exclusion[] {
  const levels = (name: string): readonly string[] => STATE_DIMENSIONS[AT[name] as number]?.levels ?? [];
  return levels(one).map(
    (level): Exclusion => [one, is(level), other, (second) => !fits(Number(level), Number(second))],
  );
}

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
  ['decision', decided(isFragment), 'layout', moved('layout')],
  ['decision', decided(isFragment), 'reserved-flag', moved('reserved-flag')],
  ['decision', has('timestamps'), 'tsval', moved('tsval')],
  ['decision', has('ttl'), 'ttl', moved('ttl')],
  ['decision', has('dscp'), 'dscp', moved('dscp')],
  ['decision', decided(({ kind }) => kind === 'later-timestamp'), 'timestamps', is('leap')],
  // IP versions and options.
  ['variant', is('ipv6', 'ipv6-ts'), 'df', moved('df')],
  ['variant', is('ipv6', 'ipv6-ts'), 'id', moved('id')],
  ['variant', is('ipv6', 'ipv6-ts'), 'constant-id', moved('constant-id')],
  ['id', moved('id'), 'constant-id', moved('constant-id')],
  ['variant', is('ipv6', 'ipv6-ts'), 'reserved-flag', moved('reserved-flag')],
  ['variant', is('ipv4', 'ipv4-ts'), 'flow-label', moved('flow-label')],
  ['variant', is('ipv4', 'ipv6'), 'tsval', moved('tsval')],
  ['variant', is('ipv4', 'ipv6'), 'layout', moved('layout')],
  ['variant', is('ipv4', 'ipv6'), 'timestamps', moved('timestamps')],
  ...['df', 'flow-label', 'reserved-flag', 'constant-id'].flatMap((name): Exclusion[] => [
    ['others', otherwise(({ kind }) => kind === 'version'), name, moved(name)],
    ['just-before', is('other-version'), name, moved(name)],
  ]),
  ['others', otherwise(({ kind }) => kind !== 'hosts'), 'ports', moved('ports')],
  ['just-before', is('other-version'), 'ports', moved('ports')],
  ['ttl-moves', moved('ttl-moves'), 'ttl', moved('ttl')],
  // The room in a frame, and in a datagram.
  ...together('count', 'volume', (count, volume) => volume <= LARGEST * count),
  ...together('payload', 'count', (payload, count) => payload * (count + 1) + 3 * Math.min(payload, 1448) <= ROOM),
  ['volume', is('60000'), 'layout', is(...LONG_LAYOUTS)],
  ['payload', is('1'), 'relation', is('shorter')],
  ['decision', isLong, 'count', is('1')],
  ['decision', isLong, 'layout', is(...LONG_LAYOUTS)],
  ['decision', isLong, 'before', is('exception-now')],
  ['decision', isLong, 'after', is('data-again')],
  ['count', (count) => Number(count) > MANY, 'others', otherwise(({ count }) => count > MANY / 2)],
  ['before', (before) => before.endsWith('-at-once'), 'count', (count) => count !== '1'],
  ['before', (before) => before.endsWith('-earlier'), 'count', (count) => count !== '2'],
  ['relation', is('no-payload'), 'decision', decided((decision) => !canBeEmpty(decision))],
  ['relation', is('no-payload'), 'window', is('65535')],
  // Something comes before the last one only if there are two.
  ['count', is('1'), 'ack-moves', is('before')],
  ['count', is('1'), 'window-moves', is('before')],
  // Then the decided segment is the first, and there is no unit that it could differ from.
  [
    'before',
    is('exception-now'),
    'decision',
    decided(({ effect, name }) => effect !== 'alone' && !name.endsWith('onto-ack')),
  ],
  ['before', is('window-update'), 'decision', decided(({ name }) => name.endsWith('onto-ack'))],
  ['before', is('window-update'), 'window-moves', is('falls')],
  // The other version stays off; a fragment takes what the symmetries of whole segments move; datagrams are coalesced.
  ['session', is('other-version-off'), 'before', is('rsc-switched-at-once')],
  ['session', is('other-version-off'), 'others', otherwise(({ kind }) => kind === 'version')],
  ['session', is('other-version-off'), 'just-before', is('other-version')],
  ...['df', 'reserved-flag', 'layout'].map(
    (name): Exclusion => ['session', is('fragments-elsewhere'), name, moved(name)],
  ),
  ['session', is('uro-on', 'datagrams-elsewhere'), 'just-before', is('no-segment')],
  // Switching off RSC does not end a unit of datagrams. Frames inside tunnels take what the symmetries of plain frames move.
  ['session', is('datagrams-elsewhere'), 'after', is('rsc-off')],
  ...['tags', 'trailer', 'reserved-flag', 'layout'].map(
    (name): Exclusion => ['session', is('tunnels-elsewhere'), name, moved(name)],
  ),
  // After an exception, its bytes may come again as data; or the same exception comes again, and goes alone again.
  ['after', is('data-again', 'again'), 'decision', decided(({ effect }) => effect !== 'alone')],
  ['after', is('data-again'), 'relation', is('no-payload')],
  ['after', is('data-again'), 'decision', decided(({ repeats }) => repeats === true)],
  ['window', is('0'), 'window-moves', is('falls')],
  ['window', is('65000'), 'window-moves', is('always')],
  ['window', is('65535'), 'window-moves', is('now', 'always', 'before')],
  ['window', is('65535'), 'before', is('window-update')],
  ['window', is('65535'), 'decision', decided(({ kind }) => kind === 'window-update')],
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
    const [one, other] = [ALL_DIMENSIONS[i] as Dimension, ALL_DIMENSIONS[j] as Dimension];
    allowed = !isExcluded(one, a, other, b) && !isExcluded(other, b, one, a);
    ALLOWED.set(key, allowed);
  }
  return allowed;
};
