/** The command line without a process of its own: most tests want its output and status, not argv, signals or memory. */

import { dispatch } from '../runner/cli/dispatch.ts';

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `rsc-conformance ARGS` in `folder`. One at a time: the working directory is the process's. */
export async function commandIn(folder: string, ...args: readonly string[]): Promise<CommandResult> {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    out: (text: string) => void out.push(text),
    err: (text: string) => void err.push(text),
    color: { out: false, err: false },
    terminal: false,
  };
  const before = process.cwd();
  process.chdir(folder);
  try {
    const status = await dispatch(args, io);
    return { status, stdout: out.join(''), stderr: err.join('') };
  } finally {
    process.chdir(before);
  }
}
