/**
 * The ZIP file of a package. Its comment is the seal: SHA-256 of every byte before it, so that no byte can change unseen,
 * not even one that ZIP readers skip.
 */

import { createHash } from 'node:crypto';
import { unzipSync, type Zippable, zipSync } from 'fflate';
import { Refused } from './refused.ts';

const SEAL = 'sha256:';
const SEAL_LENGTH = SEAL.length + 64;
/** Of `end of central directory`, without the comment; the length of the comment is its last field. */
const END_LENGTH = 22;
const MOST_FILES = 10_000;
/** All files unpacked. */
const MOST_BYTES = 512 * 1024 * 1024;
const PATH = /^[\w-][\w.-]*(?:\/[\w-][\w.-]*)*$/;

/** The same bytes for the same files. */
export function writeArchive(files: ReadonlyMap<string, Uint8Array>): Buffer {
  const entries: Zippable = {};
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    entries[path] = [bytes, { level: path.endsWith('.gz') ? 0 : 6, mtime: new Date(1980, 0, 1) }];
  const zip = Buffer.from(zipSync(entries));
  zip.writeUInt16LE(SEAL_LENGTH, zip.length - 2);
  return Buffer.concat([zip, Buffer.from(SEAL + sha256(zip))]);
}

/** Throws `Refused` where a byte has changed, and for what `writeArchive` would not have written. */
export function readArchive(bytes: Buffer): Map<string, Buffer> {
  const zip = bytes.subarray(0, -SEAL_LENGTH);
  if (zip.length < END_LENGTH || bytes.toString('latin1', zip.length, zip.length + SEAL.length) !== SEAL)
    throw new Refused('it is not a package, or its end is missing');
  if (bytes.toString('latin1', zip.length + SEAL.length) !== sha256(zip))
    throw new Refused('a byte of the file has changed since it was packed');
  const files = new Map<string, Buffer>();
  for (const [path, content] of Object.entries(unzipped(zip))) files.set(path, Buffer.from(content));
  return files;
}

function unzipped(zip: Buffer): Record<string, Uint8Array> {
  // Readers look for the end of a ZIP file without a comment at its very end.
  const bare = Buffer.from(zip);
  bare.writeUInt16LE(0, bare.length - 2);
  const names = new Set<string>();
  let size = 0;
  try {
    return unzipSync(bare, {
      filter: ({ name, originalSize }) => {
        size += originalSize;
        if (!PATH.test(name) || names.has(name) || size > MOST_BYTES || names.size >= MOST_FILES)
          throw new Refused(`it has a file that no package has: ${JSON.stringify(name.slice(0, 80))}`);
        names.add(name);
        return true;
      },
    });
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(`it cannot be unpacked (${(error as Error).message})`);
  }
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}
