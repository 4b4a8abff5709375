/** A run as one file that a partner can believe. */

import type { KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent } from '../../reports/events.ts';
import { EventFile } from '../events/event-file.ts';
import { writeArchive } from './archive.ts';
import { ATTESTATION, attestation } from './attestation.ts';
import { BASELINE, EVENTS, evidenceFiles, MANIFEST } from './evidence-files.ts';
import { recordedRun } from './recorded-run.ts';

export interface PackageOptions {
  /** The file of known failures, unmodified, if the run had one. */
  readonly baseline?: Buffer | undefined;
  /** Signs. */
  readonly key?: KeyObject | undefined;
}

/** The bytes of the package. Throws `Refused` if the events are not those of one whole run. */
export async function packageEvidence(
  events: readonly RunEvent[],
  { baseline, key }: PackageOptions = {},
): Promise<Buffer> {
  const run = await recordedRun(events);
  const given = new Map([[EVENTS, compressed(events)]]);
  if (baseline !== undefined) given.set(BASELINE, baseline);
  const files = await evidenceFiles(run, given);
  if (key !== undefined) files.set(ATTESTATION, attestation(run, files.get(MANIFEST) as Buffer, key));
  return writeArchive(files);
}

function compressed(events: readonly RunEvent[]): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-package-'));
  try {
    const path = join(folder, EVENTS);
    const file = new EventFile(path, { compress: true });
    for (const event of events) file.event(event);
    file.close();
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
