/**
 * Plays the same run several times and compares: `node dist/bench/stability.js 20 --target linux-gro`. Prints every vector
 * whose verdict, findings or indications differ between two runs; exit status 1 if there is one.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../reports/events.ts';

const MAIN = fileURLToPath(new URL('../runner/cli/main.js', import.meta.url));
const [count = '20', ...options] = process.argv.slice(2);
const runs = Number(count);

/** Everything of a vector's verdict but how long it took. */
function outcomes(): Map<string, string> {
  const out = mkdtempSync(join(tmpdir(), 'rsc-stability-'));
  try {
    const args = [MAIN, 'run', '--reporter', 'none', '--out', out, ...options];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    if (status !== 0 && status !== 1) throw new Error(`the run ended with status ${status}: ${stderr}`);
    const outcome = new Map<string, string>();
    for (const line of readFileSync(join(out, 'events.jsonl'), 'utf8').trim().split('\n')) {
      const event = JSON.parse(line) as RunEvent;
      if (event.type === 'verdict') outcome.set(event.vector, JSON.stringify({ ...event, ms: 0 }));
    }
    return outcome;
  } finally {
    rmSync(out, { recursive: true });
  }
}

const first = outcomes();
const unstable = new Set<string>();
for (let run = 2; run <= runs; run++) {
  const again = outcomes();
  for (const [vector, outcome] of first) {
    if (again.get(vector) === outcome || unstable.has(vector)) continue;
    unstable.add(vector);
    console.log(`${vector}\n  run 1: ${outcome}\n  run ${run}: ${again.get(vector)}`);
  }
}
console.log(`${first.size} vectors, ${runs} runs: ${unstable.size} not the same each time`);
process.exitCode = unstable.size === 0 ? 0 : 1;
