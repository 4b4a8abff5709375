/** From arguments to an exit status: finds the command, reads its arguments, runs it, reports its errors. */

import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { suggest } from '../base/suggest.ts';
import { VERSION } from '../base/version.ts';
import { asksForHelp, parseCommand } from './command.ts';
import { COMMANDS } from './commands.ts';
import { columns, commandHelp } from './help.ts';

const USAGE = 2;
const BUG = 3;

/** Never rejects. Errors go to `io.err`: one line if the user can fix it, a stack for a bug of ours. */
export async function dispatch(args: readonly string[], io: Io): Promise<number> {
  return runNamed(args, io).catch((error: unknown) => report(error, io));
}

async function runNamed(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-V') {
    io.out(`${VERSION}\n`);
    return 0;
  }
  if (name === 'help' && rest[0] !== undefined) return runNamed([rest[0], '--help'], io);
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const text = await overview();
    if (name !== undefined) io.out(text);
    else io.err(text);
    return name === undefined ? USAGE : 0;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    const what = name.startsWith('-') ? `there is no option ${name} before a command` : `there is no command ${name}`;
    throw new UsageError(what, suggest(name, Object.keys(COMMANDS), 'see rsc-conformance --help'));
  }
  const command = await load();
  if (asksForHelp(rest)) {
    io.out(commandHelp(command));
    return 0;
  }
  return command.run(parseCommand(command, rest), io);
}

async function overview(): Promise<string> {
  const commands = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return [
    'Usage: rsc-conformance COMMAND [OPTIONS]',
    '',
    'Test whether a receive segment coalescer merges what it may, and nothing else.',
    '',
    ...columns(commands.map(({ name, summary }) => [name, summary])),
    '',
    'For the options of a command: rsc-conformance COMMAND --help. For the version: rsc-conformance --version.',
    '',
  ].join('\n');
}

/** The exit status of an error. */
export function report(error: unknown, io: Io): number {
  if (error instanceof UsageError) {
    io.err(`${error.line}\n`);
    return USAGE;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  io.err(`rsc-conformance: internal error, please report it\n${stack}\n`);
  return BUG;
}
