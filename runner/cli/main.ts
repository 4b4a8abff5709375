#!/usr/bin/env node
/** The command line as a process: its arguments, its standard streams, its exit status. */

import type { Io } from '../base/io.ts';
import { dispatch, report } from './dispatch.ts';

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

/** The reader of our output has closed the pipe: `list | head`. */
function endQuietly(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit(0);
}

const io = terminalIo();
process.stdout.on('error', endQuietly);
process.stderr.on('error', endQuietly);
process.on('uncaughtException', (error) => process.exit(report(error, io)));
process.exitCode = await dispatch(process.argv.slice(2), io);
