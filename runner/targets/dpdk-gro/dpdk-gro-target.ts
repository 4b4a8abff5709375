/** DPDK's librte_gro: the program of `examples/dpdk-gro`, compiled against the installed DPDK. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../../vectors/package-root.ts';
import { UsageError } from '../../base/errors.ts';
import { type ProgramOptions, ProgramTarget } from '../program/program-target.ts';
import type { Target } from '../target.ts';

const SOURCES = ['dpdk-gro.c', 'mbufs.c'];
/** DPDK takes longer than most to start and to end. */
const TIMEOUT_MS = 15_000;

/** Throws UsageError if it cannot be compiled or started. */
export async function startDpdkGro(options: Omit<ProgramOptions, 'command'>): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-dpdk-gro-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const program = compile(folder);
    const target = await ProgramTarget.start({ timeoutMs: TIMEOUT_MS, ...options, command: program });
    return {
      name: 'dpdk-gro',
      version: target.version,
      capabilities: target.capabilities,
      programs: target.programs,
      run: (vectors) => target.run(vectors),
      close: async () => {
        await target.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

function compile(folder: string): string {
  const sources = SOURCES.map((name) => join(packageRoot(), 'examples', 'dpdk-gro', name));
  const missing = sources.find((source) => !existsSync(source));
  if (missing !== undefined) throw new UsageError(`${missing} is missing`, 'install the package again');
  const program = join(folder, 'dpdk-gro');
  const flags = [
    ...words('pkg-config', '--cflags', 'libdpdk'),
    `-I${join(packageRoot(), 'adapters', 'c')}`,
    '-O2',
    '-o',
    program,
    ...sources,
    ...words('pkg-config', '--libs', 'libdpdk'),
  ];
  words('cc', ...flags);
  return program;
}

function words(file: string, ...args: readonly string[]): string[] {
  const { error, status, stdout, stderr } = spawnSync(file, args, { encoding: 'utf8' });
  const why = error?.message ?? stderr.trim().split('\n')[0] ?? '';
  if (error !== undefined || status !== 0) {
    throw new UsageError(
      `dpdk-gro cannot be built: ${file}: ${why}`,
      'on Debian: apt install libdpdk-dev pkg-config gcc',
    );
  }
  return stdout.trim().split(/\s+/);
}
