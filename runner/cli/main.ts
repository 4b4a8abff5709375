#!/usr/bin/env node

/** The command line as a process: its arguments, its standard streams, its exit status. */

import { setImmediate } from 'node:timers/promises';
import { fileError } from '../base/file-error.ts';
import type { Io } from '../base/io.ts';
import { dispatch, report } from './dispatch.ts';

/** Standard output has no reader, or cannot be written: the rest is dropped. */
let isMute = false;
let keepsOn = false;
let outError: unknown;

function terminalIo(): Io {
  const { env } = process;
  const forced = env['FORCE_COLOR'] !== undefined && !['', '0', 'false'].includes(env['FORCE_COLOR']);
  const mayColor = !env['NO_COLOR'] && env['TERM'] !== 'dumb' && env['FORCE_COLOR'] !== '0';
  const colors = (stream: NodeJS.WriteStream): boolean => forced || (mayColor && stream.isTTY);
  return {
    out,
    err: (text) => void process.stderr.write(text),
    color: { out: colors(process.stdout), err: colors(process.stderr) },
    terminal: process.stderr.isTTY && process.env['TERM'] !== 'dumb',
    keepOn: () => {
      keepsOn = true;
    },
  };
}

function out(text: string): void {
  if (!isMute) process.stdout.write(text);
}

/** The reader has closed the pipe: `list | head`. Any other error is reported when the command has written its files. */
function failed(error: NodeJS.ErrnoException): void {
  isMute = true;
  if (error.code !== 'EPIPE') outError ??= error;
  else if (!keepsOn) process.exit(0);
}

const io = terminalIo();
process.stdout.on('error', failed);
// Without standard error, nothing can be reported.
process.stderr.on('error', () => {});
process.on('uncaughtException', (error) => process.exit(report(error, io)));
const status = await dispatch(process.argv.slice(2), io);
// The error of the last write is emitted after this turn.
await setImmediate();
process.exitCode =
  outError === undefined ? status : report(fileError('standard output', 'written', outError, 'name another place'), io);
