/**
 * TAP 14 on standard output: one test per vector. Unsupported is SKIP, a known failure TODO; vectors that were not
 * played are a Bail out.
 */

import { baselineText, findingText, isUnexpected, replayText, traceText } from './case-text.ts';
import type { RunEvent, VerdictEvent } from './events.ts';
import type { TextReport } from './reporter.ts';
import { countsText, RunSummary } from './run-summary.ts';

export class TapReport implements TextReport {
  readonly #run = new RunSummary();
  readonly #lines: string[] = [];
  #count = 0;

  event(event: RunEvent): void {
    this.#run.event(event);
    if (event.type === 'verdict') this.#lines.push(...this.#test(event));
  }

  text(): string {
    const run = this.#run;
    const { session, end } = run;
    const missing = end === undefined ? 'the events have no end' : `${end.notRun} vectors were not played`;
    const isCut = end === undefined || end.notRun !== undefined;
    const planned = isCut ? Math.max(this.#count, session?.vectors ?? 0) : this.#count;
    return [
      'TAP version 14',
      `1..${planned}${planned === 0 ? ' # SKIP nothing was selected' : ''}`,
      ...this.#lines,
      ...[
        `${run.target} is ${run.outcome}`,
        countsText(run.counts),
        ...(run.madeBy === undefined ? [] : [run.madeBy]),
        ...run.baselineProblems(),
        ...run.limits(),
      ].map((line) => `# ${oneLine(line)}`),
      ...(isCut ? [`Bail out! ${oneLine(session?.partial ?? missing)}`] : []),
      '',
    ].join('\n');
  }

  #test(verdict: VerdictEvent): string[] {
    const { known, reason, vector } = verdict;
    const isBad = verdict.verdict === 'fail' || isUnexpected(verdict, this.#run.session?.strict === true);
    const directive =
      known !== undefined
        ? ` # TODO ${oneLine(known.reason)}`
        : verdict.verdict === 'unsupported' && !isBad
          ? ` # SKIP ${oneLine(reason ?? 'unsupported')}`
          : '';
    const line = `${isBad || known !== undefined ? 'not ok' : 'ok'} ${++this.#count} - ${escaped(vector)}${directive}`;
    const details = [
      ...baselineText(verdict),
      ...(reason === undefined ? [] : [reason]),
      ...verdict.findings.flatMap(findingText),
    ];
    if (verdict.verdict === 'unsupported' || details.length === 0) return [line];
    const trace = verdict.verdict === 'error' ? [] : traceText(verdict, this.#run.rules, this.#run.stepsOf(verdict));
    const message = verdict.unexpected?.message ?? verdict.findings[0]?.message ?? reason ?? '';
    return [
      line,
      '  ---',
      `  message: ${JSON.stringify(message)}`,
      `  severity: ${verdict.verdict}`,
      '  details:',
      ...[...details, ...trace].map((text) => `    - ${JSON.stringify(text)}`),
      `  again: ${JSON.stringify(replayText(this.#run.session, vector))}`,
      '  ...',
    ];
  }
}

function escaped(text: string): string {
  return oneLine(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}

function oneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}
