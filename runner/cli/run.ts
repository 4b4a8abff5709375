/** `run`: plays vectors on a target, judges, reports. */

import { policyRows } from '../../reference-impl/policy-keys.ts';
import type { Corpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { Interruption } from '../base/interruption.ts';
import type { Io } from '../base/io.ts';
import type { Baseline } from '../known-failures/baseline.ts';
import type { JudgeThreads, ThreadsOptions } from '../session/threads/judge-threads.ts';
import type { Target } from '../targets/target.ts';
import type { Command, Parsed } from './command.ts';
import { commandLine } from './command-line.ts';
import { CONFIG_OPTIONS, folderOf, type Settings, settingsOf, settingsText } from './config/settings.ts';
import { FAILED_OPTIONS, failedBefore } from './failed-option.ts';
import { refuseForeignOptions } from './foreign-options.ts';
import { columns } from './help.ts';
import { LABEL_OPTION, labelsFrom } from './label-option.ts';
import { LIVE_OPTIONS } from './live-options.ts';
import { QEMU_OPTIONS } from './qemu-options.ts';
import { COMPRESS_OPTION, chosenReporters, REPORTER_OPTION } from './reporter-option.ts';
import { SELECTION_OPTIONS, selectionOf, splitOf } from './selection-options.ts';
import { TARGET_OPTIONS, targetOptionsFrom } from './target-options.ts';

export const runCommand: Command = {
  name: 'run',
  summary: 'Play vectors on a target and judge how it coalesces',
  usage:
    '[--target T] [--filter GLOB ..] [--rule ID ..] [--level LEVEL] [--flag F ..] [--strict] [--baseline FILE] [--out DIR]',
  takesConfig: true,
  details: [
    'Always writes DIR/events.jsonl and DIR/junit.xml. Exit status: 0 conforming; 1 a failure or an error, no vector',
    'selected, or every vector unsupported (with --strict also a warning); 2 usage or environment; 3 a bug in this suite;',
    '130 interrupted (the reports contain everything judged until then).',
    '',
    'Every option can also be set in rsc-conformance.json, under its name without the dashes. Flags override the file;',
    '--no-NAME turns a switch off. Paths in the file, and the command of a program, are relative to it.',
    '',
    'With --baseline, a vector that fails as the file says does not fail the run. A vector that passes or fails in another',
    'way does; so does an entry that matches nothing, or whose reviewBy date has passed.',
    '',
    'A program that dies or hangs is restarted, up to ten times in a run (--restarts N); after that the remaining vectors',
    'are not played. A group of vectors (exceptions/options) in which it died every time is left out, and the run goes on.',
    'With --jobs the limit applies to all copies together, in the order of the vectors: the results are those of one copy.',
    '',
    '--policy KEY=VALUE says which tolerated choice the target makes. Where the sources disagree, the list names the place of each reading:',
    ...columns(policyRows()),
  ].join('\n'),
  options: {
    target: {
      type: 'string',
      value: 'T',
      default: 'reference',
      help: 'what to test: reference, program:CMD, qemu[:PATH], live, linux-gro or dpdk-gro',
    },
    ...SELECTION_OPTIONS,
    ...FAILED_OPTIONS,
    'max-failures': {
      type: 'integer',
      value: 'N',
      least: 1,
      most: 1_000_000,
      help: 'stop after N failures; the other vectors count as not played',
    },
    ...LIVE_OPTIONS,
    strict: { type: 'boolean', help: 'count a warning as a failure' },
    ...TARGET_OPTIONS,
    baseline: {
      type: 'string',
      value: 'FILE',
      help: 'known failures, which do not fail the run (see rsc-conformance baseline --help)',
    },
    ...QEMU_OPTIONS,
    label: LABEL_OPTION,
    out: { type: 'string', value: 'DIR', default: 'rsc-results', help: 'folder for the reports' },
    reporter: REPORTER_OPTION,
    compress: COMPRESS_OPTION,
    quiet: { type: 'boolean', help: 'print only the result' },
    verbose: { type: 'boolean', help: 'print every failure in full, not only the smallest of each cause' },
    ...CONFIG_OPTIONS,
  },
  run,
};

async function run(given: Parsed, io: Io): Promise<number> {
  const settings = await settingsOf(runCommand, given);
  if (given.flag('print-config')) {
    io.out(settingsText(settings));
    return 0;
  }
  try {
    return await runWith(settings, given, io);
  } catch (error) {
    const { file } = settings;
    if (!(error instanceof UsageError) || file === undefined || error.message.startsWith(file)) throw error;
    throw new UsageError(error.message, `${error.hint}; options from ${file} apply, too: see run --print-config`);
  }
}

async function runWith(settings: Settings, given: Parsed, io: Io): Promise<number> {
  const { parsed } = settings;
  const reporters = chosenReporters(parsed.strings('reporter'));
  if (parsed.flag('quiet') && parsed.flag('verbose'))
    throw new UsageError('--quiet and --verbose exclude each other', 'use one of them');
  const mostFailures = parsed.number('max-failures');
  const named = parsed.string('target') ?? 'reference';
  await refuseForeignOptions(runCommand.options, given, [named]);
  const options = await targetOptionsFrom(parsed);
  const labels = labelsFrom(parsed);
  const { loadCorpus } = await import('../../vectors/corpus.ts');
  const { planVectors } = await import('../session/plan.ts');
  const corpus = loadCorpus();
  const out = parsed.string('out') ?? 'rsc-results';
  const failed = await failedBefore(parsed, out);
  const matching = planVectors(corpus.vectors, selectionOf(parsed));
  const selected = failed === undefined ? matching : matching.filter(({ id }) => failed.ids.has(id));
  const split = await splitOf(parsed, selected);
  const planned = split?.vectors ?? selected;
  if (selected.length === 0) {
    const why = failed?.ids.size === 0 ? `nothing failed in ${failed.file}` : 'no vector matches all of the options';
    io.err(`Nothing selected: ${why}. Nothing was run.\n`);
    return 1;
  }
  const baseline = await baselineFrom(parsed, corpus.vectors, planned);
  const { openTarget } = await import('../targets/resolve.ts');
  const interruption = new Interruption();
  try {
    const target = await openTarget(named, { ...options, folder: folderOf(settings, 'target') });
    if (baseline?.isFor(target.version) === false)
      io.err(`${baseline.file} is for ${baseline.target}, and this is ${target.version}.\n`);
    if (options.jobs !== (target.copies ?? 1))
      io.err(`--jobs ${options.jobs}: there is only one ${target.name}; it works alone.\n`);
    const threads = await threadsFor(target, { corpus, planned, selected });
    try {
      const { runSession } = await import('./run-session.ts');
      return await runSession({
        target,
        threads,
        planned,
        selected,
        ...(split === undefined ? {} : { split }),
        digest: corpus.digest,
        ...(labels === undefined ? {} : { labels }),
        strict: parsed.flag('strict'),
        baseline,
        out,
        detail: parsed.flag('quiet') ? 'quiet' : parsed.flag('verbose') ? 'verbose' : 'normal',
        ...(mostFailures === undefined ? {} : { mostFailures }),
        reporters,
        compress: parsed.flag('compress'),
        replay: replayLine(settings, given),
        command: commandLine(
          'run',
          given,
          Object.keys(runCommand.options).filter((name) => !UNIMPORTANT.includes(name)),
        ),
        interruption,
        io,
      });
    } finally {
      await threads?.close();
      await target.close();
    }
  } finally {
    interruption.end();
  }
}

/** Undefined: the target cannot be made in another thread, or that would not pay. */
async function threadsFor(
  { sameAs }: Target,
  { corpus, ...chosen }: { readonly corpus: Corpus } & Pick<ThreadsOptions, 'planned' | 'selected'>,
): Promise<JudgeThreads | undefined> {
  if (sameAs === undefined) return undefined;
  const { JudgeThreads } = await import('../session/threads/judge-threads.ts');
  const count = JudgeThreads.countFor(chosen.planned.length);
  if (count === 0) return undefined;
  return new JudgeThreads({ reference: sameAs, digest: corpus.digest, corpus: corpus.vectors, ...chosen }, count);
}

async function baselineFrom(
  parsed: Parsed,
  corpus: readonly Vector[],
  planned: readonly Vector[],
): Promise<Baseline | undefined> {
  const file = parsed.string('baseline');
  if (file === undefined) return undefined;
  const { Baseline } = await import('../known-failures/baseline.ts');
  const { readBaseline } = await import('../known-failures/baseline-file.ts');
  return new Baseline(readBaseline(file), {
    corpus: corpus.map(({ id }) => id),
    planned: planned.map(({ id }) => id),
    strict: parsed.flag('strict'),
    today: new Date().toISOString().slice(0, 10),
  });
}

/** Options that change where reports go, but not their contents. */
const UNIMPORTANT = ['out', 'reporter', 'compress', 'quiet', 'verbose'];
const REPLAY_OPTIONS = [
  'target',
  'strict',
  'profile',
  'device',
  'policy',
  'capabilities',
  'timeout',
  'restarts',
  ...Object.keys(QEMU_OPTIONS),
  ...Object.keys(LIVE_OPTIONS),
  'config',
  'no-config',
];

/** With ` --filter ID` appended, it replays a vector, whatever shard the file selects. */
function replayLine({ list }: Settings, given: Parsed): string {
  const isShared = list.some(({ name, from }) => name === 'shard' && from === 'file');
  return `${commandLine('run', given, REPLAY_OPTIONS)}${isShared ? ' --shard 1/1' : ''}`;
}
