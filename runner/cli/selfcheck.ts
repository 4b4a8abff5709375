/** `selfcheck`: the suite's own teeth. */

import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { ProgressLine } from '../base/progress-line.ts';
import type { SelfcheckResult } from '../selfcheck/selfcheck.ts';
import type { Command } from './command.ts';

export const selfcheckCommand: Command = {
  name: 'selfcheck',
  summary: 'Plant faults and legal variants: check that every fault is caught and no variant is accused',
  usage: '[--markdown FILE]',
  details:
    'Exit status 1 if a fault is not caught or an unrelated rule is blamed for it, or if a legal variant is accused.',
  options: { markdown: { type: 'string', value: 'FILE', help: 'also write the tables as Markdown' } },
  async run(parsed, io) {
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { selfcheck } = await import('../selfcheck/selfcheck.ts');
    const { vectors } = loadCorpus();
    const progress = new ProgressLine(io);
    const result = selfcheck(vectors, (done) => progress.show(() => `${done} of ${vectors.length} vectors`));
    progress.clear();
    const wrong = print(result, io);
    const file = parsed.string('markdown');
    if (file !== undefined) await write(file, result);
    return wrong === 0 ? 0 : 1;
  },
};

/** How many are not as they should be. */
function print({ faults, variants }: SelfcheckResult, io: Io): number {
  let wrong = 0;
  io.out('Planted faults: rule named, first vectors that catch it\n');
  for (const { fault, caughtBy, named, misblamed } of faults) {
    if (caughtBy.length === 0 || misblamed.length > 0) wrong++;
    const blame = misblamed.length > 0 ? `MISBLAMED ${misblamed.join(' ')}` : named.join(' ');
    const verdict = caughtBy.length === 0 ? 'SURVIVED' : blame;
    io.out(`  ${fault.name.padEnd(48)} ${verdict.padEnd(12)} ${caughtBy.join(' ')}\n`);
  }
  io.out('Legal variants: vectors that merged less\n');
  for (const { variant, accusations, passLess } of variants) {
    const [first] = accusations;
    if (first !== undefined) wrong++;
    const verdict =
      first === undefined ? `conformant, ${passLess} pass-less` : `ACCUSED of ${first.finding.rule} by ${first.vector}`;
    io.out(`  ${variant.name.padEnd(28)} ${verdict}\n`);
  }
  const summary = wrong === 0 ? 'all as they should be' : `${wrong} not as they should be`;
  io.out(`${faults.length} faults, ${variants.length} variants: ${summary}.\n`);
  return wrong;
}

async function write(file: string, result: SelfcheckResult): Promise<void> {
  const { writeFileSync } = await import('node:fs');
  const { killTable } = await import('../selfcheck/kill-table.ts');
  try {
    writeFileSync(file, killTable(result));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${file} cannot be written (${code})`, 'name a file in a folder that may be written');
  }
}
