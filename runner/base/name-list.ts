/** A list of vectors: one exact id per line; # starts a comment. */

import { UsageError } from './errors.ts';
import { readTextFile } from './text-file.ts';

export function readNameList(file: string): string[] {
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'name a list of vector ids',
    );
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((name) => name !== '');
}
