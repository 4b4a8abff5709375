/**
 * Annotations for GitHub Actions: workflow commands on standard output. GitHub shows ten of a kind per step, so vectors
 * that fail in the same way share one.
 */

import { replayText } from './case-text.ts';
import { causeLines } from './cause-text.ts';
import type { CauseEvent, RunEvent } from './events.ts';
import type { TextReport } from './reporter.ts';
import { countsText, RunSummary, type SharedFinding, vectorCount } from './run-summary.ts';

/** One less than GitHub shows: the last one says how many more there are. */
const MOST = 9;
const MOST_NAMES = 5;

export class GithubReport implements TextReport {
  readonly #run = new RunSummary();

  event(event: RunEvent): void {
    this.#run.event(event);
  }

  text(): string {
    const run = this.#run;
    const { failing, warning } = run.causes();
    const faults = [...run.faults.values()].sort((a, b) => b.vectors.length - a.vectors.length);
    const errors = [
      ...(failing.length > 0
        ? failing.map((cause) => causeCommand('error', cause))
        : faults.map((one) => this.#fault(one))),
      ...this.#unexplained(),
      ...this.#baseline(),
    ];
    const warnings = [
      ...(run.session?.partial === undefined ? [] : [command('warning', 'RSC: partial', `${run.session.partial}.`)]),
      ...(warning.length > 0
        ? warning.map((cause) => causeCommand('warning', cause))
        : [...run.warnings.values()].map(({ finding, text, vectors }) =>
            command('warning', `RSC ${finding.rule} (${finding.level})`, `${text}\n${namesText(vectors)}`),
          )),
    ];
    const summary = [
      `${run.target} is ${run.outcome}. ${countsText(run.counts)}.`,
      ...(run.madeBy === undefined ? [] : [run.madeBy]),
      ...run.limits(),
    ];
    return [
      ...limited(errors, 'error'),
      ...limited(warnings, 'warning'),
      command('notice', 'RSC conformance', summary.join('\n')),
      '',
    ].join('\n');
  }

  #fault({ finding, text, vectors }: SharedFinding): string {
    const clause = this.#run.rules.clauses(finding.rule);
    const message = [
      text,
      ...(clause === '' ? [] : [clause]),
      `${finding.field}: expected ${finding.expected}, actual ${finding.actual}`,
      namesText(vectors),
      `Again: ${replayText(this.#run.session, vectors[0] ?? '')}`,
    ].join('\n');
    return command('error', `RSC ${finding.rule} (${finding.level})`, message);
  }

  /** Failures without a finding: a known failure that passes. */
  #unexplained(): string[] {
    const silent = this.#run.unexpected.filter(
      ({ verdict }) => verdict.findings.length === 0 && verdict.verdict !== 'error',
    );
    return silent.map(({ verdict }) =>
      command('error', `RSC ${verdict.vector}`, verdict.unexpected?.message ?? verdict.reason ?? verdict.verdict),
    );
  }

  #baseline(): string[] {
    const problems = this.#run.end?.baseline?.problems ?? [];
    return problems.map(({ severity, entry, message, change }) => {
      const [, file = entry, line] = /^(.*):(\d+)$/.exec(entry) ?? [];
      const place = `file=${property(file)}${line === undefined ? '' : `,line=${line}`}`;
      return command(severity === 'warn' ? 'warning' : 'error', 'RSC baseline', `${message}. ${change}`, place);
    });
  }
}

/** One annotation per cause: one per vector would be hundreds, and GitHub shows ten. */
function causeCommand(kind: 'error' | 'warning', cause: CauseEvent): string {
  const [title = '', ...lines] = causeLines(cause);
  return command(kind, `RSC ${cause.rules.join(' ')}`, [title, ...lines].join('\n'));
}

function namesText(vectors: readonly string[]): string {
  const hidden = vectors.length - MOST_NAMES;
  const names = vectors.slice(0, MOST_NAMES).join(', ');
  return `${vectorCount(vectors.length)}: ${names}${hidden > 0 ? `, and ${hidden} more` : ''}`;
}

function limited(commands: readonly string[], kind: 'error' | 'warning'): string[] {
  if (commands.length <= MOST + 1) return [...commands];
  const hidden = commands.length - MOST;
  return [...commands.slice(0, MOST), command(kind, 'RSC: more', `${hidden} more kinds; the reports hold them all.`)];
}

/** `::error title=T,file=F::message`; characters that would end a part are escaped. */
function command(kind: 'error' | 'warning' | 'notice', title: string, message: string, place?: string): string {
  return `::${kind} title=${property(title)}${place === undefined ? '' : `,${place}`}::${data(message)}`;
}

function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
