import { statSync } from 'node:fs';

/** Whether this names a regular file, or leads to one. What cannot be looked at is none. */
export function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
