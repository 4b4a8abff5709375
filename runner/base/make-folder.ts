import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** A folder, and those above it. `mkdirSync` never returns where a folder exists in which none can be made, such as /proc. */
export function makeFolder(path: string): void {
  const above = dirname(path);
  if (above !== path && !existsSync(above)) makeFolder(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    // Throws if it is no folder.
    mkdirSync(path, { recursive: true });
  }
}
