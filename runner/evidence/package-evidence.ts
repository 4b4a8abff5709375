/** A run as one file that a partner can believe. */

import type { KeyObject } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { RunEvent } from '../../reports/events.ts';
import { EventPacker } from '../events/packed-events.ts';
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

/** In one member: browsers read no more of a gzip file. */
function compressed(events: readonly RunEvent[]): Buffer {
  const packer = new EventPacker();
  return gzipSync(events.map((event) => `${JSON.stringify(packer.pack(event))}\n`).join(''), { level: 9 });
}
