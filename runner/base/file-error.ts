/** A file or folder that cannot be used, in plain words instead of the system's. */

import { UsageError } from './errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'part of the path is not a folder',
  EEXIST: 'a file has that name',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EMFILE: 'too many files are open',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'a symbolic link points to itself',
};

const NO_FOLDER = 'there is no such folder';
type FileUse = 'read' | 'written' | 'finished' | 'created';

const MISSING: Readonly<Record<FileUse, string>> = {
  read: 'there is no such file',
  written: NO_FOLDER,
  finished: NO_FOLDER,
  created: NO_FOLDER,
};

/**
 * `path` could not be read, written or created. Rethrows anything that is not an error of the system: that is a bug.
 */
export function fileError(path: string, done: FileUse, error: unknown, hint: string): UsageError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) throw error;
  const reason = code === 'ENOENT' ? MISSING[done] : (REASONS[code] ?? message);
  return new UsageError(`${path} cannot be ${done}: ${reason}`, hint);
}
