/** A list of vectors: one exact id a line; what follows a # is a comment. */

import { readFileSync } from 'node:fs';
import { UsageError } from './errors.ts';

export function readNameList(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
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
