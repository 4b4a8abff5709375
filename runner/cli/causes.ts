/** `causes`: the findings of a run, grouped by what a person found to be their cause. */

import type { CauseTable } from '../../reports/cause-table.ts';
import { UsageError } from '../base/errors.ts';
import type { Command } from './command.ts';

export const causesCommand: Command = {
  name: 'causes',
  summary: 'Group the findings of a run by cause, in Markdown',
  usage: 'EVENTS --causes FILE --out FILE',
  details: [
    'docs/qemu.md is made this way, from examples/qemu-causes.json. Exit status: 0 if every finding has a cause and every',
    'cause a finding; 1 if not (the report is written anyway, and lists the rest); 2 usage or environment.',
  ].join('\n'),
  options: {
    causes: { type: 'string', value: 'FILE', help: 'the causes, and the findings that each explains' },
    baseline: {
      type: 'string',
      value: 'FILE',
      help: 'baseline to complete: entries without a reason get the cause as their reason',
    },
    out: { type: 'string', value: 'FILE', help: 'file to write; - is standard output' },
  },
  positionals: [{ name: 'EVENTS', help: 'the events.jsonl of a run' }],
  async run(parsed, io) {
    const causes = parsed.string('causes');
    const out = parsed.string('out');
    if (causes === undefined) throw new UsageError('causes needs --causes', '--causes FILE');
    if (out === undefined) throw new UsageError('causes needs --out', '--out FILE');
    const { CauseTable } = await import('../../reports/cause-table.ts');
    const { readCauses } = await import('../known-failures/cause-file.ts');
    const { readEvents } = await import('../events/read-events.ts');
    const table = new CauseTable(readCauses(causes));
    for await (const event of readEvents(parsed.positionals[0] ?? '')) table.event(event);
    await write(out, table.text(), io.out);
    const baseline = parsed.string('baseline');
    if (baseline !== undefined) await giveReasons(baseline, table);
    const { unexplained, idle } = table;
    if (unexplained.length > 0) io.err(`${unexplained.length} vectors have findings without a cause.\n`);
    for (const title of idle) io.err(`No finding has this cause: ${title}\n`);
    return unexplained.length + idle.length === 0 ? 0 : 1;
  },
};

async function giveReasons(path: string, table: CauseTable): Promise<void> {
  const { baselineText, readBaseline } = await import('../known-failures/baseline-file.ts');
  const { withReasons } = await import('../known-failures/cause-reasons.ts');
  const { entries, schema } = readBaseline(path);
  await write(path, baselineText(path, withReasons(entries, table, table.vectors), schema), () => {});
}

async function write(path: string, text: string, print: (text: string) => void): Promise<void> {
  if (path === '-') return print(text);
  const { writeFileSync } = await import('node:fs');
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError(`${path} cannot be written: ${(error as Error).message}`, '--out names a file');
  }
}
