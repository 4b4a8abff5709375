import { realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { fileError } from './file-error.ts';

/**
 * A file that cannot be replaced, but perhaps written: in a folder that belongs to another user, or a mount point of
 * its own.
 */
const NOT_REPLACEABLE: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EBUSY', 'EXDEV']);

/**
 * Writes a file, or leaves the old contents: on a full disk, a baseline keeps its reasons. Throws UsageError, with this
 * hint.
 */
export function saveFile(path: string, content: string | Uint8Array, hint: string): void {
  try {
    const old = statSync(path, { throwIfNoEntry: false });
    // A pipe or a device has nothing to lose.
    if (old !== undefined && !old.isFile()) writeFileSync(path, content);
    else replace(old === undefined ? path : realpathSync(path), content, old?.mode ?? 0o666);
  } catch (error) {
    throw fileError(path, 'written', error, hint);
  }
}

function replace(path: string, content: string | Uint8Array, mode: number): void {
  const draft = `${path}.${process.pid}.new`;
  try {
    writeFileSync(draft, content, { flag: 'wx', mode: mode & 0o777 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    if (!NOT_REPLACEABLE.has((error as NodeJS.ErrnoException).code)) throw error;
    writeFileSync(path, content);
  }
}
