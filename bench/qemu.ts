/**
 * Plays the whole corpus on QEMU again and again: every vector must have the same verdict each time. And how fast that
 * is. `node dist/bench/qemu.js [RUNS]`; exit status 1 if a verdict changed. Needs root and QEMU.
 */

import type { RunEvent } from '../reports/events.ts';
import { Session } from '../runner/session/session.ts';
import { QemuTarget } from '../runner/targets/qemu/qemu-target.ts';
import { loadCorpus } from '../vectors/corpus.ts';
import { expandVector } from '../vectors/expand.ts';

/** Characters of an outcome that differs. */
const SHOWN = 400;

const runs = Number(process.argv[2] ?? 50);
const { vectors, digest } = loadCorpus();
const asked = vectors.map((vector) => ({ id: vector.id, steps: expandVector(vector) }));
const target = await QemuTarget.start();
const verdicts = new Map<string, Set<string>>();
const seconds: number[] = [];

const note = (event: RunEvent): void => {
  if (event.type !== 'verdict') return;
  const { vector, verdict, reason, findings, indications } = event;
  const outcome = JSON.stringify([verdict, reason ?? '', findings, indications]);
  verdicts.set(vector, (verdicts.get(vector) ?? new Set()).add(outcome));
};

try {
  for (let run = 0; run < runs; run++) {
    const begun = performance.now();
    const events: RunEvent[] = [];
    await new Session({ target, planned: vectors, digest, sink: (event) => events.push(event) }).run();
    seconds.push((performance.now() - begun) / 1000);
    for (const event of events) note(event);
  }
  const begun = performance.now();
  let indications = 0;
  for await (const answer of target.run(asked))
    indications += answer.kind === 'indications' ? answer.indications.length : 0;
  const alone = (performance.now() - begun) / 1000;
  const differing = [...verdicts].filter(([, outcomes]) => outcomes.size > 1).map(([id]) => id);
  const median = seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)] ?? Number.NaN;
  console.log(target.version);
  console.log(`${runs} runs of ${vectors.length} vectors: ${differing.length} vectors differ in a verdict or a byte`);
  for (const id of differing) {
    console.log(`  ${id}`);
    for (const outcome of verdicts.get(id) ?? []) console.log(`    ${outcome.slice(0, SHOWN)}`);
  }
  console.log(
    `with judge and events  ${(vectors.length / median).toFixed(0)} vectors/s (median run ${median.toFixed(2)} s)`,
  );
  console.log(`target alone           ${(vectors.length / alone).toFixed(0)} vectors/s, ${indications} indications`);
  process.exitCode = differing.length === 0 ? 0 : 1;
} finally {
  await target.close();
}
