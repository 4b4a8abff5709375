/** `selfcheck`: measures what the vectors catch. */

import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { ProgressLine } from '../base/progress-line.ts';
import { saveFile } from '../base/save-file.ts';
import type { Fault } from '../selfcheck/fault.ts';
import type { SelfcheckResult } from '../selfcheck/selfcheck.ts';
import type { Implementation } from '../selfcheck/subject.ts';
import type { Command, Parsed } from './command.ts';

export const selfcheckCommand: Command = {
  name: 'selfcheck',
  summary: 'Plant faults and legal variants: check that every fault is caught and no variant fails',
  usage: '[--profile NAME] [--markdown FILE] | --all [--sessions N] | --list-pairs',
  details: [
    'Exit status 1 if a fault is not caught or is reported under an unrelated rule, or if a legal variant fails.',
    '',
    '--all measures the vectors instead: it plays every pair of a fault and a condition ("PSH is lost, but only where DF is',
    'clear"), and lists the pairs that no vector catches. With --sessions, random sessions then search for what the vectors',
    'miss; exit status 1 if they find more than 3 % of all that can be caught. --list-pairs lists the pairs.',
  ].join('\n'),
  options: {
    profile: {
      type: 'string',
      value: 'NAME',
      values: ['ndis', 'gro'],
      default: 'ndis',
      help: 'faults and variants of coalescers that promise this',
    },
    markdown: { type: 'string', value: 'FILE', help: 'also write the tables as Markdown' },
    all: { type: 'boolean', help: 'play all pairs of faults and conditions' },
    sessions: {
      type: 'integer',
      value: 'N',
      most: 999_999_999,
      help: 'with --all: random sessions that search for what the vectors miss',
    },
    'list-pairs': { type: 'boolean', help: 'list all pairs of faults and conditions' },
  },
  async run(parsed, io) {
    if (parsed.flag('list-pairs') || parsed.flag('all') || parsed.has('sessions')) return reach(parsed, io);
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { selfcheck } = await import('../selfcheck/selfcheck.ts');
    const implementations = parsed.string('profile') === 'gro' ? await groImplementations() : undefined;
    const { vectors } = loadCorpus();
    const progress = new ProgressLine(io);
    const show = (done: number): void => progress.show(() => `${done} of ${vectors.length} vectors`);
    const result = implementations === undefined ? selfcheck(vectors, show) : selfcheck(vectors, show, implementations);
    progress.clear();
    const wrong = print(result, io);
    const file = parsed.string('markdown');
    if (file !== undefined) await write(file, result);
    return wrong === 0 ? 0 : 1;
  },
};

async function groImplementations(): Promise<{ faults: readonly Fault[]; variants: readonly Implementation[] }> {
  const { GRO_FAULTS, GRO_VARIANTS } = await import('../selfcheck/gro.ts');
  return { faults: GRO_FAULTS, variants: GRO_VARIANTS };
}

/** The share of visible faults that vectors may miss. */
const MOST_MISSED = 0.03;

async function reach(parsed: Parsed, io: Io): Promise<number> {
  for (const name of ['markdown', 'profile'])
    if (parsed.has(name))
      throw new UsageError(`--${name} has no effect with --all or --list-pairs`, `leave --${name} or the other out`);
  const { narrowPairs } = await import('../selfcheck/narrow/reach.ts');
  const pairs = narrowPairs();
  if (parsed.flag('list-pairs')) {
    for (const { name, fault, condition } of pairs) io.out(`${name}: ${fault.summary} (${condition.name})\n`);
    io.err(`${pairs.length} pairs.\n`);
    return 0;
  }
  if (!parsed.flag('all')) throw new UsageError('--sessions needs --all', 'selfcheck --all --sessions 10000');
  const { loadCorpus } = await import('../../vectors/corpus.ts');
  const { reachOf } = await import('../selfcheck/narrow/usual-reach.ts');
  const { vectors } = loadCorpus();
  const line = new ProgressLine(io);
  const progress = (done: number, of: number): void => line.show(() => `${done} of ${of} sessions`);
  const {
    pairs: all,
    beyond,
    seenByVectors,
  } = reachOf({ pairs, vectors, sessions: parsed.number('sessions') ?? 0, progress });
  line.clear();
  for (const { pair, seenBy, chances } of all.filter((one) => one.seenBy === undefined || beyond.includes(one))) {
    const why = chances === 0 ? 'it never occurs' : `it occurs in ${chances} sessions and changes nothing`;
    io.out(`  ${pair.name.padEnd(64)} ${seenBy === undefined ? why : `missed by the vectors, seen by ${seenBy}`}\n`);
  }
  const visible = seenByVectors + beyond.length;
  const share = ((100 * seenByVectors) / visible).toFixed(1);
  io.out(`${all.length} pairs: some session shows ${visible}; the vectors see ${seenByVectors} of them, ${share} %.\n`);
  return beyond.length > MOST_MISSED * visible ? 1 : 0;
}

/** The number of unexpected results. */
function print({ faults, variants }: SelfcheckResult, io: Io): number {
  let wrong = 0;
  io.out('Planted faults: rule named, first vectors that catch it\n');
  for (const { fault, caughtBy, named, misblamed } of faults) {
    if (caughtBy.length === 0 || misblamed.length > 0) wrong++;
    const blame = misblamed.length > 0 ? `WRONG RULE ${misblamed.join(' ')}` : named.join(' ');
    const verdict = caughtBy.length === 0 ? 'SURVIVED' : blame;
    io.out(`  ${fault.name.padEnd(48)} ${verdict.padEnd(12)} ${caughtBy.join(' ')}\n`);
  }
  io.out('Legal variants: vectors that merged less\n');
  for (const { variant, failures, passLess } of variants) {
    const [first] = failures;
    if (first !== undefined) wrong++;
    const verdict =
      first === undefined ? `conforming, ${passLess} pass-less` : `FAILS ${first.finding.rule} in ${first.vector}`;
    io.out(`  ${variant.name.padEnd(28)} ${verdict}\n`);
  }
  const summary = wrong === 0 ? 'all as expected' : `${wrong} not as expected`;
  io.out(`${faults.length} faults, ${variants.length} variants: ${summary}.\n`);
  return wrong;
}

async function write(file: string, result: SelfcheckResult): Promise<void> {
  const { killTable } = await import('../selfcheck/kill-table.ts');
  saveFile(file, killTable(result), 'name a file in a folder that you can write to');
}
