/** What the reference coalescer costs over frames in memory, compared with a pass that only sums them. */

import { Coalescer } from '../reference-impl/coalescer.ts';
import { floor, unrolledFloor } from './floor.ts';
import { parts } from './parts.ts';
import { cpuTime, inTurns, median, ratio, spread } from './rounds.ts';
import { buildPool, type Pool, USUAL, type Workload } from './workload.ts';

const FRAMES = 200_000;

const workloads: readonly Workload[] = [
  USUAL,
  { ...USUAL, name: 'IPv6', ipVersion: 6 },
  { ...USUAL, name: 'IPv4 timestamps', timestamps: true },
  { ...USUAL, name: 'IPv6 timestamps', ipVersion: 6, timestamps: true },
  { ...USUAL, name: 'IPv4 64-byte payloads', payload: 64 },
  // One segment of each in turn, so that all 4,096 SCUs are open at once.
  { ...USUAL, name: 'IPv4 4,096 connections', connections: 4096, run: 1, dpc: 16 * 4096 },
];

/** `giveBack`: every unit is copied to the caller's memory and then given back; else the collector has to take it. */
export function coalesce(coalescer: Coalescer, pool: Pool, { dpc }: Workload, count: number, giveBack: boolean): void {
  for (let i = 0, j = 0, inDpc = 0; i < count; i++) {
    coalescer.receive(pool.frames[j] as Uint8Array);
    if (++j === pool.frames.length) j = 0;
    if (++inDpc < dpc) continue;
    inDpc = 0;
    const due = coalescer.endOfDpc();
    if (giveBack) copyOut(coalescer, due);
  }
  coalescer.endOfDpc();
}

const callers = new Uint8Array(0x2_0000);

function copyOut(coalescer: Coalescer, due: ReturnType<Coalescer['endOfDpc']>): void {
  for (const indication of due) {
    callers.set(indication.frame);
    coalescer.recycle(indication);
  }
}

/** Heap bytes a segment that joins an SCU, the median of some DPCs; needs --expose-gc. */
function allocated(pool: Pool, workload: Workload): number | undefined {
  const collect = (globalThis as { gc?: () => void }).gc;
  if (collect === undefined) return undefined;
  const coalescer = new Coalescer();
  coalesce(coalescer, pool, workload, 100 * workload.dpc, true);
  const samples: number[] = [];
  for (let sample = 0; sample < 9; sample++) {
    // Half a run of every connection first: SCUs start, and their memory has grown.
    const half = workload.run / 2;
    for (let i = 0; i < workload.dpc; i++) if (i % workload.run < half) coalescer.receive(pool.frames[i] as Uint8Array);
    collect();
    // The cost of the question alone is subtracted.
    const idle = process.memoryUsage().heapUsed;
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < workload.dpc; i++)
      if (i % workload.run >= half) coalescer.receive(pool.frames[i] as Uint8Array);
    samples.push((process.memoryUsage().heapUsed - before - (before - idle)) / (workload.dpc / 2));
    copyOut(coalescer, coalescer.endOfDpc());
  }
  return median(samples);
}

const SUM = 'summing pass';
const UNROLLED = 'the same by four';
const GIVEN_BACK = 'copied out, given back';
const COLLECTED = 'left to the collector';

export function benchMemory(): void {
  let result = 0;
  const heading = ['ns a frame', 'of the pass', 'of it by four', 'M frames/s'].map((it, i) =>
    it.padStart(i === 0 ? 20 : 14),
  );
  console.log(
    'The reference, beside a pass that only sums the frames (CPU time; median of five rounds in turns [least, most]):',
  );
  for (const workload of workloads) {
    const pool = buildPool(workload);
    const [back, left] = [new Coalescer(), new Coalescer()];
    const jobs: Readonly<Record<string, () => void>> = {
      [SUM]: () => {
        result ^= floor(pool, FRAMES);
      },
      [UNROLLED]: () => {
        result ^= unrolledFloor(pool, FRAMES);
      },
      [GIVEN_BACK]: () => coalesce(back, pool, workload, FRAMES, true),
      [COLLECTED]: () => coalesce(left, pool, workload, FRAMES, false),
    };
    const samples = inTurns(Object.keys(jobs), (name) => (cpuTime(jobs[name] as () => void) * 1e6) / FRAMES);
    console.log(`\n${workload.name.padEnd(26)}${heading.join('')}`);
    for (const [name, values] of samples) {
      const cells = [
        spread(values, 0).padStart(20),
        ratio(samples, name, SUM).toFixed(2).padStart(14),
        ratio(samples, name, UNROLLED).toFixed(2).padStart(14),
        (1000 / median(values)).toFixed(2).padStart(14),
      ];
      console.log(`  ${name.padEnd(24)}${cells.join('')}`);
    }
  }
  benchParts(buildPool(USUAL));
  console.log(`(sums, so that no work is left out: ${result})`);
}

function benchParts(pool: Pool): void {
  console.log(
    '\nWhere the time goes, IPv4, each part alone, ns a frame (the rest: rules, flow table, memory that is not in a cache):',
  );
  const all = new Map(parts(pool, USUAL));
  const samples = inTurns([...all.keys()], (name) => (cpuTime(() => all.get(name)?.(FRAMES)) * 1e6) / FRAMES);
  for (const [name, values] of samples) console.log(`  ${name.padEnd(24)}${spread(values, 0).padStart(20)}`);
  const bytes = allocated(pool, USUAL);
  const text = bytes === undefined ? 'run node with --expose-gc to see them' : bytes.toFixed(2);
  console.log(`\nHeap bytes a segment that joins an SCU: ${text}`);
}
