/** CTRF, the Common Test Report Format: JSON that several dashboards read. One test per vector. */

import { baselineText, findingText, isUnexpected, replayText, traceText } from './case-text.ts';
import type { RunEvent, VectorEvent, VerdictEvent } from './events.ts';
import { familyOf } from './family.ts';
import type { TextReport } from './reporter.ts';
import { RunSummary } from './run-summary.ts';

type Status = 'passed' | 'failed' | 'skipped';

const SPEC_VERSION = '0.0.0';
const NAME = 'rsc-conformance';

export class CtrfReport implements TextReport {
  readonly #run = new RunSummary();
  readonly #tests: object[] = [];
  readonly #counts: Record<Status, number> = { passed: 0, failed: 0, skipped: 0 };
  #vector: VectorEvent | undefined;
  #ms = 0;

  event(event: RunEvent): void {
    this.#run.event(event);
    if (event.type === 'vector') this.#vector = event;
    else if (event.type === 'verdict') this.#tests.push(this.#test(event));
  }

  text(): string {
    const { session, end, ratio } = this.#run;
    const begun = Date.parse(session?.started ?? '');
    const start = Number.isNaN(begun) ? 0 : begun;
    const duration = Math.round(this.#ms);
    const incomplete = this.#run.end === undefined || end?.notRun !== undefined || session?.partial !== undefined;
    const document = {
      reportFormat: 'CTRF',
      specVersion: SPEC_VERSION,
      generatedBy: NAME,
      results: {
        tool: { name: NAME, ...(session === undefined ? {} : { version: session.version }) },
        summary: {
          tests: this.#tests.length,
          ...this.#counts,
          pending: 0,
          other: 0,
          start,
          stop: start + duration,
          duration,
          extra: {
            outcome: this.#run.outcome,
            incomplete,
            limits: this.#run.limits(),
            baselineProblems: this.#run.baselineProblems(),
            verdicts: this.#run.counts,
            ...(ratio === undefined ? {} : { coalescingRatio: Math.round(ratio * 10) / 10 }),
          },
        },
        tests: this.#tests,
        ...(session === undefined
          ? {}
          : {
              environment: {
                appName: session.target,
                appVersion: session.targetVersion,
                extra: {
                  policy: session.policy,
                  capabilities: session.capabilities,
                  vectors: session.digest,
                  shard: session.shard,
                  strict: session.strict,
                  command: session.command,
                  ...(session.labels === undefined ? {} : { labels: session.labels }),
                  ...(session.environment === undefined ? {} : { environment: session.environment }),
                },
              },
            }),
      },
    };
    return `${JSON.stringify(document, null, 1)}\n`;
  }

  #test(verdict: VerdictEvent): object {
    const vector = this.#vector?.vector === verdict.vector ? this.#vector : undefined;
    const isBad = isUnexpected(verdict, this.#run.session?.strict === true);
    const status: Status = isBad ? 'failed' : verdict.verdict === 'unsupported' ? 'skipped' : 'passed';
    this.#counts[status]++;
    this.#ms += verdict.ms;
    const { findings, known, reason, unexpected } = verdict;
    const message = unexpected?.message ?? known?.reason ?? findings[0]?.message ?? reason;
    const details = [
      ...baselineText(verdict),
      ...(reason === undefined ? [] : [reason]),
      ...findings.flatMap(findingText),
    ];
    const hasTrace = details.length > 0 && verdict.verdict !== 'unsupported';
    const trace = [
      ...details,
      '',
      ...traceText(verdict, this.#run.rules, vector?.steps),
      '',
      `Again: ${replayText(this.#run.session, verdict.vector)}`,
    ];
    return {
      name: verdict.vector === '' ? 'unnamed' : verdict.vector,
      status,
      rawStatus: verdict.verdict,
      duration: Math.round(verdict.ms),
      suite: [NAME, familyOf(verdict.vector)],
      ...(message === undefined ? {} : { message }),
      ...(hasTrace ? { trace: trace.join('\n') } : {}),
      ...(vector === undefined ? {} : { tags: [...vector.rules, ...vector.flags] }),
      ...(verdict.notObserved.length === 0 ? {} : { extra: { notObserved: verdict.notObserved } }),
    };
  }
}
