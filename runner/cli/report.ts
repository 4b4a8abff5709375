/** `report`: a report from a file of events. */

import { UsageError } from '../errors.ts';
import { suggest } from '../suggest.ts';
import type { Command } from './command.ts';

const KINDS = ['junit'];

export const reportCommand: Command = {
  name: 'report',
  summary: 'Makes a report from a file of events',
  usage: 'junit EVENTS --out FILE',
  options: { out: { type: 'string', value: 'FILE', help: 'where the report goes' } },
  positionals: [
    { name: 'KIND', help: KINDS.join(', ') },
    { name: 'EVENTS', help: 'the events.jsonl of a run' },
  ],
  async run(parsed) {
    const [kind = '', path = ''] = parsed.positionals;
    const out = parsed.string('out');
    if (!KINDS.includes(kind)) {
      throw new UsageError(`there is no report ${kind}`, suggest(kind, KINDS, `reports: ${KINDS.join(' ')}`));
    }
    if (out === undefined) throw new UsageError('report needs --out', '--out FILE');
    const { writeFileSync } = await import('node:fs');
    const { JunitReport } = await import('../../reports/junit.ts');
    const { readEvents } = await import('../read-events.ts');
    const report = new JunitReport();
    for await (const event of readEvents(path)) report.event(event);
    try {
      writeFileSync(out, report.text());
    } catch (error) {
      throw new UsageError(`${out} cannot be written: ${(error as Error).message}`, '--out names a file');
    }
    return 0;
  },
};
