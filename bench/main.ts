/**
 * Prints what the reference coalescer costs beside the floor, and `coalesce` over a capture beside tcpdump. Numbers, not
 * a test: nothing here can fail. `npm run bench -- memory` is the first alone, `-- captures [FRAMES]` the second,
 * `-- judge` what the judge takes for long sessions.
 */

import { Coalescer } from '../reference-impl/coalescer.ts';
import { benchCaptures } from './captures.ts';
import { floor } from './floor.ts';
import { benchJudge } from './judge.ts';
import { parts } from './parts.ts';
import { buildPool, type Pool, type Workload } from './workload.ts';

const FRAMES = 1_000_000;
const ROUNDS = 5;

const base: Workload = {
  name: 'IPv4',
  ipVersion: 4,
  timestamps: false,
  payload: 1448,
  connections: 64,
  run: 16,
  dpc: 1024,
};
const workloads: readonly Workload[] = [
  base,
  { ...base, name: 'IPv6', ipVersion: 6 },
  { ...base, name: 'IPv4 timestamps', timestamps: true },
  { ...base, name: 'IPv6 timestamps', ipVersion: 6, timestamps: true },
  { ...base, name: 'IPv4 64-byte payloads', payload: 64 },
  // One segment of each in turn, so that all 4,096 SCUs are open at once.
  { ...base, name: 'IPv4 4,096 connections', connections: 4096, run: 1, dpc: 16 * 4096 },
];

/** Nanoseconds a frame of the fastest of some rounds: what disturbs a round only makes it slower. */
function best(run: (count: number) => void, rounds: number = ROUNDS): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    run(FRAMES);
    fastest = Math.min(fastest, ((performance.now() - start) * 1e6) / FRAMES);
  }
  return fastest;
}

function coalesce(coalescer: Coalescer, pool: Pool, workload: Workload, count: number): void {
  for (let i = 0, j = 0, inDpc = 0; i < count; i++) {
    coalescer.receive(pool.frames[j] as Uint8Array);
    if (++j === pool.frames.length) j = 0;
    if (++inDpc === workload.dpc) {
      coalescer.endOfDpc();
      inDpc = 0;
    }
  }
  coalescer.endOfDpc();
}

/** Heap bytes a segment that joins an SCU, the median of some DPCs; needs --expose-gc. */
function allocated(pool: Pool, workload: Workload): number | undefined {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) return undefined;
  const coalescer = new Coalescer();
  coalesce(coalescer, pool, workload, 100 * workload.dpc);
  const samples: number[] = [];
  for (let sample = 0; sample < 9; sample++) {
    // Half a run of every connection first: SCUs start, and their memory has grown.
    const half = workload.run / 2;
    for (let i = 0; i < workload.dpc; i++) if (i % workload.run < half) coalescer.receive(pool.frames[i] as Uint8Array);
    collect();
    // What asking costs by itself is taken away again.
    const idle = process.memoryUsage().heapUsed;
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < workload.dpc; i++)
      if (i % workload.run >= half) coalescer.receive(pool.frames[i] as Uint8Array);
    samples.push((process.memoryUsage().heapUsed - before - (before - idle)) / (workload.dpc / 2));
    coalescer.endOfDpc();
  }
  return samples.sort((a, b) => a - b)[4];
}

const cell = (value: number, digits = 0): string => value.toFixed(digits).padStart(10);

function benchMemory(): void {
  let result = 0;
  console.log(`${'workload'.padEnd(24)}  floor ns  coalesce ns     ratio  M segments/s  segments/SCU`);
  for (const workload of workloads) {
    const pool = buildPool(workload);
    const floorTime = best((count) => {
      result ^= floor(pool, count);
    });
    const coalescer = new Coalescer();
    const time = best((count) => coalesce(coalescer, pool, workload, count));
    const { pkts, events } = coalescer.statistics;
    const cells = [
      cell(floorTime),
      cell(time),
      cell(time / floorTime, 2),
      cell(1000 / time, 2),
      cell(pkts / events, 1),
    ];
    console.log(`${workload.name.padEnd(24)}${cells.join('  ')}`);
  }

  const pool = buildPool(base);
  console.log('\nWhere the time goes, IPv4, each part alone, ns a frame (the rest: rules, flow table, bookkeeping):');
  for (const [name, run] of parts(pool, base)) console.log(`  ${name.padEnd(20)}${cell(best(run, 3), 1)}`);
  const bytes = allocated(pool, base);
  console.log(
    bytes === undefined
      ? '\nHeap bytes a segment: run node with --expose-gc to see them.'
      : `\nHeap bytes a segment that joins an SCU: ${bytes.toFixed(2)}`,
  );
  console.log(`(sums, so that no work is left out: ${result})`);
}

const [what, frames = String(FRAMES)] = process.argv.slice(2);
if (what === undefined || what === 'memory') benchMemory();
if (what === undefined || what === 'judge') benchJudge();
if (what === undefined || what === 'captures') await benchCaptures(Number(frames));
