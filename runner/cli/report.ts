/** `report`: a report from a file of events. */

import type { RunEvent } from '../../reports/events.ts';
import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { suggest } from '../base/suggest.ts';
import { PLAYGROUND, REPORTERS } from '../reporters/reporters.ts';
import type { Command } from './command.ts';

const KINDS: readonly string[] = [...Object.keys(REPORTERS), 'matrix', 'history', 'merge', 'playground'];

/** Those that go to standard output unless a file is named. */
const PRINTED: readonly string[] = Object.entries(REPORTERS)
  .filter(([, { leaves }]) => leaves === undefined)
  .map(([name]) => name);

export const reportCommand: Command = {
  name: 'report',
  summary: 'Make a report from the events of a run, or merge the events of its shards',
  usage: 'KIND EVENTS .. [--out FILE]',
  details: [
    'Kinds:',
    ...Object.entries(REPORTERS).map(([name, { help }]) => `  ${name.padEnd(11)} ${help}`),
    `  ${'matrix'.padEnd(11)} several runs side by side, or two runs of one target as a difference; FILE ends in .html or .md`,
    `  ${'history'.padEnd(11)} runs over time, one line each, with the causes that appeared and disappeared; also takes folders`,
    `  ${'playground'.padEnd(11)} ${PLAYGROUND.help}: takes no EVENTS`,
    `  ${'merge'.padEnd(11)} the events of a whole run, from those of its shards`,
    '',
    'merge refuses a shard that is missing, given twice or from another run. With --partial it merges the given ones, and',
    'every report made from the result says so. Its exit status is that of the merged run. It reads the baseline again,',
    'to judge what only the whole run can show.',
  ].join('\n'),
  options: {
    out: {
      type: 'string',
      value: 'FILE',
      help: `file to write; - is standard output, where ${PRINTED.join(', ')} go by default`,
    },
    partial: { type: 'boolean', help: 'merge: allow missing shards' },
    captures: { type: 'string', value: 'DIR', help: 'junit: attach the captures that report pcapng wrote to DIR' },
    baseline: { type: 'string', value: 'FILE', help: 'merge: the baseline of the run, if it has moved' },
  },
  positionals: [
    { name: 'KIND', help: `one of ${KINDS.join(', ')}` },
    {
      name: 'EVENTS',
      help: 'the events.jsonl of a run; matrix, history and merge take several',
      optional: true,
      multiple: true,
    },
  ],
  async run(parsed, io) {
    const [kind = '', ...paths] = parsed.positionals;
    const out = parsed.string('out') ?? (PRINTED.includes(kind) ? '-' : undefined);
    if (!KINDS.includes(kind)) {
      throw new UsageError(`there is no report ${kind}`, suggest(kind, KINDS, `reports: ${KINDS.join(' ')}`));
    }
    if (out === undefined) throw new UsageError(`report ${kind} needs --out`, '--out FILE');
    for (const [option, owner] of [
      ['partial', 'merge'],
      ['baseline', 'merge'],
      ['captures', 'junit'],
    ] as const)
      if (kind !== owner && parsed.has(option))
        throw new UsageError(`report ${kind} takes no --${option}`, `it belongs to report ${owner}`);
    if (kind === 'playground') {
      if (paths.length > 0) throw new UsageError('report playground takes no EVENTS', 'it needs only --out FILE');
      await (await PLAYGROUND.open({ path: out === '-' ? undefined : out, io })).close();
      return 0;
    }
    if (paths.length === 0)
      throw new UsageError('report needs EVENTS: the events.jsonl of a run', `report ${kind} EVENTS`);
    if (kind === 'merge') {
      const { mergeShards } = await import('./report-merge.ts');
      return mergeShards({ paths, out, partial: parsed.flag('partial'), baseline: parsed.string('baseline') }, io);
    }
    if (kind === 'matrix') {
      const { writeMatrix } = await import('./report-matrix.ts');
      return writeMatrix(paths, out, io);
    }
    if (kind === 'history') {
      const { writeHistory } = await import('./report-history.ts');
      return writeHistory(paths, out, io);
    }
    return single(kind, paths, out, parsed.string('captures'), io);
  },
};

async function single(
  kind: string,
  [path = '', ...more]: readonly string[],
  out: string,
  captures: string | undefined,
  io: Io,
): Promise<number> {
  if (more.length > 0) throw new UsageError(`report ${kind} does not take ${JSON.stringify(more[0])}`, 'one EVENTS');
  const { readEvents } = await import('../events/read-events.ts');
  const attachment = captures === undefined ? {} : { attachment: await capturesIn(captures) };
  const report = await REPORTERS[kind]?.open({ path: out === '-' ? undefined : out, io, ...attachment });
  let last: RunEvent | undefined;
  for await (const event of readEvents(path)) {
    report?.event(event);
    last = event;
  }
  if (last?.type !== 'end') io.err(`${path} was cut off: it has no end event.\n`);
  await report?.close();
  return 0;
}

/** The capture of a vector, where there is one. */
async function capturesIn(folder: string): Promise<(vector: string) => string | undefined> {
  const { existsSync } = await import('node:fs');
  const { join } = await import('node:path');
  const { fileName } = await import('../../reports/file-name.ts');
  if (!existsSync(folder))
    throw new UsageError(`there is no folder ${folder}`, '--captures names the folder that report pcapng wrote');
  return (vector) => {
    const path = join(folder, `${fileName(vector)}.pcapng`);
    return existsSync(path) ? path : undefined;
  };
}
