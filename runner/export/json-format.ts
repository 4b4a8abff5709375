/** One JSON file per vector, frames in hex, with everything that a runner needs. */

import { toHex } from '../../reference-impl/wire/bytes.ts';
import { oobValues } from '../rsc-line/oob-keys.ts';
import { eventStep } from '../session/session-events.ts';
import type { ExportFormat } from './export-file.ts';
import type { ExportedVector, Outcome } from './exported-vector.ts';

export const jsonFormat: ExportFormat = {
  name: 'json',
  help: 'a JSON file with hex',
  write(exported) {
    const path = `${exported.vector.id}.json`;
    return { files: [{ path, bytes: Buffer.from(text(exported)) }], index: { files: { vector: path } } };
  },
};

/** One line per step and indication: readable, and easy to compare with another version's. */
function text({ vector, steps, arrivals, expected, alternatives, needs }: ExportedVector): string {
  const { id, title, rules, level, flags, connections } = vector;
  const facts = arrivals.values();
  const stepLines = steps.map((step) => {
    return JSON.stringify('rx' in step ? { ...eventStep(step), ...facts.next().value } : step);
  });
  const members = Object.entries({ id, title, rules, level, flags, connections, needs });
  const lines = members.map(([name, value]) => `"${name}":${JSON.stringify(value)}`);
  lines.push(list('steps', stepLines), `"expected":${outcome(expected)}`);
  lines.push(list('alternatives', alternatives.map(outcome)));
  return `{\n${lines.join(',\n')}\n}\n`;
}

function outcome({ policy, indications, statistics }: Outcome): string {
  const lines = indications.map(({ step, frame, oob, arrivals, endedBy }) =>
    JSON.stringify({ step, arrivals, ...oobValues(oob), endedBy, frame: toHex(frame) }),
  );
  return `{"policy":${JSON.stringify(policy)},"statistics":${JSON.stringify(statistics)},${list('indications', lines)}}`;
}

function list(name: string, lines: readonly string[]): string {
  return lines.length === 0 ? `"${name}":[]` : `"${name}":[\n${lines.join(',\n')}\n]`;
}
