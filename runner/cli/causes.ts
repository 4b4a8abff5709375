/** `causes`: explains why the vectors of a run fail, from its events and from a file of named causes. */

import { existsSync } from 'node:fs';
import type { CauseTable } from '../../reports/cause-table.ts';
import type { DiagnosisEvent, RunEvent, SessionEvent } from '../../reports/events.ts';
import { countText } from '../../vectors/count-text.ts';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { saveFile } from '../base/save-file.ts';
import type { Command, Parsed } from './command.ts';

export const causesCommand: Command = {
  name: 'causes',
  summary: 'Find the causes of the failures of a run',
  usage: 'EVENTS [--json] [--causes FILE] [--draft FILE] [--out FILE]',
  details: [
    'Groups vectors with similar findings, and compares them with the planted faults of selfcheck. Prints the smallest set of known',
    'faults that explains the failures, and what none of them explains; for each cause, what its vectors have in common, and',
    'the smallest of them. See docs/causes.md.',
    '',
    'With --causes, the causes have the names and texts of that file; --draft writes a file to start from. With --out, the',
    'result is a report in Markdown, such as docs/field/qemu.md.',
    '',
    'Exit status: 0 nothing fails, 1 something does. With --out: 0 if every finding has a cause and every cause a finding,',
    'else 1 (the report is written anyway, and lists the rest). 2 usage or environment.',
  ].join('\n'),
  options: {
    json: {
      type: 'boolean',
      help: 'print JSON: the diagnosis of the end event, as reports/schema/events.schema.json has it',
    },
    causes: { type: 'string', value: 'FILE', help: 'file of named causes, and the findings that each explains' },
    draft: { type: 'string', value: 'FILE', help: 'write a new file of causes to start from; - is standard output' },
    baseline: {
      type: 'string',
      value: 'FILE',
      help: 'baseline to complete: entries without a reason get the cause of --causes as their reason',
    },
    out: { type: 'string', value: 'FILE', help: 'report by the causes of --causes, in Markdown; - is standard output' },
  },
  positionals: [{ name: 'EVENTS', help: 'the events.jsonl of a run' }],
  async run(parsed, io) {
    const causes = parsed.string('causes');
    for (const option of ['out', 'baseline'])
      if (causes === undefined && parsed.has(option))
        throw new UsageError(`--${option} needs --causes`, '--causes FILE; --draft FILE writes one to start from');
    if (parsed.has('out') || parsed.has('baseline')) return tableOf(causes ?? '', parsed, io);
    return diagnose(parsed, io);
  },
};

async function diagnose(parsed: Parsed, io: Io): Promise<number> {
  const { Diagnosis } = await import('../diagnosis/diagnosis.ts');
  const { loadDictionary } = await import('../diagnosis/dictionary-file.ts');
  const { readCauses } = await import('../known-failures/cause-file.ts');
  const file = parsed.string('causes');
  const names = file === undefined ? [] : readCauses(file).causes;
  const diagnosis = new Diagnosis();
  const vectors: string[] = [];
  let session: SessionEvent | undefined;
  let isWhole = false;
  await eventsOf(parsed, (event) => {
    diagnosis.event(event);
    if (event.type === 'session') session = event;
    else if (event.type === 'vector') vectors.push(event.vector);
    isWhole = event.type === 'end';
  });
  if (!isWhole) io.err(`${parsed.positionals[0]} was cut off: it has no end event.\n`);
  const result = diagnosis.isNeeded ? diagnosis.result(loadDictionary(), names) : { causes: [] };
  const draft = parsed.string('draft');
  if (draft !== undefined) {
    if (draft !== '-' && existsSync(draft))
      throw new UsageError(`${draft} already exists`, '--draft names a new file; --causes reads an existing one');
    const { causeDraft } = await import('../known-failures/cause-draft.ts');
    const title = `${session?.target ?? 'A target'} ${session?.targetVersion ?? ''}`.trim();
    await write(draft, causeDraft(draft, title, result.causes, vectors), io.out);
  }
  if (parsed.flag('json')) io.out(`${JSON.stringify(result, undefined, 2)}\n`);
  else if (draft !== '-') await print(result, io);
  return result.causes.length === 0 ? 0 : 1;
}

async function print(result: DiagnosisEvent, io: Io): Promise<void> {
  const { causeLines, diagnosisHead } = await import('../../reports/cause-text.ts');
  io.out(`${diagnosisHead(result)}.\n`);
  result.causes.forEach((cause, i) => {
    const [title, ...lines] = causeLines(cause);
    io.out(`\n${i + 1}. ${cause.severity.toUpperCase()} ${title}\n${lines.map((line) => `   ${line}\n`).join('')}`);
  });
}

async function tableOf(file: string, parsed: Parsed, io: Io): Promise<number> {
  const { CauseTable } = await import('../../reports/cause-table.ts');
  const { readCauses } = await import('../known-failures/cause-file.ts');
  const table = new CauseTable(readCauses(file));
  await eventsOf(parsed, (event) => table.event(event));
  const out = parsed.string('out');
  if (out !== undefined) await write(out, table.text(), io.out);
  const baseline = parsed.string('baseline');
  if (baseline !== undefined) await giveReasons(baseline, table);
  const { unexplained, idle } = table;
  if (unexplained.length > 0) io.err(`No cause explains the findings of ${countText(unexplained.length, 'vector')}.\n`);
  for (const title of idle) io.err(`No finding has this cause: ${title}\n`);
  return unexplained.length + idle.length === 0 ? 0 : 1;
}

async function eventsOf(parsed: Parsed, take: (event: RunEvent) => void): Promise<void> {
  const { readEvents } = await import('../events/read-events.ts');
  for await (const event of readEvents(parsed.positionals[0] ?? '')) take(event);
}

async function giveReasons(path: string, table: CauseTable): Promise<void> {
  const { baselineText, readBaseline } = await import('../known-failures/baseline-file.ts');
  const { withReasons } = await import('../known-failures/cause-reasons.ts');
  const baseline = readBaseline(path);
  await write(path, baselineText(path, withReasons(baseline.entries, table, table.vectors), baseline), () => {});
}

async function write(path: string, text: string, print: (text: string) => void): Promise<void> {
  if (path === '-') return print(text);
  saveFile(path, text, '--out and --draft name a file');
}
