/** `explain`: describes what the reference does with a vector, arrival by arrival. */

import { parsePolicy } from '../capabilities/policy-options.ts';
import type { Command } from './command.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Explain what the reference does with a vector: each decision with its rule, then the indications',
  usage: 'ID [--policy KEY=VALUE ..]',
  options: {
    policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a tolerated choice that the reference makes' },
  },
  positionals: [{ name: 'ID', help: 'id of a vector, as list prints it' }],
  async run(parsed, io) {
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { explainText } = await import('../session/explain-text.ts');
    const { findVector } = await import('../session/plan.ts');
    const vector = findVector(loadCorpus().vectors, parsed.positionals[0] ?? '');
    const lines = [vector.id, vector.title, '', ...explainText(vector, parsePolicy(parsed.strings('policy')))];
    io.out(`${lines.join('\n')}\n`);
    return 0;
  },
};
