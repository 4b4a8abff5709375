/** A command line that somebody wrote, as a process that talks over pipes, and that ends with all that it started. */

import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { windowsProgram } from './windows-program.ts';

const IS_WINDOWS = process.platform === 'win32';

/**
 * Starts `command` in a shell; in `folder`, if that is not the working directory. Ctrl+C in our terminal does not reach it:
 * it has a process group of its own, on Windows an invisible console.
 */
export function startCommand(command: string, folder?: string): ChildProcess {
  const options: SpawnOptions = {
    ...(folder === undefined ? {} : { cwd: folder }),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    detached: !IS_WINDOWS,
  };
  // Without cmd.exe in between, the process that we end is the program itself, and one that Windows ends with us.
  const program = IS_WINDOWS ? windowsProgram(command, folder) : undefined;
  if (program === undefined) return spawn(command, { ...options, shell: true });
  const { path, word, rest } = program;
  return spawn(path, rest === '' ? [] : [rest], { ...options, argv0: `"${word}"`, windowsVerbatimArguments: true });
}

/** At once, also while this process exits. Nothing more is read from it: what it started elsewhere may keep its pipes open. */
export function endCommand(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (IS_WINDOWS) endTree(child, pid);
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // It went by itself in between.
  }
  for (const stream of child.stdio) stream?.destroy();
}

/** Windows has no process groups; taskkill finds the children by their parents. */
function endTree(child: ChildProcess, pid: number): void {
  spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
  child.kill('SIGKILL');
}
