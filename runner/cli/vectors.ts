/** `vectors`: the data. */

import { UsageError } from '../errors.ts';
import { suggest } from '../suggest.ts';
import type { Command, Io } from './command.ts';

const ACTIONS: Readonly<Record<string, (io: Io) => Promise<number>>> = { generate, lint };

export const vectorsCommand: Command = {
  name: 'vectors',
  summary: 'Generates the vectors, or checks them',
  usage: 'generate|lint',
  details: 'generate rewrites vectors/data, the same bytes each time; lint exits 1 where it finds something.',
  options: {},
  positionals: [{ name: 'ACTION', help: 'generate or lint' }],
  run(parsed, io) {
    const name = parsed.positionals[0] ?? '';
    const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
    if (action === undefined) {
      throw new UsageError(`vectors cannot ${name}`, suggest(name, Object.keys(ACTIONS), 'generate or lint'));
    }
    return action(io);
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
