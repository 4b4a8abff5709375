/** `run`: plays vectors on a target, judges, reports. */

import { UsageError } from '../errors.ts';
import { suggest } from '../suggest.ts';
import type { Command, Io, Parsed } from './command.ts';
import { SELECTION_OPTIONS, selectionOf } from './selection-options.ts';

const REPORTERS = ['console', 'none'];

export const runCommand: Command = {
  name: 'run',
  summary: 'Replays vectors on a target and judges how it coalesced',
  usage: '[--target T] [--filter GLOB ..] [--rule ID ..] [--level LEVEL] [--flag F ..] [--strict] [--out DIR]',
  details: [
    'Always writes DIR/events.jsonl and DIR/junit.xml. Exit status: 0 conforming; 1 a failure or an error, nothing',
    'selected, or everything unsupported (with --strict a warning, too); 2 usage or environment; 3 a defect of this',
    'suite; 130 interrupted (the reports hold what was judged by then).',
  ].join('\n'),
  options: {
    target: { type: 'string', value: 'T', help: 'reference (the default) or program:CMD' },
    ...SELECTION_OPTIONS,
    strict: { type: 'boolean', help: 'a warning fails' },
    policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a liberty that the target takes' },
    out: { type: 'string', value: 'DIR', help: 'where reports go (default: rsc-results)' },
    reporter: { type: 'string', value: 'NAME', help: 'console (the default) or none' },
  },
  run,
};

async function run(parsed: Parsed, io: Io): Promise<number> {
  const reporter = parsed.string('reporter') ?? 'console';
  if (!REPORTERS.includes(reporter)) {
    throw new UsageError(`there is no reporter ${reporter}`, suggest(reporter, REPORTERS, REPORTERS.join(' or ')));
  }
  const { parsePolicy } = await import('../policy-options.ts');
  const policy = parsePolicy(parsed.strings('policy'));
  const { loadCorpus } = await import('../../vectors/corpus.ts');
  const { planVectors } = await import('../plan.ts');
  const corpus = loadCorpus();
  const planned = planVectors(corpus.vectors, selectionOf(parsed));
  if (planned.length === 0) {
    io.err('Nothing selected: no vector matches all of the options. Nothing was run.\n');
    return 1;
  }
  const { openTarget } = await import('../targets/resolve.ts');
  const target = await openTarget(parsed.string('target') ?? 'reference', { policy });
  try {
    const { runSession } = await import('./run-session.ts');
    return await runSession({
      target,
      planned,
      digest: corpus.digest,
      strict: parsed.flag('strict'),
      shard: parsed.string('shard') ?? '1/1',
      out: parsed.string('out') ?? 'rsc-results',
      showsConsole: reporter === 'console',
      replay: commandLine(parsed, REPLAY_OPTIONS),
      command: commandLine(parsed, Object.keys(runCommand.options)),
      io,
    });
  } finally {
    await target.close();
  }
}

const REPLAY_OPTIONS = ['target', 'strict', 'policy'];

/** The command line again, with these options, quoted for a shell. */
function commandLine(parsed: Parsed, options: readonly string[]): string {
  const words = ['rsc-conformance', 'run'];
  for (const name of options) {
    const values = parsed.strings(name);
    for (const value of values)
      words.push(`--${name}`, /^[\w./:=+,-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`);
    if (values.length === 0 && parsed.flag(name)) words.push(`--${name}`);
  }
  return words.join(' ');
}
