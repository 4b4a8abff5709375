/** Compares the reference with DPDK's librte_gro, a coalescer in C, over the same frames, if DPDK and a C compiler are installed. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Coalescer } from '../reference-impl/coalescer.ts';
import { PACKAGE_ROOT } from '../runner/base/version.ts';
import { PcapWriter } from '../runner/captures/pcap-writer.ts';
import { floor } from './floor.ts';
import { coalesce } from './memory.ts';
import { cpuTime, median, ROUNDS, spread } from './rounds.ts';
import { buildPool, USUAL, type Workload } from './workload.ts';

const FRAMES = 200_000;
/** What librte_gro takes at once. */
const BURST = 128;
const WORKLOAD: Workload = { ...USUAL, dpc: BURST };
const SOURCE = join(PACKAGE_ROOT, 'bench', 'peers', 'librte-gro.c');

export async function benchPeers(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-bench-'));
  try {
    const program = join(folder, 'librte-gro');
    const build = `cc -O3 $(pkg-config --cflags libdpdk) -o "$1" "$2" $(pkg-config --libs libdpdk)`;
    const isBuilt = spawnSync('sh', ['-c', build, 'sh', program, SOURCE]).status === 0;
    const pool = buildPool(WORKLOAD);
    const capture = join(folder, 'frames.pcap');
    const writer = await PcapWriter.create(capture);
    for (const frame of pool.frames) writer.write(frame, 0, 0);
    await writer.close();

    const coalescer = new Coalescer();
    const jobs: Readonly<Record<string, () => readonly number[]>> = {
      'summing pass': () => [(cpuTime(() => floor(pool, FRAMES)) * 1e6) / FRAMES],
      'the reference': () => [(cpuTime(() => coalesce(coalescer, pool, WORKLOAD, FRAMES, true)) * 1e6) / FRAMES],
      ...(isBuilt ? { librte_gro: () => numbers(program, capture) } : {}),
    };
    const samples = new Map<string, number[]>();
    for (let round = -1; round < ROUNDS; round++) {
      for (const [name, run] of Object.entries(jobs)) {
        const names = name === 'librte_gro' ? [`${name}, no checksums`, `${name}, checksums verified`] : [name];
        for (const [i, value] of run().entries())
          if (round >= 0) samples.set(names[i] as string, [...(samples.get(names[i] as string) ?? []), value]);
      }
    }
    print(samples);
    if (!isBuilt) console.log('(DPDK or a C compiler is not installed: apt install libdpdk-dev pkg-config gcc)');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Nanoseconds of CPU time a frame, without checksums and with. */
function numbers(program: string, capture: string): number[] {
  const { stdout } = spawnSync(program, [capture, String(FRAMES)], { encoding: 'utf8' });
  return stdout.trim().split(' ').map(Number);
}

function print(samples: ReadonlyMap<string, readonly number[]>): void {
  console.log(
    `\nBursts of ${BURST} frames of 1,448 bytes, units copied out (CPU time; median of ${ROUNDS} rounds in turns):`,
  );
  console.log(`${''.padEnd(32)}${'ns a frame'.padStart(22)}${'of the reference'.padStart(20)}`);
  const reference = samples.get('the reference') ?? [];
  for (const [name, values] of samples) {
    const ratios = values.map((value, round) => value / (reference[round] ?? Number.NaN));
    console.log(`  ${name.padEnd(30)}${spread(values, 0).padStart(22)}${median(ratios).toFixed(2).padStart(20)}`);
  }
}
