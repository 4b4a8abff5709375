/**
 * Several runs side by side: the results of each by rule and by vector; for two runs of one target, the differences.
 */

import { isUnexpected } from '../case-text.ts';
import type { RunEvent, Verdict } from '../events.ts';
import type { Reporter } from '../reporter.ts';
import { RuleTexts } from '../rule-texts.ts';
import { noCounts, RunSummary } from '../run-summary.ts';

export interface Cell {
  readonly verdict: Verdict;
  readonly isKnown: boolean;
  /** It makes its run fail, or would do so without a baseline. */
  readonly isBad: boolean;
  /** Rules that its findings name, each once. */
  readonly named: readonly string[];
  /** The first finding, or why it is unsupported or an error. */
  readonly why: string;
}

/** One run. */
export class Column implements Reporter {
  readonly source: string;
  readonly run: RunSummary = new RunSummary();
  readonly cells: Map<string, Cell> = new Map();
  readonly rules: Map<string, readonly string[]> = new Map();

  /** `source`: its file, as the user names it. */
  constructor(source: string) {
    this.source = source;
  }

  event(event: RunEvent): void {
    this.run.event(event);
    if (event.type === 'vector') this.rules.set(event.vector, event.rules);
    if (event.type !== 'verdict') return;
    const { vector, verdict, findings, known, reason } = event;
    this.cells.set(vector, {
      verdict,
      isKnown: known !== undefined,
      isBad: verdict === 'fail' || verdict === 'error' || isUnexpected(event, this.run.session?.strict === true),
      named: [...new Set(findings.map(({ rule }) => rule))],
      why: findings[0]?.message ?? reason ?? '',
    });
  }
}

export interface RuleCell {
  /** Vectors whose findings name the rule, by verdict, whether or not the vector tests that rule. */
  readonly named: Readonly<Record<Verdict, number>>;
  /** Vectors about the rule that were judged, and that were unsupported. */
  readonly judged: number;
  readonly unsupported: number;
  /** The worst verdict in which the rule is named; else whether a vector about it was judged. */
  readonly verdict: Verdict | undefined;
}

export interface Change {
  readonly vector: string;
  readonly before: Cell;
  readonly after: Cell;
}

export interface Difference {
  readonly fixed: readonly Change[];
  readonly broken: readonly Change[];
  readonly changed: readonly Change[];
  /** Vectors that only one of the runs played. */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
}

export interface Matrix {
  readonly columns: readonly Column[];
  /** One per column, all different. */
  readonly labels: readonly string[];
  readonly rules: readonly { readonly rule: string; readonly cells: readonly RuleCell[] }[];
  /** The rules in words, from the runs' events. */
  readonly texts: RuleTexts;
  readonly vectors: readonly { readonly vector: string; readonly cells: readonly (Cell | undefined)[] }[];
  /** Of two runs of one target. */
  readonly difference: Difference | undefined;
  /** Reasons why the columns are hard to compare, one sentence each. */
  readonly caveats: readonly string[];
}

const BAD_FIRST: readonly Verdict[] = ['error', 'fail', 'warn', 'pass-less', 'pass', 'unsupported'];

export function matrixOf(columns: readonly Column[]): Matrix {
  const ids = new Set(columns.flatMap(({ cells }) => [...cells.keys()]));
  const about = new Map<string, string[]>();
  for (const id of ids) {
    const rules = columns.find((column) => column.rules.has(id))?.rules.get(id) ?? [];
    for (const rule of rules) about.set(rule, [...(about.get(rule) ?? []), id]);
  }
  const texts = new RuleTexts(...columns.map(({ run }) => run.session?.ruleTexts));
  const named = columns.flatMap(({ cells }) => [...cells.values()].flatMap((cell) => cell.named));
  const rules = [...new Set([...texts.rows, ...about.keys(), ...named])];
  return {
    columns,
    labels: labelsOf(columns),
    rules: rules
      .filter((rule) => about.has(rule) || named.includes(rule))
      .map((rule) => ({ rule, cells: columns.map((column) => ruleCell(column, rule, about.get(rule) ?? [])) })),
    texts,
    vectors: [...ids].map((vector) => ({ vector, cells: columns.map(({ cells }) => cells.get(vector)) })),
    difference: differenceOf(columns),
    caveats: caveatsOf(columns),
  };
}

function labelsOf(columns: readonly Column[]): string[] {
  const names = columns.map(({ run }) => {
    const labels = Object.entries(run.session?.labels ?? {}).map(([name, value]) => `${name}=${value}`);
    return [run.target, ...labels].join(', ');
  });
  const taken = new Map<string, number>();
  return columns.map(({ source }, i) => {
    const name = names[i] ?? '';
    const label = names.filter((other) => other === name).length > 1 ? `${name} (${source})` : name;
    const count = (taken.get(label) ?? 0) + 1;
    taken.set(label, count);
    return count === 1 ? label : `${label} [${count}]`;
  });
}

function ruleCell({ cells }: Column, rule: string, vectors: readonly string[]): RuleCell {
  const named: Record<Verdict, number> = noCounts();
  for (const cell of cells.values()) if (cell.named.includes(rule)) named[cell.verdict]++;
  const about = vectors.flatMap((vector) => cells.get(vector)?.verdict ?? []);
  const unsupported = about.filter((verdict) => verdict === 'unsupported').length;
  const judged = about.filter((verdict) => verdict !== 'unsupported' && verdict !== 'error').length;
  const worst = BAD_FIRST.find((verdict) => named[verdict] > 0);
  const otherwise = judged > 0 ? 'pass' : unsupported > 0 ? 'unsupported' : undefined;
  return { named, judged, unsupported, verdict: worst ?? otherwise };
}

function differenceOf(columns: readonly Column[]): Difference | undefined {
  const [before, after] = columns;
  if (before === undefined || after === undefined || columns.length !== 2) return undefined;
  const target = before.run.session?.target;
  if (target === undefined || target !== after.run.session?.target) return undefined;
  const fixed: Change[] = [];
  const broken: Change[] = [];
  const changed: Change[] = [];
  for (const [vector, was] of before.cells) {
    const is = after.cells.get(vector);
    if (is === undefined) continue;
    const change = { vector, before: was, after: is };
    if (was.isBad && !is.isBad) fixed.push(change);
    else if (!was.isBad && is.isBad) broken.push(change);
    else if (was.verdict !== is.verdict || was.why !== is.why || was.named.join() !== is.named.join())
      changed.push(change);
  }
  const only = (one: Column, other: Column): string[] => [...one.cells.keys()].filter((id) => !other.cells.has(id));
  return { fixed, broken, changed, onlyBefore: only(before, after), onlyAfter: only(after, before) };
}

function caveatsOf(columns: readonly Column[]): string[] {
  const caveats: string[] = [];
  const of = (what: (column: Column) => unknown): number =>
    new Set(columns.map((column) => JSON.stringify(what(column)))).size;
  if (of(({ run }) => run.session?.digest) > 1) caveats.push('The runs played different versions of the vectors.');
  if (of(({ run }) => run.session?.version) > 1)
    caveats.push('The runs were judged by different versions of the suite.');
  if (of(({ run }) => run.session?.strict) > 1) caveats.push('Some runs were strict, some were not.');
  if (of(({ cells }) => [...cells.keys()].sort()) > 1) caveats.push('The runs did not play the same vectors.');
  return caveats;
}

/** "fail", "fail, known" */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return 'not played';
  return cell.isKnown ? `${cell.verdict}, known` : cell.verdict;
}

/** "named in 2 fail, 1 warn"; "pass: kept in 10"; "unsupported"; "not played" */
export function ruleCellText({ named, judged, unsupported }: RuleCell): string {
  const parts = BAD_FIRST.filter((verdict) => named[verdict] > 0).map((verdict) => `${named[verdict]} ${verdict}`);
  if (parts.length > 0) return `named in ${parts.join(', ')}`;
  if (judged > 0) return `pass: kept in ${judged}`;
  return unsupported > 0 ? 'unsupported' : 'not played';
}

/** The summaries of a row's rules, each once. */
export function meaning(texts: RuleTexts, row: string): string {
  return [...new Set(texts.row(row).map(({ summary }) => summary))].join(' ');
}
