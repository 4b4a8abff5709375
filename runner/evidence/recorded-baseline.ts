/** The known failures of a recorded run, from the bytes of their file. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../base/errors.ts';
import { type BaselineFile, readBaseline } from '../known-failures/baseline-file.ts';
import { BASELINE } from './evidence-files.ts';
import { Refused } from './refused.ts';

/** `file`: its name in the session. Throws `Refused` if it cannot be read. */
export function recordedBaseline(bytes: Buffer | undefined, file: string | undefined): BaselineFile | undefined {
  if (bytes === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'rsc-baseline-'));
  try {
    const path = join(folder, BASELINE);
    writeFileSync(path, bytes);
    return { ...readBaseline(path), file: file ?? BASELINE };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new Refused(`its baseline cannot be read (${error.message})`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
