/** `vectors`: the data. */

import { UsageError } from '../errors.ts';
import { suggest } from '../suggest.ts';
import type { Command, Io, Parsed } from './command.ts';
import { EXPORT_OPTIONS, exportAction } from './vectors-export.ts';

const ACTIONS: Readonly<Record<string, (parsed: Parsed, io: Io) => Promise<number>>> = {
  generate: plain(generate),
  lint: plain(lint),
  export: exportAction,
};

/** An action without options. */
function plain(action: (io: Io) => Promise<number>): (parsed: Parsed, io: Io) => Promise<number> {
  return (parsed, io) => {
    const given = Object.keys(EXPORT_OPTIONS).find((name) => parsed.has(name));
    if (given !== undefined) throw new UsageError(`--${given} is for vectors export`, 'leave it out');
    return action(io);
  };
}

export const vectorsCommand: Command = {
  name: 'vectors',
  summary: 'Generates the vectors, checks them, or exports them for other runners',
  usage: 'generate|lint|export [--format F --out DIR] [--force] [--filter GLOB ..] [--rule ID ..] ..',
  details: [
    'generate rewrites vectors/data, the same bytes each time; lint exits 1 where it finds something; export writes a',
    'capture, a JSON file or a protocol script a vector and an index, the same bytes each time. docs/vectors.md says more.',
  ].join('\n'),
  options: EXPORT_OPTIONS,
  positionals: [{ name: 'ACTION', help: 'generate, lint or export' }],
  run(parsed, io) {
    const name = parsed.positionals[0] ?? '';
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      throw new UsageError(`vectors cannot ${name}`, suggest(name, Object.keys(ACTIONS), 'generate, lint or export'));
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
  const { lintCorpus, NOT_SHOWABLE } = await import('../../vectors/lint.ts');
  const corpus = loadCorpus();
  const complaints = lintCorpus(corpus);
  io.out(
    complaints.length === 0
      ? `${corpus.vectors.length} vectors, nothing to complain of; rules that the reference cannot show: ${NOT_SHOWABLE.join(' ')}\n`
      : `${complaints.join('\n')}\n`,
  );
  return complaints.length === 0 ? 0 : 1;
}
