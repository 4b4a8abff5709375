/**
 * Names with * and ? become the matching files, as a POSIX shell does before a command starts. The shells of Windows do
 * not.
 */

import { existsSync, readdirSync } from 'node:fs';
import { globPattern, isGlob } from '../base/glob.ts';

/** In the order of their names; a pattern without a match stays as it is. `*` does not match a separator. */
export function matchingFiles(pattern: string): string[] {
  if (!isGlob(pattern)) return [pattern];
  let found = [''];
  for (const part of pattern.split(/(?<=[\\/])/)) {
    const name = part.replace(/[\\/]$/, '');
    const end = part.slice(name.length);
    found = found.flatMap((folder) => namesIn(folder, name).map((each) => folder + each + end));
  }
  const files = found.filter((file) => existsSync(file));
  return files.length === 0 ? [pattern] : files;
}

function namesIn(folder: string, name: string): string[] {
  if (!isGlob(name)) return [name];
  // Windows does not distinguish upper and lower case.
  const matching = new RegExp(globPattern(name).source, 'is');
  try {
    return readdirSync(folder === '' ? '.' : folder)
      .filter((each) => matching.test(each))
      .sort();
  } catch {
    return [];
  }
}
