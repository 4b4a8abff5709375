/** `report`: a report from a file of events. */

import { UsageError } from '../errors.ts';
import { suggest } from '../suggest.ts';
import type { Command, Io } from './command.ts';
import { REPORTERS } from './reporters.ts';

const KINDS: readonly string[] = [...Object.keys(REPORTERS), 'merge'];

export const reportCommand: Command = {
  name: 'report',
  summary: 'Makes a report from the events of a run, or one run of its shards',
  usage: 'KIND EVENTS .. --out FILE',
  details: [
    'Kinds:',
    ...Object.entries(REPORTERS).map(([name, { help }]) => `  ${name.padEnd(11)} ${help}`),
    `  ${'merge'.padEnd(11)} the events of one run from those of its shards`,
    '',
    'merge refuses shards that are missing, doubled or of another run; with --partial it merges what there is, and every',
    'report that is made of it says so. Its exit status is that of the merged run. A baseline is read again: what only',
    'the whole run shows is judged then.',
  ].join('\n'),
  options: {
    out: { type: 'string', value: 'FILE', help: 'where the report goes; - is the standard output' },
    partial: { type: 'boolean', help: 'merge: shards may be missing' },
    baseline: { type: 'string', value: 'FILE', help: 'merge: where the baseline of the run is now' },
  },
  positionals: [
    { name: 'KIND', help: KINDS.join(', ') },
    { name: 'EVENTS', help: 'the events.jsonl of a run; of merge, those of its shards', multiple: true },
  ],
  async run(parsed, io) {
    const [kind = '', ...paths] = parsed.positionals;
    const out = parsed.string('out');
    if (!KINDS.includes(kind)) {
      throw new UsageError(`there is no report ${kind}`, suggest(kind, KINDS, `reports: ${KINDS.join(' ')}`));
    }
    if (out === undefined) throw new UsageError('report needs --out', '--out FILE');
    for (const option of ['partial', 'baseline'])
      if (kind !== 'merge' && parsed.has(option))
        throw new UsageError(`report ${kind} takes no --${option}`, 'it belongs to report merge');
    if (kind === 'merge') {
      const { mergeShards } = await import('./report-merge.ts');
      return mergeShards({ paths, out, partial: parsed.flag('partial'), baseline: parsed.string('baseline') }, io);
    }
    return single(kind, paths, out, io);
  },
};

async function single(kind: string, [path = '', ...more]: readonly string[], out: string, io: Io): Promise<number> {
  if (more.length > 0) throw new UsageError(`report ${kind} does not take ${JSON.stringify(more[0])}`, 'one EVENTS');
  const { readEvents } = await import('../read-events.ts');
  const report = await REPORTERS[kind]?.open({ path: out === '-' ? undefined : out, io });
  for await (const event of readEvents(path)) report?.event(event);
  await report?.close();
  return 0;
}
