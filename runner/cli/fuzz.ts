/** `fuzz`: random sessions against the judge, shrunk to a few segments. */

import { UsageError } from '../base/errors.ts';
import { INTERRUPTED, Interruption } from '../base/interruption.ts';
import type { Io } from '../base/io.ts';
import { ProgressLine } from '../base/progress-line.ts';
import type { Found } from '../fuzz/found.ts';
import type { FuzzProgress, FuzzResult } from '../fuzz/fuzzer.ts';
import type { Oracle, Player } from '../fuzz/player.ts';
import { DEFAULT_MAX_LENGTH, MOST_LENGTH } from '../fuzz/session-limits.ts';
import type { Command, Parsed } from './command.ts';
import { commandLine } from './command-line.ts';
import { refuseForeignOptions } from './foreign-options.ts';
import { LIVE_OPTIONS } from './live-options.ts';
import { QEMU_OPTIONS } from './qemu-options.ts';
import { quoted } from './quoted.ts';
import { TARGET_OPTIONS, targetOptionsFrom } from './target-options.ts';

const DEFAULT_SECONDS = 60;
const DEFAULT_FOLDER = 'rsc-fuzz';

export const fuzzCommand: Command = {
  name: 'fuzz',
  summary: 'Play random sessions on a target, judge them, and shrink each failure to a few segments',
  usage:
    '[--target T] [--seed N] [--runs N] [--time S] [--max-length N] [--corpus DIR] | --differential T1 T2 | --replay FILE',
  details: [
    'The same seed gives the same sessions on every target. Each failure is reported once per rule, field and cause, in',
    'the form of explain, and written to DIR/found as a vector file and a capture; vectors add FILE makes it permanent.',
    'DIR/sessions keeps the sessions that failed or showed something new: they are played first next time.',
    '',
    `Without --runs and --time, fuzz stops after ${DEFAULT_SECONDS} seconds. --differential plays each session on two targets and reports where`,
    'they differ, whether or not both are right. --replay plays a vector file, such as a counterexample, and nothing else.',
    '',
    'Exit status: 0 nothing found; 1 a failure found; 2 usage or environment; 3 a bug in this suite; 130 interrupted',
    'before anything was found. See docs/fuzz.md.',
  ].join('\n'),
  options: {
    target: { type: 'string', value: 'T', help: 'what to test, as for run (default: reference)' },
    seed: {
      type: 'integer',
      value: 'N',
      most: 0x7fff_ffff,
      help: 'seed of the random sessions; from the clock if not given',
    },
    runs: { type: 'integer', value: 'N', help: 'stop after N random sessions' },
    time: { type: 'number', value: 'S', most: 1e9, help: 'stop after S seconds' },
    'max-length': {
      type: 'integer',
      value: 'N',
      least: 1,
      most: MOST_LENGTH,
      default: String(DEFAULT_MAX_LENGTH),
      help: 'maximum number of steps in a session',
    },
    corpus: { type: 'string', value: 'DIR', help: `folder for the sessions and failures (default: ${DEFAULT_FOLDER})` },
    out: { type: 'string', value: 'DIR', help: 'write failures to DIR/found instead of to the folder of --corpus' },
    differential: { type: 'boolean', help: 'compare two targets, T1 and T2' },
    replay: { type: 'string', multiple: true, value: 'FILE', help: 'play the vectors in FILE and nothing else' },
    strict: { type: 'boolean', help: 'report a broken should as a failure, too' },
    ...TARGET_OPTIONS,
    ...QEMU_OPTIONS,
    ...LIVE_OPTIONS,
  },
  positionals: [
    { name: 'T1', help: 'with --differential: the first target', optional: true },
    { name: 'T2', help: 'with --differential: the target to compare it with', optional: true },
  ],
  run,
};

async function run(parsed: Parsed, io: Io): Promise<number> {
  const targets = targetsOf(parsed);
  await refuseForeignOptions(fuzzCommand.options, parsed, targets);
  const replays = parsed.strings('replay');
  for (const name of ['seed', 'runs', 'time', 'max-length', 'corpus', 'out', 'differential'])
    if (replays.length > 0 && parsed.has(name))
      throw new UsageError(`--replay and --${name} exclude each other`, '--replay plays only the files');
  const seed = parsed.number('seed') ?? Date.now() & 0x7fff_ffff;
  const runs = parsed.number('runs');
  const seconds = parsed.number('time') ?? (runs === undefined ? DEFAULT_SECONDS : Number.POSITIVE_INFINITY);
  const maxLength = parsed.number('max-length') ?? DEFAULT_MAX_LENGTH;
  const interruption = new Interruption();
  const players: Player[] = [];
  try {
    for (const target of targets) players.push(await playerOf(target, parsed));
    if (replays.length > 0) {
      const { replayFiles } = await import('../fuzz/replay-files.ts');
      return await replayFiles(replays, players[0] as Player, io.out);
    }
    const folder = parsed.string('corpus') ?? DEFAULT_FOLDER;
    return await fuzz(parsed, { players, seed, runs: runs ?? Infinity, seconds, maxLength, folder, interruption, io });
  } finally {
    await Promise.all(players.map((player) => player.close()));
    interruption.end();
  }
}

interface Fuzzing {
  /** One, or the two that are compared. */
  readonly players: readonly Player[];
  readonly seed: number;
  readonly runs: number;
  readonly seconds: number;
  readonly maxLength: number;
  readonly folder: string;
  readonly interruption: Interruption;
  readonly io: Io;
}

async function fuzz(parsed: Parsed, fuzzing: Fuzzing): Promise<number> {
  const { players, seed, runs, seconds, maxLength, folder, interruption, io } = fuzzing;
  const { CorpusFolder } = await import('../fuzz/corpus-folder.ts');
  const { FoundFiles } = await import('../fuzz/found-files.ts');
  const { foundText } = await import('../fuzz/found-text.ts');
  const { Fuzzer } = await import('../fuzz/fuzzer.ts');
  const { policyOf } = await import('../capabilities/capabilities.ts');
  const [first] = players as readonly [Player, ...Player[]];
  const oracle = await oracleOf(players);
  const corpus = new CorpusFolder(folder);
  io.keepOn?.();
  const again = commandLine(
    'fuzz',
    parsed,
    Object.keys(fuzzCommand.options).filter((name) => !SEARCHING.includes(name)),
  );
  const replay = (path: string): string => `${again} --replay ${quoted(path)}`;
  const files = new FoundFiles({
    folder: parsed.string('out') ?? folder,
    target: first.target,
    capabilities: first.capabilities,
    strict: parsed.flag('strict'),
    replay,
  });
  const names = players.map(({ target }) => `${target.name} ${target.version}`.trim());
  const progress = new ProgressLine(io);
  const begun = performance.now();
  const onProgress = (now: FuzzProgress): void => progress.show(() => progressText(now, begun), now.isShrinking);
  const onFound = (found: Found): void => {
    const path = files.write(found);
    const kept = players.length > 1 ? `Kept as ${path}.` : `Again: ${replay(path)}`;
    progress.clear();
    io.out(`${['', ...foundText(found, names, policyOf(first.capabilities)), kept].join('\n')}\n`);
  };
  io.err(`Seed ${seed}, sessions of up to ${maxLength} steps, on ${names.join(' and ')}.\n`);
  const fuzzer = new Fuzzer({ oracle, seed, runs, ms: seconds * 1000, maxLength, corpus, onFound, onProgress });
  const withdraw = interruption.handle(() => fuzzer.stop());
  try {
    const result = await fuzzer.run();
    progress.clear();
    io.out(`${summaryOf(result, interruption.happened)}\n`);
    if (result.found.some(({ finding }) => finding.rule === 'defect')) return 3;
    if (result.found.length > 0) return 1;
    if (result.ended !== undefined) throw new UsageError(result.ended, 'nothing had been found');
    return interruption.happened ? INTERRUPTED : 0;
  } finally {
    withdraw();
    await files.close();
  }
}

/** Options that a replay does not take. */
const SEARCHING = ['seed', 'runs', 'time', 'max-length', 'corpus', 'out', 'replay', 'differential'];

async function oracleOf(players: readonly Player[]): Promise<Oracle> {
  const [one, other] = players as readonly [Player, Player?];
  if (other === undefined) return one;
  const { PairPlayer } = await import('../fuzz/pair-player.ts');
  return new PairPlayer(one, other);
}

async function playerOf(target: string, parsed: Parsed): Promise<Player> {
  const { openTarget } = await import('../targets/resolve.ts');
  const { Player } = await import('../fuzz/player.ts');
  const options = await targetOptionsFrom(parsed);
  return Player.start({ open: () => openTarget(target, options), strict: parsed.flag('strict') });
}

function targetsOf(parsed: Parsed): string[] {
  const named = parsed.positionals;
  if (!parsed.flag('differential')) {
    if (named.length > 0) throw new UsageError(`fuzz does not take ${JSON.stringify(named[0])}`, '--target T');
    return [parsed.string('target') ?? 'reference'];
  }
  if (parsed.has('target'))
    throw new UsageError('--differential takes its targets as arguments', '--differential T1 T2');
  if (named.length !== 2) throw new UsageError('--differential needs two targets', '--differential T1 T2');
  return [...named];
}

function summaryOf({ found, sessions, replayed, segments, unsupported, ended }: FuzzResult, isCut: boolean): string {
  const kept = replayed === 0 ? '' : ` and ${replayed} of the corpus`;
  return [
    '',
    `${sessions} sessions${kept}, ${segments} segments: ${found.length === 0 ? 'nothing found' : `${found.length} found`}.`,
    ...(unsupported === 0 ? [] : [`${unsupported} sessions could not be played on the target.`]),
    ...(ended === undefined ? [] : [`It ended early: ${ended}.`]),
    ...(isCut ? ['Interrupted.'] : []),
    ...found.map(({ vector, finding }) => `  ${vector.id}: ${finding.message}`),
  ].join('\n');
}

function progressText({ sessions, replayed, found, isShrinking }: FuzzProgress, begun: number): string {
  const rate = Math.round(((sessions + replayed) / (performance.now() - begun)) * 1000);
  return `${sessions} sessions, ${rate} a second, ${found} found${isShrinking ? ', shrinking' : ''}`;
}
