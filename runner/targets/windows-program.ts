/** The program that a command line of Windows begins with, found as cmd.exe finds it. */

import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { isFile } from '../base/is-file.ts';

export interface WindowsProgram {
  /** Absolute. */
  readonly path: string;
  /** As it is written, without quotes. */
  readonly word: string;
  /** What follows it, as it is written: a program of Windows splits that itself. */
  readonly rest: string;
}

/** What only cmd.exe understands. In quotes it may be meant literally; cmd.exe knows that, too. */
const SHELL_SYNTAX = /[&|<>^%\r\n]/;
const FIRST_WORD = /^\s*(?:"([^"]+)"|([^\s"]+))(?=\s|$)/;
const USUAL_ENDS = '.COM;.EXE;.BAT;.CMD';

/** Undefined where the line needs cmd.exe: it has the shell's syntax, or begins with a batch file or with nothing that exists. */
export function windowsProgram(command: string, folder: string = process.cwd()): WindowsProgram | undefined {
  const match = SHELL_SYNTAX.test(command) ? null : FIRST_WORD.exec(command);
  if (match === null) return undefined;
  const word = match[1] ?? match[2] ?? '';
  const path = findInWindows(word, folder);
  if (path === undefined || !/\.(?:exe|com)$/i.test(path)) return undefined;
  return { path, word, rest: command.slice(match[0].length).trim() };
}

/** In each folder as it is written, if it has an end, then with each end of PATHEXT. A name alone: here, then in PATH. */
export function findInWindows(word: string, folder: string): string | undefined {
  const ends = (process.env['PATHEXT'] ?? USUAL_ENDS).toLowerCase().split(';');
  const names = [...(/\.[^.\\/]+$/.test(word) ? [word] : []), ...ends.map((end) => word + end)];
  const path = /[\\/:]/.test(word) ? '' : (process.env['PATH'] ?? '');
  const places = [folder, ...path.split(delimiter).filter((place) => isAbsolute(place))];
  return places.flatMap((place) => names.map((name) => resolve(join(place, '.'), name))).find(isFile);
}
