/** A list of vectors: one exact id per line; # starts a comment. */

import { fileError } from './file-error.ts';
import { readTextFile } from './text-file.ts';

export function readNameList(file: string): string[] {
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    throw fileError(file, 'read', error, 'name a list of vector ids');
  }
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((name) => name !== '');
}
