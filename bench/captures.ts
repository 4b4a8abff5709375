/**
 * `coalesce` and `inspect` over a capture compared with `tcpdump -r IN -w OUT`, which only reads and writes it, and with tshark: in
 * turns. The files lie in the temporary folder and are removed.
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PcapWriter } from '../runner/captures/pcap-writer.ts';
import { median, ROUNDS, spread } from './rounds.ts';
import { buildPool, type Workload } from './workload.ts';

const MAIN = fileURLToPath(new URL('../runner/cli/main.js', import.meta.url));

/** Frames of 1,514 bytes: 54 of headers. */
const WORKLOAD: Workload = {
  name: 'IPv4',
  ipVersion: 4,
  timestamps: false,
  payload: 1460,
  connections: 64,
  run: 16,
  dpc: 1024,
};

const TELL_MEMORY = 'process.on("exit",()=>process.stderr.write("peak "+process.resourceUsage().maxRSS+"\\n"))';

/** Seconds; memory in MB, where it is known. */
interface Cost {
  readonly wall: number;
  readonly cpu: number;
  readonly memory: number | undefined;
}

/** Prints the comparison for captures of `frames` frames. */
export async function benchCaptures(frames: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-bench-'));
  try {
    const input = join(folder, 'in.pcap');
    await write(input, frames);
    const output = join(folder, 'out.pcap');
    const programs: Readonly<Record<string, readonly string[]>> = {
      tcpdump: ['tcpdump', '-r', input, '-w', output],
      coalesce: [process.execPath, MAIN, 'coalesce', input, '--out', output],
      'coalesce, no --out': [process.execPath, MAIN, 'coalesce', input],
      inspect: [process.execPath, MAIN, 'inspect', input],
      'tshark, no fields': ['tshark', '-r', input, '-w', output],
    };
    const costs = new Map<string, Cost[]>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, command] of Object.entries(programs)) {
        rmSync(output, { force: true });
        const cost = run(command);
        if (cost !== undefined) costs.set(name, [...(costs.get(name) ?? []), cost]);
      }
    }
    print(costs, frames, statSync(input).size);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function write(file: string, frames: number): Promise<void> {
  const pool = buildPool(WORKLOAD);
  const writer = await PcapWriter.create(file);
  for (let i = 0; i < frames; i++) {
    const frame = pool.frames[i % pool.frames.length] as Uint8Array;
    writer.write(frame, 1_700_000_000 + Math.floor(i / 1e5), (i % 1e5) * 1e4);
  }
  await writer.close();
}

/** Undefined where there is no such program, or it fails. */
function run(command: readonly string[]): Cost | undefined {
  // The shell's own `time`: Node tells nothing of what a child cost.
  const script = 'TIMEFORMAT="cost %R %U %S"; time "$@" >/dev/null';
  const { stderr, status } = spawnSync('bash', ['-c', script, 'bash', ...command], {
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(TELL_MEMORY)}` },
  });
  const [, wall, user, system] = /cost ([\d.]+) ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  if (status !== 0 || wall === undefined) return undefined;
  const [, peak] = /peak (\d+)/.exec(stderr) ?? [];
  return {
    wall: Number(wall),
    cpu: Number(user) + Number(system),
    memory: peak === undefined ? undefined : Number(peak) / 1024,
  };
}

function print(costs: ReadonlyMap<string, readonly Cost[]>, frames: number, bytes: number): void {
  const yardstick = costs.get('tcpdump');
  const size = `${frames} frames of 1,514 bytes (${(bytes / 1e9).toFixed(2)} GB)`;
  console.log(`\nA capture of ${size}, median of ${ROUNDS} rounds in turns [least, most]:`);
  const columns = ['wall s', 'of tcpdump', 'CPU s', 'of tcpdump', 'peak MB'];
  console.log(`${''.padEnd(20)}${columns.map((it, i) => it.padStart(i % 2 === 0 && i < 4 ? 22 : 12)).join('')}`);
  for (const [name, of] of costs) {
    const cells = (['wall', 'cpu'] as const).flatMap((key) => {
      const ratios = of.map((cost, round) => cost[key] / (yardstick?.[round]?.[key] ?? Number.NaN));
      return [
        spread(
          of.map((cost) => cost[key]),
          2,
        ).padStart(22),
        (yardstick === undefined ? '' : median(ratios).toFixed(2)).padStart(12),
      ];
    });
    const peaks = of.flatMap(({ memory }) => memory ?? []);
    const peak = peaks.length === 0 ? '' : Math.max(...peaks).toFixed(0);
    console.log(`${name.padEnd(20)}${cells.join('')}${peak.padStart(12)}`);
  }
  for (const name of ['tcpdump', 'tshark, no fields']) {
    if (!costs.has(name)) console.log(`(${name.split(',')[0]} is not installed, or failed)`);
  }
}
