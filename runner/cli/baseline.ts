/** `baseline`: updates the file of known failures from the events of a run. */

import { hasVectors } from '../../reports/case-text.ts';
import type { VerdictEvent } from '../../reports/events.ts';
import { countText } from '../../vectors/count-text.ts';
import { UsageError } from '../base/errors.ts';
import { saveFile } from '../base/save-file.ts';
import { suggest } from '../base/suggest.ts';
import type { Outcome } from '../known-failures/baseline-update.ts';
import type { Command } from './command.ts';

const ACTIONS = ['update'];

export const baselineCommand: Command = {
  name: 'baseline',
  summary: 'Update a file of known failures from the events of a run',
  usage: 'update EVENTS .. --baseline FILE',
  details: [
    'A baseline has one entry for each known cause: which vectors fail (ids, or patterns as for --filter), how they fail',
    '(the verdict, and the findings by rule and field), why, and optionally a review date. run --baseline FILE then fails',
    'only for what the file does not list, and names the line to change where the file no longer matches. judge --baseline',
    'FILE does the same for the connections of two captures (captures/10.0.0.1.*).',
    '',
    'update keeps the reason and date of each entry that still fails as stated, removes what no longer fails, and adds',
    'new failures with a reason that begins with TODO. A run warns about those entries, and with --strict fails. Entries',
    'for vectors that were not played stay as they are. The same events and the same file always give the same result.',
  ].join('\n'),
  options: {
    baseline: { type: 'string', value: 'FILE', help: 'baseline to update; created if it does not exist' },
  },
  positionals: [
    { name: 'update', help: 'the only action' },
    { name: 'EVENTS', help: 'the events.jsonl of a run, or one from each of its shards', multiple: true },
  ],
  async run(parsed, io) {
    const [action = '', ...paths] = parsed.positionals;
    const file = parsed.string('baseline');
    if (!ACTIONS.includes(action))
      throw new UsageError(`baseline has no action ${action}`, suggest(action, ACTIONS, 'baseline update EVENTS'));
    if (file === undefined) throw new UsageError('baseline update needs --baseline', '--baseline FILE');
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { baselineText, readBaselineIfThere } = await import('../known-failures/baseline-file.ts');
    const { updateBaseline } = await import('../known-failures/baseline-update.ts');
    const { NO_REASON } = await import('../known-failures/baseline.ts');
    const corpus = loadCorpus();
    const old = readBaselineIfThere(file);
    const outcomes: Outcome[] = [];
    for (const path of paths) outcomes.push(...(await outcomesOf(path, corpus.digest)));
    const ids = new Set([...corpus.vectors.map(({ id }) => id), ...outcomes.map(({ verdict }) => verdict.vector)]);
    const { entries, kept, added, removed } = updateBaseline(old.entries, outcomes, [...ids]);
    const text = baselineText(file, entries, old);
    saveFile(file, text, '--baseline names a file');
    io.out(
      `${file}: ${countText(entries.length, 'entry')}; vectors: ${kept} kept, ${added} added, ${removed} removed.\n`,
    );
    text.split('\n').forEach((line, i) => {
      if (line.trimStart().startsWith(`"reason": "${NO_REASON}`)) io.out(`${file}:${i + 1}: write the reason.\n`);
    });
    return 0;
  },
};

async function outcomesOf(path: string, digest: string): Promise<Outcome[]> {
  const { readEvents } = await import('../events/read-events.ts');
  const outcomes: Outcome[] = [];
  let strict = false;
  for await (const event of readEvents(path)) {
    if (event.type === 'session') {
      strict = event.strict;
      // The events are of two captures and contain no vectors of the corpus: their ids are in the events.
      if (hasVectors(event) && event.digest !== digest)
        throw new UsageError(
          `${path} was made from other vectors (${event.digest.slice(0, 12)})`,
          'run again with this version',
        );
    } else if (event.type === 'verdict') outcomes.push({ verdict: slim(event), strict });
  }
  return outcomes;
}

/** Without the frames: event files are large. */
function slim({ vector, verdict, findings }: VerdictEvent): Outcome['verdict'] {
  return { vector, verdict, findings };
}
