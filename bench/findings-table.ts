/**
 * What a run found, as Markdown: `node dist/bench/findings-table.js rsc-results/events.jsonl`. A row for each rule and field
 * that was violated; then where less was merged than allowed. The tables in docs/ are printed by it.
 */

import { readFileSync } from 'node:fs';
import type { RunEvent, VerdictEvent } from '../reports/events.ts';

const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('usage: findings-table EVENTS');
const events = readFileSync(path, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as RunEvent);
const verdicts = events.filter((event) => event.type === 'verdict');

/** family/topic: the part of an id that names the stimulus. */
const topicOf = (id: string): string => id.split('/').slice(0, 2).join('/');

function topics(vectors: readonly VerdictEvent[]): string {
  const counts = new Map<string, number>();
  for (const { vector } of vectors) counts.set(topicOf(vector), (counts.get(topicOf(vector)) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([topic, count]) => `${topic} ${count}`)
    .join(', ');
}

interface Row {
  readonly vectors: VerdictEvent[];
  readonly message: string;
}

const rows = new Map<string, Row>();
for (const verdict of verdicts) {
  for (const { rule, level, field, message } of verdict.findings) {
    const key = `${rule} (${level}) | ${field}`;
    const row = rows.get(key) ?? { vectors: [], message };
    if (row.vectors.at(-1) !== verdict) row.vectors.push(verdict);
    rows.set(key, row);
  }
}

const out = (line: string): void => console.log(line);
for (const event of events) {
  if (event.type === 'session') out(`${event.target}, ${event.targetVersion}; vectors ${event.digest.slice(0, 12)}\n`);
  if (event.type !== 'end') continue;
  const counts = Object.entries(event.counts).filter(([, count]) => count > 0);
  out(`${verdicts.length} vectors: ${counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')}.\n`);
}
out('| Rule | Field | Vectors | As the suite says it, of the first | The first | Where |');
out('|---|---|---|---|---|---|');
for (const [key, { vectors, message }] of [...rows].sort((a, b) => b[1].vectors.length - a[1].vectors.length)) {
  out(
    `| ${key} | ${vectors.length} | ${message.replaceAll('|', '\\|')} | \`${vectors[0]?.vector}\` | ${topics(vectors)} |`,
  );
}
out('\n| Verdict without a finding | Vectors | Where |');
out('|---|---|---|');
for (const kind of ['pass-less', 'unsupported', 'error'] as const) {
  const those = verdicts.filter(({ verdict }) => verdict === kind);
  if (those.length > 0) out(`| ${kind} | ${those.length} | ${topics(those)} |`);
}
