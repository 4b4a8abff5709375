/**
 * The package as users get it: packed, and installed into an empty folder. Made once per process; removed when it ends.
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../runner/base/version.ts';

export interface PackedInstall {
  readonly tarball: string;
  /** Paths in it, relative to the package. */
  readonly files: readonly string[];
  /** A project whose only dependency it is. */
  readonly project: string;
}

let made: PackedInstall | undefined;

/** Throws if npm fails, with its message. */
export function packedInstall(): PackedInstall {
  made ??= packAndInstall();
  return made;
}

function packAndInstall(): PackedInstall {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-packed-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  // Packs what is built: `prepare` would build again, while other tests run.
  npm(PACKAGE_ROOT, 'pack', '--ignore-scripts', '--pack-destination', folder);
  const [name = ''] = readdirSync(folder);
  const tarball = join(folder, name);
  const listed = run(folder, 'tar', 'tzf', tarball);
  const project = join(folder, 'project');
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true, "type": "module" }\n');
  npm(project, 'install', '--prefer-offline', '--no-audit', '--no-fund', '--omit=optional', tarball);
  return {
    tarball,
    files: listed
      .trim()
      .split('\n')
      .map((path) => path.replace(/^package\//, '')),
    project,
  };
}

function npm(cwd: string, ...args: string[]): string {
  return run(cwd, 'npm', ...args);
}

function run(cwd: string, command: string, ...args: string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}${stdout}`);
  return stdout;
}
