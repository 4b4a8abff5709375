import { statSync } from 'node:fs';

/** Whether this names a regular file, or a link to one. False if it cannot be examined. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
