/** `list`: which vectors there are. */

import type { Command } from './command.ts';
import { columns } from './help.ts';
import { SELECTION_OPTIONS, selectionOf, splitOf } from './selection-options.ts';

export const listCommand: Command = {
  name: 'list',
  summary: 'List vectors with their titles',
  usage: '[--filter GLOB ..] [--rule ID ..] [--level LEVEL] [--flag F ..] [--json]',
  options: {
    ...SELECTION_OPTIONS,
    json: { type: 'boolean', help: 'print a line of JSON per vector: id, title, rules, level, flags' },
  },
  async run(parsed, io) {
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { planVectors } = await import('../session/plan.ts');
    const all = planVectors(loadCorpus().vectors, selectionOf(parsed));
    const selected = (await splitOf(parsed, all))?.vectors ?? all;
    if (selected.length === 0) {
      io.err('Nothing selected: no vector matches all of the options.\n');
      return 1;
    }
    const lines = parsed.flag('json')
      ? selected.map(({ id, title, rules, level, flags }) => JSON.stringify({ id, title, rules, level, flags }))
      : columns(selected.map(({ id, title }) => [id, title])).map((line) => line.slice(2));
    io.out(`${lines.join('\n')}\n`);
    return 0;
  },
};
