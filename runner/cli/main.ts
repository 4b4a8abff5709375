#!/usr/bin/env node
/** The command line: finds the command, reads its arguments, turns what it throws into an exit status. */

import { UsageError } from '../base/errors.ts';
import type { Io } from '../base/io.ts';
import { suggest } from '../base/suggest.ts';
import { VERSION } from '../base/version.ts';
import { asksForHelp, parseCommand } from './command.ts';
import { COMMANDS } from './commands.ts';
import { columns, commandHelp } from './help.ts';

const USAGE = 2;
const BUG = 3;

async function main(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args;
  if (name === '--version' || name === '-V') {
    io.out(`${VERSION}\n`);
    return 0;
  }
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

function terminalIo(): Io {
  const { env } = process;
  const forced = env['FORCE_COLOR'] !== undefined && !['', '0', 'false'].includes(env['FORCE_COLOR']);
  const mayColor = !env['NO_COLOR'] && env['TERM'] !== 'dumb' && env['FORCE_COLOR'] !== '0';
  const colors = (stream: NodeJS.WriteStream): boolean => forced || (mayColor && stream.isTTY);
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    color: { out: colors(process.stdout), err: colors(process.stderr) },
    terminal: process.stderr.isTTY && process.env['TERM'] !== 'dumb',
  };
}

/** Whoever reads our output has seen enough: `list | head`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

function report(error: unknown): number {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.line}\n`);
    return USAGE;
  }
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`rsc-conformance: internal error, please report it\n${stack}\n`);
  return BUG;
}

process.stdout.on('error', endQuietly);
process.stderr.on('error', endQuietly);
process.on('uncaughtException', (error) => process.exit(report(error)));
process.exitCode = await main(process.argv.slice(2), terminalIo()).catch(report);
