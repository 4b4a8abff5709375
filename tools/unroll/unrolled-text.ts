/** `reference-impl/rules/unrolled.ts`: the registry's loops, written out. `npm run rules` writes it; a test compares it. */

import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Rule } from '../../reference-impl/rules/rule.ts';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';

/** The generated file, relative to the package. */
export const UNROLLED = 'reference-impl/rules/unrolled.ts';
/** The folder of the built rules. */
const BUILT = join(PACKAGE_ROOT, 'dist', 'reference-impl', 'rules');
const WIDTH = 120;

/** A loop over the rules of one kind, as a function. */
interface Loop {
  readonly kind: Rule['kind'];
  readonly comment: string;
  readonly name: string;
  readonly parameters: string;
  readonly returns: string;
  /** The call of the rule's own function. */
  readonly method: string;
  readonly values: string;
}

const LOOPS: readonly Loop[] = [
  {
    kind: 'segment',
    comment: 'The first segment rule that forbids.',
    name: 'firstException',
    parameters: 'segment: Segment, conditions: Conditions',
    returns: 'SegmentRule',
    method: 'forbids',
    values: 'segment, conditions',
  },
  {
    kind: 'pair',
    comment: 'The first pair rule that forbids.',
    name: 'firstForbidding',
    parameters: 'unit: Unit, segment: Segment, policy: Policy',
    returns: 'PairRule',
    method: 'forbids',
    values: 'unit, segment, policy',
  },
  {
    kind: 'action',
    comment: 'The first action that applies.',
    name: 'firstAction',
    parameters: 'unit: Unit | undefined, segment: Segment, policy: Policy',
    returns: 'ActionRule',
    method: 'applies',
    values: 'unit, segment, policy',
  },
];

/** A function that applies all rules of a kind when an SCU is finalized. */
interface Writer {
  readonly kind: Rule['kind'];
  readonly comment: string;
  readonly name: string;
  readonly parameters: string;
  /** The code for one rule; `rule` is its name. */
  readonly lines: (rule: Rule, name: string) => readonly string[];
}

const WRITERS: readonly Writer[] = [
  {
    kind: 'field',
    comment: 'Writes what the field rules expect, but for what the first segment has already.',
    name: 'writeFields',
    parameters: 'unit: Unit, policy: Policy',
    lines: (rule, name) => {
      if (rule.kind !== 'field' || rule.isFirsts) return [];
      const access = `headerFields['${rule.field}']`;
      return [
        `  if (${access}.has(unit)) {`,
        `    const value = ${name}.expected(unit, policy);`,
        `    if (value !== undefined) ${access}.write(unit.bytes, unit, value);`,
        '  }',
      ];
    },
  },
  {
    kind: 'oob',
    comment: 'Writes what the rules for out-of-band data expect.',
    name: 'writeOob',
    parameters: 'unit: Unit, policy: Policy, oob: WritableOob',
    lines: (rule, name) => {
      if (rule.kind !== 'oob') return [];
      return [
        '  {',
        `    const value = ${name}.expected(unit, policy);`,
        `    if (value !== undefined) oob.${rule.field} = value as Value<'${rule.field}'>;`,
        '  }',
      ];
    },
  },
  {
    kind: 'statistic',
    comment: 'Adds what the rules for counters add.',
    name: 'addCounts',
    parameters: 'unit: UnitCounts, choices: CountChoices, counters: WritableStatistics',
    lines: (rule, name) =>
      rule.kind === 'statistic' ? [`  counters.${rule.counter} += ${name}.adds(unit, choices);`] : [],
  },
];

/**
 * The text for the registry that is built in `folder`. A rule of an unrolled kind must be exported by one of its files.
 */
export async function unrolledText(folder: string = BUILT): Promise<string> {
  const { registry } = (await import(urlOf(folder, 'index.js'))) as { registry: readonly Rule[] };
  const places = await placesOf(folder);
  const used = new Set<string>();
  const nameOf = (rule: Rule): string => {
    const place = places.get(rule);
    if (place === undefined) throw new Error(`no file in ${folder} exports the rule ${rule.name}`);
    used.add(place.file);
    return `${camel(place.file)}.${place.name}`;
  };
  const loops = LOOPS.map((loop) => {
    const lines = registry.filter(({ kind }) => kind === loop.kind).map((rule) => line(nameOf(rule), loop));
    return [
      `/** ${loop.comment} */`,
      `export function ${loop.name}(${loop.parameters}): ${loop.returns} | undefined {`,
      ...lines,
      '  return undefined;',
      '}',
    ].join('\n');
  });
  const writers = WRITERS.map(({ kind, comment, name, parameters, lines }) => {
    const written = registry.filter((rule) => rule.kind === kind).flatMap((rule) => lines(rule, nameOf(rule)));
    return [`/** ${comment} */`, `export function ${name}(${parameters}): void {`, ...written, '}'].join('\n');
  });
  const imports = [...used].sort().map((file) => `import * as ${camel(file)} from './${file}.ts';`);
  const functions = [...loops, ...writers];
  return `${[HEAD, sortedImports(imports).join('\n'), TYPES, ...functions].join('\n\n')}\n`;
}

/** In the formatter's order: by path. */
function sortedImports(rules: readonly string[]): string[] {
  const pathOf = (line: string): string => line.slice(line.indexOf("'"));
  return [...IMPORTS, ...[...rules, RULE_TYPES].sort((a, b) => (pathOf(a) < pathOf(b) ? -1 : 1))];
}

/** Writes it into the sources. */
export async function writeUnrolled(): Promise<void> {
  writeFileSync(join(PACKAGE_ROOT, UNROLLED), await unrolledText());
}

const HEAD = `/**
 * The registry's loops, unrolled: the same rules in the same order. Made by \`npm run rules\`: changes here are lost.
 * A loop calls every rule through one place, so that none is inlined; written out, a segment costs a third less (see bench).
 */`;
const IMPORTS = [
  "import type { OutOfBand } from '../indication.ts';",
  "import type { Policy } from '../policy.ts';",
  "import type { Statistics } from '../statistics.ts';",
  "import type { Unit } from '../unit.ts';",
  "import { headerFields } from '../wire/fields.ts';",
  "import type { Segment } from '../wire/segment.ts';",
];
const RULE_TYPES =
  "import type { ActionRule, Conditions, CountChoices, PairRule, SegmentRule, UnitCounts } from './rule.ts';";
const TYPES = `type Value<Field extends keyof OutOfBand> = OutOfBand[Field] & {};
type WritableOob = { -readonly [K in keyof OutOfBand]: OutOfBand[K] };
type WritableStatistics = { -readonly [K in keyof Statistics]: Statistics[K] };`;

/** Broken into lines as the formatter does it. */
function line(rule: string, { method, values }: Loop): string {
  const question = `  if (${rule}.${method}(${values}))`;
  const answer = `return ${rule};`;
  const whole = `${question} ${answer}`;
  return whole.length <= WIDTH ? whole : `${question}\n    ${answer}`;
}

interface Place {
  readonly file: string;
  readonly name: string;
}

/** The file of each exported rule, without ending, and its name there. */
async function placesOf(folder: string): Promise<Map<unknown, Place>> {
  const places = new Map<unknown, Place>();
  const files = readdirSync(folder).filter((name) => /^[\w-]+\.js$/.test(name) && !GENERATED.has(name));
  for (const name of files) {
    const file = name.slice(0, -'.js'.length);
    const module = (await import(urlOf(folder, name))) as Record<string, unknown>;
    for (const [key, value] of Object.entries(module)) places.set(value, { file, name: key });
  }
  return places;
}

/** Files that this tool writes, which an older registry may have left, and the registry itself. */
const GENERATED: ReadonlySet<string> = new Set(['unrolled.js', 'index.js']);

function urlOf(folder: string, name: string): string {
  return pathToFileURL(join(folder, name)).href;
}

function camel(file: string): string {
  return file.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
