/** Runs the command line and returns its peak memory. */

import { spawnSync } from 'node:child_process';
import { MAIN } from './paths.ts';

/** ru_maxrss also counts the parent's memory before exec; VmHWM does not, but exists only on Linux. */
const TELL = `
import { readFileSync } from 'node:fs';
process.on('exit', () => {
  let peak = process.resourceUsage().maxRSS;
  try { peak = Number(/VmHWM:\\s*(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]); } catch {}
  process.stderr.write('peak ' + peak + '\\n');
});`;

export interface Measured {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  /** Bytes. */
  readonly peak: number;
}

export function runMeasured(...args: readonly string[]): Measured {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [`--import=data:text/javascript,${encodeURIComponent(TELL)}`, MAIN, ...args],
    { encoding: 'utf8', timeout: 500_000 },
  );
  const [err = '', peak] = stderr.split('peak ');
  return { status, out: stdout, err, peak: Number(peak) * 1024 };
}
