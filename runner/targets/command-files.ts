/** The files that a command line for a shell names: what is run, and what that is given. */

import { statSync } from 'node:fs';
import { delimiter, isAbsolute, join, resolve } from 'node:path';

/** A word, quoted or not; what else the shell makes of it is left to the shell. */
const WORD = /(?:[^\s'"\\;|&<>()]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/g;

/** Absolute paths of regular files, each once. `folder`: where the command is run. */
export function commandFiles(command: string, folder: string = process.cwd()): string[] {
  const words = (command.match(WORD) ?? []).map(unquoted);
  const named = words.map((word) => resolve(folder, word));
  const [program = ''] = words;
  const first = program.includes('/') ? [] : inPath(program);
  return [...new Set([...first, ...named])].filter(isFile);
}

/** Where a program of this name would be looked for. */
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

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
