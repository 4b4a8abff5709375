/** Requirements on the corpus as a whole, and on each vector. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { RULE_IDS, type Rule, rulesOfRow } from '../reference-impl/index.ts';
import { MAX_TRAILER } from '../reference-impl/wire/ethernet.ts';
import type { Corpus } from './corpus.ts';
import { historyRows, stateRows, withoutHistory } from './families/states.ts';
import { FAMILIES } from './family.ts';
import { flagMeanings } from './flag-meanings.ts';
import { FOUND_FAMILY } from './found.ts';
import { packageRoot } from './package-root.ts';
import { hostsOf, LONG_DPC, MAX_SEGMENTS } from './plan.ts';
import { type Coverage, coverageOf, type Row } from './states/covering.ts';
import { ALL_DIMENSIONS } from './states/dimensions.ts';
import { allowsState } from './states/exclusions.ts';
import { stateId } from './states/state-plan.ts';
import { stored } from './stored.ts';
import type { Vector } from './vector.ts';

/** Rows that the reference cannot show, because it does not know the host's addresses. */
export const NOT_SHOWABLE: readonly string[] = RULE_IDS.filter((id) =>
  rulesOfRow(id).every(({ needs }) => needs === 'host-addresses'),
);
/** Rows that must stop a merge of the reference in some vector. Others describe merges, leave a choice open, or judge targets only. */
const STOPPING: readonly string[] = RULE_IDS.filter((id) => !NOT_SHOWABLE.includes(id) && rulesOfRow(id).some(canStop));
/** Rows about tools that replay captures: no target can show them. */
const ABOUT_TOOLS: readonly string[] = RULE_IDS.filter((id) => rulesOfRow(id).every(({ scope }) => scope === 'tools'));

/** Problems, one line each. */
export function lintCorpus({ vectors }: Corpus): string[] {
  return [
    ...schemaProblems(vectors),
    ...vectors.flatMap(vectorProblems),
    ...sharedProblems(vectors),
    ...coverageProblems(vectors),
    ...stateCoverage(vectors).holes.map((hole) => `no vector has ${hole}`),
  ];
}

/** How many of the possible pairs of levels of the states' dimensions occur together in some vector. */
export function stateCoverage(vectors: readonly Vector[]): Coverage {
  const ids = new Set(vectors.map(({ id }) => id));
  const has = (row: Row): boolean => ids.has(stateId(row));
  return coverageOf(ALL_DIMENSIONS, allowsState, [
    ...stateRows().filter(has).map(withoutHistory),
    ...historyRows().filter(has),
  ]);
}

/** Problems in any vectors, not in their coverage. */
export function lintVectors(vectors: readonly Vector[]): string[] {
  const problems = schemaProblems(vectors);
  return problems.length > 0 ? problems : [...vectors.flatMap(vectorProblems), ...sharedProblems(vectors)];
}

function schemaProblems(vectors: readonly Vector[]): string[] {
  const ajv = new Ajv2020({ allErrors: false, strict: true, strictTuples: false });
  const text = readFileSync(join(packageRoot(), 'vectors', 'schema', 'vector.schema.json'), 'utf8');
  const validate = ajv.addSchema(JSON.parse(text) as object, 'file').getSchema('file#/$defs/vector');
  if (validate === undefined) return ['the schema has no definition of a vector'];
  return vectors.flatMap((vector) =>
    validate(stored(vector)) ? [] : [`${vector.id}: schema: ${ajv.errorsText(validate.errors, { dataVar: 'vector' })}`],
  );
}

function vectorProblems(vector: Vector): string[] {
  const problems: string[] = [];
  const { id, rules, flags, steps, connections } = vector;
  if (rules.length === 0) problems.push('names no rule');
  for (const rule of rules) if (!RULE_IDS.includes(rule)) problems.push(`rule ${rule} is unknown`);
  for (const flag of flags) if (!Object.hasOwn(flagMeanings, flag)) problems.push(`flag ${flag} is not explained`);
  if (![...FAMILIES.map(({ name }) => name), FOUND_FAMILY].some((name) => id.startsWith(`${name}/`)))
    problems.push('its first element is no family');
  const last = steps.at(-1);
  if (last === undefined || !('endOfDpc' in last)) problems.push('does not end with endOfDpc');
  const dpcs = dpcSizes(vector);
  const segments = dpcs.reduce((sum, size) => sum + size, 0);
  if (segments > MAX_SEGMENTS) problems.push(`${segments} segments, at most ${MAX_SEGMENTS} are allowed`);
  if (Math.max(...dpcs) > LONG_DPC !== flags.includes('long'))
    problems.push(`flag long is for DPCs of more than ${LONG_DPC} frames, and for no others`);
  for (const step of steps) {
    if (!('receive' in step)) continue;
    const { connection = 0, trailer } = step.receive;
    if (connections[connection] === undefined) problems.push(`connection ${connection} is missing`);
    if (typeof trailer === 'number' && trailer > MAX_TRAILER) problems.push(`a trailer of ${trailer} bytes`);
  }
  const arrived = vector.expect.flatMap(({ arrivals }) => arrivals).sort((a, b) => a - b);
  const gone = beforeNegotiation(vector);
  if (arrived.length !== segments - gone || arrived.some((arrival, i) => arrival !== gone + i))
    problems.push('expects other arrivals than it sends');
  return problems.map((problem) => `${id}: ${problem}`);
}

/** Frames that a device reset drops. */
function beforeNegotiation({ steps }: Vector): number {
  const at = steps.findLastIndex((step) => 'set' in step && step.set.negotiate !== undefined);
  return steps.slice(0, Math.max(0, at)).filter((step) => 'receive' in step).length;
}

function dpcSizes({ steps }: Vector): number[] {
  const sizes = [0];
  for (const step of steps) {
    if ('endOfDpc' in step) sizes.push(0);
    else if ('receive' in step) sizes[sizes.length - 1] = (sizes.at(-1) as number) + 1;
  }
  return sizes;
}

/** Values that no two vectors may share. */
function sharedProblems(vectors: readonly Vector[]): string[] {
  const problems: string[] = [];
  const ids = new Set<string>();
  const owners = new Map<string, Vector>();
  for (const vector of vectors) {
    if (ids.has(vector.id)) problems.push(`${vector.id}: the id is used twice`);
    ids.add(vector.id);
    for (const hosts of new Set(vector.connections.map(hostsOf))) {
      const owner = owners.get(hosts);
      if (owner !== undefined) problems.push(`${vector.id}: shares ${hosts} with ${owner.id}`);
      owners.set(hosts, vector);
    }
  }
  return problems;
}

function coverageProblems(vectors: readonly Vector[]): string[] {
  const problems: string[] = [];
  const used = new Set(vectors.flatMap(({ flags }) => flags));
  for (const flag of Object.keys(flagMeanings)) if (!used.has(flag)) problems.push(`flag ${flag} is used by no vector`);
  for (const rule of RULE_IDS) {
    const about = vectors.filter(({ rules }) => rules.includes(rule));
    if (ABOUT_TOOLS.includes(rule)) continue;
    if (about.length === 0) problems.push(`rule ${rule} has no vector`);
    if (!about.some(({ expect }) => expect.some(({ arrivals }) => arrivals.length > 1)))
      problems.push(`rule ${rule} has no vector in which the reference merges`);
    if (STOPPING.includes(rule) && !about.some((vector) => stops(vector, rule)))
      problems.push(`rule ${rule} has no vector in which it stops the reference`);
  }
  return problems;
}

/** Whether the reference may name the rule as the reason that ended an SCU. */
function canStop(rule: Rule): boolean {
  if (rule.scope === 'targets') return false;
  switch (rule.kind) {
    case 'segment':
    case 'pair':
    case 'table':
    case 'datagram':
    case 'datagram-pair':
      return true;
    case 'stream':
      return rule.ends === true;
    default:
      return false;
  }
}

/** Under the default policy, or under another if the rule needs it. */
function stops({ expect, otherwise }: Vector, rule: string): boolean {
  return [expect, ...otherwise.map((other) => other.expect)].some((list) =>
    list.some(({ endedBy }) => endedBy === rule),
  );
}
