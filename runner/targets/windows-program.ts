/** The program at the beginning of a Windows command line, found as cmd.exe finds it. */

import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { isFile } from '../base/is-file.ts';

export interface WindowsProgram {
  /** Absolute path. */
  readonly path: string;
  /** As it is written, without quotes. */
  readonly word: string;
  /** The rest of the line, as it is written: a Windows program splits it itself. */
  readonly rest: string;
}

/** Syntax that only cmd.exe understands. In quotes it may be literal; cmd.exe knows that, too. */
const SHELL_SYNTAX = /[&|<>^%\r\n]/;
const FIRST_WORD = /^\s*(?:"([^"]+)"|([^\s"]+))(?=\s|$)/;
const USUAL_ENDS = '.COM;.EXE;.BAT;.CMD';

/** Undefined if the line needs cmd.exe: it has shell syntax, or does not begin with an existing program (or only a batch file). */
export function windowsProgram(command: string, folder: string = process.cwd()): WindowsProgram | undefined {
  const match = SHELL_SYNTAX.test(command) ? null : FIRST_WORD.exec(command);
  if (match === null) return undefined;
  const word = match[1] ?? match[2] ?? '';
  const path = findInWindows(word, folder);
  if (path === undefined || !/\.(?:exe|com)$/i.test(path)) return undefined;
  return { path, word, rest: command.slice(match[0].length).trim() };
}

/** In each folder: the name as written, if it has an extension, then with each extension of PATHEXT. A bare name: here, then in PATH. */
export function findInWindows(word: string, folder: string): string | undefined {
  const ends = (process.env['PATHEXT'] ?? USUAL_ENDS).toLowerCase().split(';');
  const names = [...(/\.[^.\\/]+$/.test(word) ? [word] : []), ...ends.map((end) => word + end)];
  const path = /[\\/:]/.test(word) ? '' : (process.env['PATH'] ?? '');
  const places = [folder, ...path.split(delimiter).filter((place) => isAbsolute(place))];
  return places.flatMap((place) => names.map((name) => resolve(join(place, '.'), name))).find(isFile);
}
