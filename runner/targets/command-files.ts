/** The files that a shell command line names: the program and its arguments. */

import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { isFile } from '../base/is-file.ts';
import { findInWindows } from './windows-program.ts';

/** A word, quoted or not. Other expansions of the shell are ignored. */
const WORD = /(?:[^\s'"\\;|&<>()]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g;
/** For cmd.exe: a backslash is part of a path, and only " quotes. */
const WINDOWS_WORD = /(?:[^\s"|&<>()^]|"[^"]*")+/g;

/** Absolute paths of regular files, each once. `folder`: where the command is run. */
export function commandFiles(
  command: string,
  folder: string = process.cwd(),
  platform: NodeJS.Platform = process.platform,
): string[] {
  const isWindows = platform === 'win32';
  const words = isWindows
    ? (command.match(WINDOWS_WORD) ?? []).map((word) => word.replaceAll('"', ''))
    : (command.match(WORD) ?? []).map(unquoted);
  const named = words.map((word) => resolve(folder, word));
  const [program = ''] = words;
  const first = isWindows ? [findInWindows(program, folder) ?? ''] : program.includes('/') ? [] : inPath(program);
  return [...new Set([...first, ...named])].filter(isFile);
}

/** The places where a shell looks for a program of this name. */
export function inPath(name: string): string[] {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return folders
    .map((folder) => join(folder, name))
    .filter(isFile)
    .slice(0, 1);
}

function unquoted(word: string): string {
  return word.replaceAll(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/g, (_, single, double, escaped) =>
    String(single ?? escaped ?? (double as string).replaceAll(/\\(.)/g, '$1')),
  );
}
