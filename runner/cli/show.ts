/** `show`: one vector in full. */

import { settingText } from '../../reference-impl/setting-text.ts';
import type { Vector } from '../../vectors/vector.ts';
import type { Command } from './command.ts';

export const showCommand: Command = {
  name: 'show',
  summary: 'Show one vector in full: its steps and frames, the expected outcome, and the meaning of its flags',
  usage: 'ID',
  options: {},
  positionals: [{ name: 'ID', help: 'id of a vector, as list prints it' }],
  async run(parsed, io) {
    const { loadCorpus } = await import('../../vectors/corpus.ts');
    const { expandVector } = await import('../../vectors/expand.ts');
    const { flagMeanings } = await import('../../vectors/flag-meanings.ts');
    const { findVector } = await import('../session/plan.ts');
    const vector = findVector(loadCorpus().vectors, parsed.positionals[0] ?? '');
    const lines = [vector.id, vector.title, '', `rules  ${vector.rules.join(' ')}`, `level  ${vector.level}`];
    for (const flag of vector.flags) {
      lines.push(`flag   ${flag}`);
      const note = flagMeanings[flag];
      if (note !== undefined) lines.push(`       ${note.effect} (${note.product}; ${note.source})`);
    }
    vector.connections.forEach(({ src, sport, dst, dport }, i) => {
      lines.push(`connection ${i}: ${src} port ${sport} to ${dst} port ${dport}`);
    });
    lines.push('', ...stepLines(vector, expandVector(vector)), '', 'indications, under the default policy:');
    for (const { arrivals, step, endedBy } of vector.expect) {
      lines.push(`  ${arrivals.map((n) => `#${n}`).join(' ')} at step ${step}, ended by ${endedBy}`);
    }
    for (const { policy, expect } of vector.otherwise) {
      lines.push(`indications, with ${JSON.stringify(policy)}:`);
      for (const { arrivals, step, endedBy } of expect) {
        lines.push(`  ${arrivals.map((n) => `#${n}`).join(' ')} at step ${step}, ended by ${endedBy}`);
      }
    }
    io.out(`${lines.join('\n')}\n`);
    return 0;
  },
};

function stepLines(vector: Vector, frames: readonly object[]): string[] {
  const lines: string[] = [];
  let arrival = 0;
  vector.steps.forEach((step, i) => {
    if ('endOfDpc' in step) lines.push(`step ${i}: end of DPC`);
    else if ('wait' in step) lines.push(`step ${i}: wait ${step.wait} us`);
    else if ('set' in step) lines.push(`step ${i}: set ${settingText(step.set)}`);
    else {
      const fields = Object.entries(step.receive).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
      lines.push(
        `step ${i}: receive #${arrival++}: ${fields.join(' ')}`,
        ...hexDump((frames[i] as { rx: Uint8Array }).rx),
      );
    }
  });
  return lines;
}

function hexDump(bytes: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += 16) {
    const row = [...bytes.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, '0'));
    lines.push(`    ${at.toString(16).padStart(4, '0')}  ${row.join(' ')}`);
  }
  return lines;
}
