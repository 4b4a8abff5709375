/** One rsc-line conversation per vector: the runner's lines, the reference's answers, and those under other policies. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { DONE, renderIndication, renderStatistics } from '../rsc-line/answers.ts';
import { renderStep } from '../rsc-line/commands.ts';
import type { ExportFormat } from './export-file.ts';
import type { ExportedVector, Outcome } from './exported-vector.ts';
import { judgingColumns } from './judging-columns.ts';

export const rscLineFormat: ExportFormat = {
  name: 'rsc-line',
  help: 'a script of protocol lines',
  write(exported) {
    const path = `${exported.vector.id}.rsc-line`;
    const text = `${lines(exported).join('\n')}\n`;
    return {
      files: [{ path, bytes: Buffer.from(text) }],
      index: { files: { script: path }, ...judgingColumns(exported.arrivals) },
    };
  },
};

/** `> ` goes to the program, `< ` comes back, `? ` begins the answers under another policy, `# ` is a comment. */
function lines({ vector, steps, expected, alternatives }: ExportedVector): string[] {
  const { id, title, rules, level, flags } = vector;
  const out = [`# ${id}: ${title}`, `# rules ${rules.join(' ')}; level ${level}; flags ${flags.join(' ') || 'none'}`];
  out.push('> RESET', `< ${DONE}`);
  steps.forEach((step, index) => {
    out.push('wait' in step ? `# wait ${step.wait}` : `> ${renderStep(step)}`);
    if (isAnswered(step)) out.push(...answer(expected, index));
  });
  out.push('> STATS', statistics(expected));
  for (const other of alternatives) {
    out.push(`? ${policyText(other)}`, `< ${DONE}`);
    steps.forEach((step, index) => {
      if (isAnswered(step)) out.push(...answer(other, index));
    });
    out.push(statistics(other));
  }
  return out;
}

function isAnswered(step: FrameStep): boolean {
  return 'dpc' in step || 'set' in step;
}

function answer({ indications }: Outcome, step: number): string[] {
  const due = indications.filter((indication) => indication.step === step);
  return [...due.map(({ frame, oob }) => `< ${renderIndication(frame, oob)}`), `< ${DONE}`];
}

function statistics(outcome: Outcome): string {
  return `< ${renderStatistics(outcome.statistics)}`;
}

function policyText({ policy }: Outcome): string {
  return Object.entries(policy)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}
