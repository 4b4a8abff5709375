/** `vectors`: generates, checks, exports and adds vectors. */

import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { suggest } from '../base/suggest.ts';
import type { Command, Parsed } from './command.ts';
import { EXPORT_OPTIONS, exportAction } from './vectors-export.ts';

type Action = (parsed: Parsed, io: Io) => Promise<number>;

const ACTIONS: Readonly<Record<string, Action>> = {
  generate: plain(generate),
  lint: plain(lint),
  export: (parsed, io) => {
    refuseFiles(parsed);
    return exportAction(parsed, io);
  },
  add: plain(add, true),
};

/** An action without options. */
function plain(action: (io: Io, files: readonly string[]) => Promise<number>, takesFiles = false): Action {
  return (parsed, io) => {
    const given = Object.keys(EXPORT_OPTIONS).find((name) => parsed.has(name));
    if (given !== undefined) throw new UsageError(`--${given} is for vectors export`, 'leave it out');
    const files = parsed.positionals.slice(1);
    if (takesFiles && files.length === 0) throw new UsageError('vectors add needs FILE', 'name a file that fuzz wrote');
    if (!takesFiles) refuseFiles(parsed);
    return action(io, files);
  };
}

function refuseFiles({ positionals }: Parsed): void {
  if (positionals.length > 1)
    throw new UsageError(`vectors ${positionals[0]} does not take ${JSON.stringify(positionals[1])}`, 'leave it out');
}

export const vectorsCommand: Command = {
  name: 'vectors',
  summary: 'Generate the vectors, check them, export them for other runners, or add to them',
  usage: 'generate|lint|add FILE ..|export [--format F --out DIR] [--force] [--filter GLOB ..] [--rule ID ..] ..',
  details: [
    'generate rewrites vectors/data, with the same bytes each time. lint exits 1 if it finds a fault. export writes an',
    'index and, for each vector, a capture, a JSON file or an rsc-line script, with the same bytes each time. add copies',
    'vectors that fuzz wrote to vectors/found, then generates. See docs/vectors.md.',
  ].join('\n'),
  options: EXPORT_OPTIONS,
  positionals: [
    { name: 'ACTION', help: 'generate, lint, export or add' },
    { name: 'FILE', help: 'add: a vector file that fuzz wrote', optional: true, multiple: true },
  ],
  run(parsed, io) {
    const name = parsed.positionals[0] ?? '';
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      throw new UsageError(
        `vectors cannot ${name}`,
        suggest(name, Object.keys(ACTIONS), 'generate, lint, export or add'),
      );
    }
    return action(parsed, io);
  },
};

async function generate(io: Io): Promise<number> {
  const { mkdirSync, readdirSync, rmSync, writeFileSync } = await import('node:fs');
  const { join } = await import('node:path');
  const { corpusDirectory } = await import('../../vectors/corpus.ts');
  const { generateCorpus } = await import('../../vectors/generate.ts');
  const folder = corpusDirectory();
  const files = generateCorpus();
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
  for (const name of readdirSync(folder)) if (name.endsWith('.json') && !files.has(name)) rmSync(join(folder, name));
  const { loadCorpus } = await import('../../vectors/corpus.ts');
  const { vectors, digest } = loadCorpus();
  io.out(`${vectors.length} vectors in ${files.size} files, sha256 ${digest}\n`);
  return 0;
}

async function lint(io: Io): Promise<number> {
  const { loadCorpus } = await import('../../vectors/corpus.ts');
  const { lintCorpus, NOT_SHOWABLE, stateCoverage } = await import('../../vectors/lint.ts');
  const corpus = loadCorpus();
  const complaints = lintCorpus(corpus);
  io.out(
    complaints.length === 0
      ? `${corpus.vectors.length} vectors, no problem found; rules that the reference cannot show: ${NOT_SHOWABLE.join(' ')}\n`
      : `${complaints.join('\n')}\n`,
  );
  const { covered, possible } = stateCoverage(corpus.vectors);
  io.out(`States: ${covered} of ${possible} pairs of levels that can occur together do so in some vector.\n`);
  return complaints.length === 0 ? 0 : 1;
}

/** All files are read and checked before anything is written. */
async function add(io: Io, files: readonly string[]): Promise<number> {
  const { loadCorpus } = await import('../../vectors/corpus.ts');
  const { readVectorFile } = await import('../fuzz/vector-file.ts');
  const { addFound } = await import('../../vectors/found.ts');
  const read = files.map((file) => readVectorFile(file));
  for (const vector of addFound(read.flat(), loadCorpus().vectors)) io.out(`${vector.id}\n`);
  return generate(io);
}
