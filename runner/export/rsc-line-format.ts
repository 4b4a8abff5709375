/** A conversation in rsc-line a vector: what the runner says, what the reference answers, what it would answer otherwise. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { hex } from '../session/session-events.ts';
import type { ExportFormat } from './export-file.ts';
import type { ExportedIndication, ExportedVector, Outcome } from './exported-vector.ts';
import { judgingColumns } from './judging-columns.ts';
import { outOfBandKeys } from './out-of-band-keys.ts';

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

/** `> ` is said to the program, `< ` comes back, `? ` begins the answers under another policy, `# ` is a comment. */
function lines({ vector, steps, expected, alternatives }: ExportedVector): string[] {
  const { id, title, rules, level, flags } = vector;
  const out = [`# ${id}: ${title}`, `# rules ${rules.join(' ')}; level ${level}; flags ${flags.join(' ') || 'none'}`];
  out.push('> RESET', '< .');
  steps.forEach((step, index) => {
    if ('set' in step && step.set.negotiate !== undefined)
      out.push(`# negotiate ${JSON.stringify(step.set.negotiate)}`);
    out.push(said(step));
    if (isAnswered(step)) out.push(...answer(expected, index));
  });
  out.push('> STATS', statistics(expected));
  for (const other of alternatives) {
    out.push(`? ${policyText(other)}`, '< .');
    steps.forEach((step, index) => {
      if (isAnswered(step)) out.push(...answer(other, index));
    });
    out.push(statistics(other));
  }
  return out;
}

function said(step: FrameStep): string {
  if ('rx' in step)
    return `> RX ${hex(step.rx)}${step.csum === undefined ? '' : ` csum=${step.csum}`}${step.ipsec === true ? ' ipsec=1' : ''}`;
  if ('dpc' in step) return '> DPC';
  if ('wait' in step) return `# wait ${step.wait}`;
  const { rsc4, rsc6 } = step.set;
  const words = Object.entries({ rsc4, rsc6 }).filter(([, on]) => on !== undefined);
  return ['> SET', ...words.map(([key, on]) => `${key}=${on === true ? 'on' : 'off'}`)].join(' ');
}

function isAnswered(step: FrameStep): boolean {
  return 'dpc' in step || 'set' in step;
}

function answer({ indications }: Outcome, step: number): string[] {
  return [...indications.filter((one) => one.step === step).map(indicated), '< .'];
}

function indicated({ frame, oob }: ExportedIndication): string {
  const keys = Object.entries(outOfBandKeys(oob)).map(([key, value]) => `${key}=${value}`);
  return `< IND ${hex(frame)} ${keys.join(' ')}`;
}

function statistics({ statistics: { pkts, octets, events, aborts } }: Outcome): string {
  return `< STATS pkts=${pkts} octets=${octets} events=${events} aborts=${aborts}`;
}

function policyText({ policy }: Outcome): string {
  return Object.entries(policy)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ');
}
