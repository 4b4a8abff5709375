/** A user's command line as a process with pipes. It ends together with all processes that it started. */

import { type ChildProcess, type SpawnOptions, spawn, spawnSync } from 'node:child_process';
import { windowsProgram } from './windows-program.ts';

const IS_WINDOWS = process.platform === 'win32';

/**
 * Starts `command` in a shell; in `folder`, if that is not the working directory. Ctrl+C in the terminal does not reach it: it
 * has its own process group, on Windows an invisible console.
 */
export function startCommand(command: string, folder?: string): ChildProcess {
  const options: SpawnOptions = {
    ...(folder === undefined ? {} : { cwd: folder }),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
    detached: !IS_WINDOWS,
  };
  // Without cmd.exe in between, this is the program itself, and Windows ends it with this process.
  const program = IS_WINDOWS ? windowsProgram(command, folder) : undefined;
  if (program === undefined) return spawn(command, { ...options, shell: true });
  const { path, word, rest } = program;
  return spawn(path, rest === '' ? [] : [rest], { ...options, argv0: `"${word}"`, windowsVerbatimArguments: true });
}

/** Ends it at once, also while this process exits. Nothing more is read: processes that it started may keep its pipes open. */
export function endCommand(child: ChildProcess): void {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    if (IS_WINDOWS) endTree(child, pid);
    else process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
  for (const stream of child.stdio) stream?.destroy();
}

/** Windows has no process groups; taskkill finds the children by their parents. */
function endTree(child: ChildProcess, pid: number): void {
  spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
  child.kill('SIGKILL');
}
