/** Which vectors a run plays: pure selection by id, family, rule, level and flag. */

import { RULE_IDS } from '../../reference-impl/rules/index.ts';
import { familyOf } from '../../reports/family.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { globPattern, isGlob } from '../base/glob.ts';
import { suggest } from '../base/suggest.ts';

export interface Selection {
  /** Globs over ids; a leading `!` excludes. A plain path selects itself and what is under it. */
  readonly filters?: readonly string[];
  readonly rules?: readonly string[];
  /** `must` selects derived as well. */
  readonly level?: string | undefined;
  readonly flags?: readonly string[];
  /** Exact ids; undefined: all. */
  readonly selected?: readonly string[] | undefined;
  readonly rejected?: readonly string[] | undefined;
}

const LEVELS: Readonly<Record<string, readonly string[]>> = {
  must: ['must', 'derived'],
  should: ['should'],
  may: ['may'],
};

export function planVectors(corpus: readonly Vector[], selection: Selection): Vector[] {
  const tests = [
    filterTest(corpus, selection.filters ?? []),
    ruleTest(selection.rules ?? []),
    levelTest(selection.level),
    flagTest(corpus, selection.flags ?? []),
    namesTest(corpus, selection),
  ];
  return corpus.filter((vector) => tests.every((test) => test(vector)));
}

type Test = (vector: Vector) => boolean;

function namesTest(corpus: readonly Vector[], { selected, rejected = [] }: Selection): Test {
  if (selected === undefined && rejected.length === 0) return () => true;
  const known = new Set(corpus.map(({ id }) => id));
  for (const name of [...(selected ?? []), ...rejected]) {
    if (!known.has(name))
      throw new UsageError(`there is no vector ${name}`, suggest(name, known, 'a list contains exact ids'));
  }
  const wanted = selected === undefined ? known : new Set(selected);
  const unwanted = new Set(rejected);
  return ({ id }) => wanted.has(id) && !unwanted.has(id);
}

function filterTest(corpus: readonly Vector[], filters: readonly string[]): Test {
  for (const filter of filters) checkFilter(corpus, filter.replace(/^!/, ''));
  const matchers = (wanted: boolean): RegExp[] =>
    filters.filter((f) => f.startsWith('!') !== wanted).map((f) => globPattern(f.replace(/^!/, '')));
  const [takes, leaves] = [matchers(true), matchers(false)];
  return ({ id }) =>
    (takes.length === 0 || takes.some((glob) => glob.test(id))) && !leaves.some((glob) => glob.test(id));
}

/** A name without wildcard must exist, and so must a family that is spelt out. */
function checkFilter(corpus: readonly Vector[], filter: string): void {
  const pattern = globPattern(filter);
  const families = new Set(corpus.map(({ id }) => familyOf(id)));
  const family = familyOf(filter);
  if (!isGlob(family) && !families.has(family)) {
    const names = filter.includes('/') || isGlob(filter) ? families : [...families, ...corpus.map(({ id }) => id)];
    throw new UsageError(`there is no vector or family ${family}`, suggest(family, names, [...families].join(' ')));
  }
  if (!isGlob(filter) && !corpus.some(({ id }) => pattern.test(id))) throw unknownVector(corpus, filter);
}

export function findVector(corpus: readonly Vector[], id: string): Vector {
  const vector = corpus.find((candidate) => candidate.id === id);
  if (vector === undefined) throw unknownVector(corpus, id);
  return vector;
}

function unknownVector(corpus: readonly Vector[], id: string): UsageError {
  const ids = corpus.map((vector) => vector.id);
  return new UsageError(`there is no vector ${id}`, suggest(id, ids, 'rsc-conformance list shows all ids'));
}

function ruleTest(rules: readonly string[]): Test {
  if (rules.length === 0) return () => true;
  const wanted = new Set<string>();
  for (const rule of rules) {
    const exact = RULE_IDS.filter((id) => id.toLowerCase() === rule.toLowerCase());
    const rows =
      exact.length > 0 ? exact : RULE_IDS.filter((id) => id.toLowerCase().replace(/[ab]$/, '') === rule.toLowerCase());
    if (rows.length === 0) {
      throw new UsageError(`there is no rule ${rule}`, suggest(rule, RULE_IDS, `rules: ${RULE_IDS.join(' ')}`));
    }
    for (const row of rows) wanted.add(row);
  }
  return (vector) => vector.rules.some((rule) => wanted.has(rule));
}

function levelTest(level: string | undefined): Test {
  if (level === undefined) return () => true;
  const levels = Object.hasOwn(LEVELS, level) ? LEVELS[level] : undefined;
  if (levels === undefined) {
    throw new UsageError(`there is no level ${level}`, suggest(level, Object.keys(LEVELS), 'must, should or may'));
  }
  return (vector) => levels.includes(vector.level);
}

function flagTest(corpus: readonly Vector[], flags: readonly string[]): Test {
  if (flags.length === 0) return () => true;
  const known = new Set(corpus.flatMap((vector) => vector.flags));
  for (const flag of flags) {
    const name = flag.replace(/^!/, '');
    if (known.has(name)) continue;
    throw new UsageError(
      `no vector has the flag ${name}`,
      suggest(name, known, `flags: ${[...known].sort().join(' ')}`),
    );
  }
  const wanted = flags.filter((flag) => !flag.startsWith('!'));
  const unwanted = flags.filter((flag) => flag.startsWith('!')).map((flag) => flag.slice(1));
  return (vector) =>
    (wanted.length === 0 || wanted.some((flag) => vector.flags.includes(flag))) &&
    !unwanted.some((flag) => vector.flags.includes(flag));
}
