/** A summary in Markdown, for a pull request or a job's summary page: short enough for either, whatever happened. */

import { findingText, hasVectors, replayText, traceText } from './case-text.ts';
import { conditionsText, countText, likeText } from './cause-text.ts';
import { type RunEvent, VERDICTS } from './events.ts';
import { code, fenced, plain, table } from './markdown-text.ts';
import type { TextReport } from './reporter.ts';
import type { RuleTexts } from './rule-texts.ts';
import { type Case, countsText, RunSummary, type SharedFinding, vectorCount } from './run-summary.ts';
import { shownCases } from './shown-cases.ts';

/** Maximum length of a comment on GitHub, in characters. */
const MOST_CHARACTERS = 60_000;
const MOST_DETAILS = 10;
const MOST_ROWS = 40;
/** If an indication has hundreds of findings, the first ones explain it. */
const MOST_LINES = 60;

export class MarkdownReport implements TextReport {
  readonly #run = new RunSummary();

  event(event: RunEvent): void {
    this.#run.event(event);
  }

  text(): string {
    const run = this.#run;
    const mark = run.isConforming ? '✅' : '❌';
    const head = [
      `## ${mark} RSC conformance: ${plain(run.target)} is ${run.outcome}`,
      '',
      ...this.#warningBox(),
      `${countsText(run.counts)}.${hasVectors(run.session) ? ` ${ratioText(run.ratio)}` : ''}`,
      '',
      ...this.#families(),
      ...section('Causes', this.#causes()),
      ...section('What is wrong', findingsTable(run.faults, run.rules)),
      ...section('Baseline to change', bullets(run.baselineProblems())),
      ...section('Known failures', this.#known()),
      ...section('Warnings', findingsTable(run.warnings, run.rules)),
      ...section('Limits of this report', bullets(run.limits())),
    ];
    const tail = ['', ...this.#provenance(), ''];
    const room = MOST_CHARACTERS - [...head, ...tail].join('\n').length;
    return [...head, ...section('Failures', this.#details(room)), ...tail].join('\n');
  }

  #warningBox(): string[] {
    const partial = this.#run.session?.partial;
    return partial === undefined ? [] : ['> [!WARNING]', `> Partial: ${plain(partial)}.`, ''];
  }

  #families(): string[] {
    const { families, counts } = this.#run;
    if (families.size === 0) return [];
    const shown = VERDICTS.filter((verdict) => verdict === 'pass' || counts[verdict] > 0);
    const rows = [...families].map(([name, row]) => [plain(name), ...shown.map((verdict) => String(row[verdict]))]);
    return table(['Family', ...shown], rows);
  }

  #causes(): string[] {
    const { failing, warning } = this.#run.causes();
    const all = [...failing, ...warning];
    if (all.length === 0) return [];
    const rows = all
      .slice(0, MOST_ROWS)
      .map((cause, i) => [
        String(i + 1),
        `${cause.severity === 'warn' ? 'warning: ' : ''}${plain(cause.title)}`,
        plain(cause.rules.join(' ')),
        plain(countText(cause)),
        plain(conditionsText(cause).replace(/^, /, '')),
        plain(likeText(cause)),
        code(cause.replay),
      ]);
    const note = this.#run.end?.diagnosis?.note;
    return [
      ...table(['', 'Cause', 'Rules', 'Vectors', 'Where', 'Like the planted fault', 'Smallest vector'], rows),
      ...(all.length > rows.length ? ['', `... and ${all.length - rows.length} more.`] : []),
      ...(note === undefined ? [] : ['', `${plain(note)}.`]),
    ];
  }

  #known(): string[] {
    const entries = new Map<string, { reason: string; verdict: string; count: number }>();
    for (const { known, verdict } of this.#run.known) {
      if (known === undefined) continue;
      const entry = entries.get(known.entry) ?? { reason: known.reason, verdict, count: 0 };
      entry.count++;
      entries.set(known.entry, entry);
    }
    return bullets(
      [...entries].map(([at, { reason, verdict, count }]) => `${at}: ${vectorCount(count)} ${verdict}: ${reason}`),
    );
  }

  #details(room: number): string[] {
    const lines: string[] = [];
    let left = room - 200;
    let shown = 0;
    for (const one of shownCases(this.#run.unexpected, MOST_DETAILS, this.#run.causes().failing)) {
      const text = this.#detail(one);
      left -= text.join('\n').length + 1;
      if (left < 0) break;
      lines.push(...text);
      shown++;
    }
    const hidden = this.#run.unexpected.length - shown;
    if (hidden > 0) lines.push(`... and ${hidden} more: \`events.jsonl\` and \`junit.xml\` contain all of them.`);
    return lines;
  }

  #detail({ verdict, vector }: Case): string[] {
    const body = [
      ...(verdict.unexpected === undefined ? [] : [verdict.unexpected.message]),
      ...(verdict.reason === undefined ? [] : verdict.reason.split(/\r?\n/)),
      ...verdict.findings.flatMap(findingText),
      ...(verdict.verdict === 'error' ? [] : traceText(verdict, this.#run.rules, vector?.steps)),
    ];
    const cut = body.length > MOST_LINES ? [...body.slice(0, MOST_LINES), '...'] : body;
    const title = vector === undefined ? '' : `: ${plain(vector.title)}`;
    return [
      `<details><summary>${verdict.verdict} ${plain(verdict.vector)}${title}</summary>`,
      '',
      ...fenced([...cut, '', `Again: ${replayText(this.#run.session, verdict.vector)}`].join('\n')),
      '',
      '</details>',
    ];
  }

  #provenance(): string[] {
    const { session } = this.#run;
    if (session === undefined) return [];
    const made = this.#run.madeBy;
    return [
      ...(made === undefined ? [] : [`<sub>${plain(made)}</sub>`, '']),
      `<sub>rsc-conformance ${plain(session.version)}${hasVectors(session) ? `, vectors ${plain(session.digest.slice(0, 12))}` : ''}. Again: ${code(session.command)}</sub>`,
    ];
  }
}

function ratioText(ratio: number | undefined): string {
  if (ratio === undefined) return 'Nothing was judged.';
  return `Coalescing ratio: ${ratio.toFixed(1)} % of the merges that the reference makes, on average over the vectors.`;
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', `### ${title}`, '', ...lines];
}

function bullets(lines: readonly string[]): string[] {
  const shown = lines.slice(0, MOST_ROWS).map((line) => `- ${plain(line)}`);
  return lines.length > MOST_ROWS ? [...shown, `- ... and ${lines.length - MOST_ROWS} more`] : shown;
}

function findingsTable(shared: ReadonlyMap<string, SharedFinding>, rules: RuleTexts): string[] {
  if (shared.size === 0) return [];
  const sorted = [...shared.values()].sort((a, b) => b.vectors.length - a.vectors.length);
  const rows = sorted
    .slice(0, MOST_ROWS)
    .map(({ finding, text, vectors }) => [
      plain(finding.rule),
      plain(text),
      plain(rules.clauses(finding.rule)),
      String(vectors.length),
      code(vectors[0] ?? ''),
    ]);
  const hidden = sorted.length - rows.length;
  return [
    ...table(['Rule', 'What', 'Clause', 'Vectors', 'First'], rows),
    ...(hidden > 0 ? ['', `... and ${hidden} more kinds.`] : []),
  ];
}
