/** A file of known failures. Reading keeps the lines to change; writing keeps differences readable. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RULE_IDS } from '../../reference-impl/rules/index.ts';
import { packageRoot } from '../../vectors/package-root.ts';
import { UsageError } from '../base/errors.ts';
import { JsonDocument } from '../base/json-document.ts';
import { schemaReference } from '../base/schema-reference.ts';
import { suggest } from '../base/suggest.ts';
import { distinct, type FailingVerdict, type FindingKey, type Fingerprint } from './fingerprint.ts';

export interface KnownFailure extends Fingerprint {
  /** Ids or patterns, as `--filter` takes them. */
  readonly vectors: readonly string[];
  readonly reason: string;
  /** YYYY-MM-DD. */
  readonly reviewBy?: string;
}

export interface BaselineEntry extends KnownFailure {
  /** Lines of the file, from 1: where the entry begins, its reason, its date of review, each pattern. */
  readonly line: number;
  readonly reasonLine: number;
  readonly reviewLine: number;
  readonly vectorLines: readonly number[];
}

export interface BaselineFile {
  readonly file: string;
  /** Its "$schema". */
  readonly schema?: string;
  /** The version of the target that it is for, or the beginning of it. */
  readonly target?: string;
  readonly entries: readonly BaselineEntry[];
}

interface Written {
  readonly $schema?: string;
  readonly target?: string;
  readonly known: readonly {
    readonly vectors: string | readonly string[];
    readonly reason: string;
    readonly reviewBy?: string;
    readonly verdict: FailingVerdict;
    readonly findings?: readonly FindingKey[];
  }[];
}

const HINT = 'rsc-conformance baseline update EVENTS --baseline FILE writes one from the events of a run';
export const BASELINE_SCHEMA = 'baseline.schema.json';

/** Throws UsageError if it is not a baseline. */
export function readBaseline(file: string): BaselineFile {
  const document = JsonDocument.read(file, { kind: 'a baseline', hint: HINT, takesComments: false });
  document.check(baselineSchema(), 'key');
  const { $schema, target, known } = document.value as Written;
  const entries = known.map((written, i): BaselineEntry => {
    const path = ['known', i] as const;
    const { reason, reviewBy, verdict, findings = [] } = written;
    checkFindings(document, path, verdict, findings);
    if (reviewBy !== undefined && !isDate(reviewBy)) {
      throw new UsageError(
        `${document.at([...path, 'reviewBy'])}: ${reviewBy} is not a date`,
        'for example 2027-01-31',
      );
    }
    const vectors = typeof written.vectors === 'string' ? [written.vectors] : written.vectors;
    return {
      vectors,
      reason,
      ...(reviewBy === undefined ? {} : { reviewBy }),
      verdict,
      findings: distinct(findings),
      line: document.line(path),
      reasonLine: document.line([...path, 'reason']),
      reviewLine: document.line([...path, 'reviewBy']),
      vectorLines: vectors.map((_, n) => document.line([...path, 'vectors', n])),
    };
  });
  return {
    file,
    ...($schema === undefined ? {} : { schema: $schema }),
    ...(target === undefined ? {} : { target }),
    entries,
  };
}

let schema: object | undefined;

function baselineSchema(): object {
  schema ??= JSON.parse(readFileSync(join(packageRoot(), 'runner', 'schema', BASELINE_SCHEMA), 'utf8')) as object;
  return schema;
}

function checkFindings(
  document: JsonDocument,
  path: readonly (string | number)[],
  verdict: FailingVerdict,
  findings: readonly FindingKey[],
): void {
  const example = 'as {"rule": "E8b", "field": "merge"}';
  if (verdict === 'error' && findings.length > 0)
    throw new UsageError(`${document.at([...path, 'findings'])}: an error has no findings`, 'leave findings out');
  if (verdict !== 'error' && findings.length === 0)
    throw new UsageError(`${document.at(path)}: verdict ${verdict} needs findings`, example);
  findings.forEach(({ rule }, n) => {
    if (RULE_IDS.includes(rule)) return;
    const where = document.at([...path, 'findings', n]);
    throw new UsageError(`${where}: there is no rule ${rule}`, suggest(rule, RULE_IDS, `rules: ${RULE_IDS.join(' ')}`));
  });
}

function isDate(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The file's text: one entry for each cause, in a fixed order, one pattern on each line. Equal baselines give equal texts. */
export function baselineText(
  file: string,
  entries: readonly KnownFailure[],
  { schema: reference = schemaReference(file, BASELINE_SCHEMA), target }: Pick<BaselineFile, 'schema' | 'target'> = {},
): string {
  const body = [...entries].sort(inOrder).map(entryText).join(',\n');
  const known = body === '' ? '[]' : `[\n${body}\n  ]`;
  const lines = [
    `"$schema": ${JSON.stringify(reference)}`,
    ...(target === undefined ? [] : [`"target": ${JSON.stringify(target)}`]),
    `"known": ${known}`,
  ];
  return `{\n  ${lines.join(',\n  ')}\n}\n`;
}

/** The entries of a file that may not exist yet. */
export function readBaselineIfThere(file: string): BaselineFile {
  return existsSync(file) ? readBaseline(file) : { file, entries: [] };
}

function entryText({ reason, reviewBy, verdict, findings, vectors }: KnownFailure): string {
  const keys = findings.map(
    ({ rule, field }) => `{ "rule": ${JSON.stringify(rule)}, "field": ${JSON.stringify(field)} }`,
  );
  const lines = [
    `"reason": ${JSON.stringify(reason)}`,
    ...(reviewBy === undefined ? [] : [`"reviewBy": ${JSON.stringify(reviewBy)}`]),
    `"verdict": ${JSON.stringify(verdict)}`,
    ...(keys.length === 0 ? [] : [`"findings": ${list(keys)}`]),
    `"vectors": ${list([...vectors].sort().map((vector) => JSON.stringify(vector)))}`,
  ];
  return `    {\n      ${lines.join(',\n      ')}\n    }`;
}

/** One on the same line, several on a line each. */
function list(items: readonly string[]): string {
  return items.length === 1 ? `[${items[0]}]` : `[\n        ${items.join(',\n        ')}\n      ]`;
}

/** Sorted by failure, then by reason, so that an entry keeps its place when vectors come and go. */
function inOrder(a: KnownFailure, b: KnownFailure): number {
  const key = ({ verdict, findings, reason, reviewBy }: KnownFailure): string =>
    JSON.stringify([verdict, findings.map(({ rule, field }) => [rule, field]), reason, reviewBy ?? '']);
  const [one, other] = [key(a), key(b)];
  return one < other ? -1 : one > other ? 1 : 0;
}
