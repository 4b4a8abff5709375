/** `explain`: what the reference does with a vector, arrival by arrival, in words. */

import { parsePolicy } from '../policy-options.ts';
import type { Command } from './command.ts';

export const explainCommand: Command = {
  name: 'explain',
  summary: 'Explains what the reference does with a vector: each decision with its rule, then the indications',
  usage: 'ID [--policy KEY=VALUE ..]',
  options: {
    policy: { type: 'string', multiple: true, value: 'KEY=VALUE', help: 'a liberty that the reference takes' },
  },
  positionals: [{ name: 'ID', help: 'a vector, as list names it' }],
  async run(parsed, io) {
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { explainText } = await import('../explain-text.ts');
    const { findVector } = await import('../plan.ts');
    const vector = findVector(loadCorpus().vectors, parsed.positionals[0] ?? '');
<<<<<<< HEAD
    const lines = [vector.id, vector.title, '', ...explainText(vector, parsePolicy(parsed.strings('policy')))];
=======
    const lines = [vector.id, vector.title, ''];
    const coalescer = new Coalescer(parsePolicy(parsed.strings('policy')), {
      onDecision: (decision) => lines.push(formatDecision(decision)),
    });
    let dpc = 0;
    for (const step of expandVector(vector)) {
      const due = advance(coalescer, step);
      if ('rx' in step || 'wait' in step) continue;
      lines.push('set' in step ? `RSC is set: ${JSON.stringify(step.set)}` : `DPC ${dpc++} ends`);
      for (const { arrivals, frame, oob, endedBy } of due) {
        const summary = registry.find(({ id }) => id === endedBy)?.summary ?? '';
        const made = arrivals.map((n) => `#${n}`).join(' ');
        const count =
          oob.uroSegCount === undefined
            ? `CoalescedSegCount ${oob.segCount}`
            : `${oob.uroSegCount} datagrams of ${oob.uroSegSize} bytes`;
        lines.push(`  indicates ${made}: ${frame.length} bytes, ${count}; ended by ${endedBy}: ${summary}`);
      }
    }
>>>>>>> 0ec389a (Docs of URO; decision 0017)
    io.out(`${lines.join('\n')}\n`);
    return 0;
  },
};
