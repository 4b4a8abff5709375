/** Where a session is played, and by which programs. */

import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { arch, hostname, release, type } from 'node:os';
import { basename } from 'node:path';
import type { EnvironmentEvent } from '../../reports/events.ts';

const PIECE = 1 << 20;

/** `programs`: files that make the target. One that cannot be read is left out. */
export function environmentOf(programs: readonly string[]): EnvironmentEvent {
  return {
    host: hostname(),
    kernel: `${type()} ${release()} ${arch()}`,
    node: process.version,
    programs: programs.flatMap((path) => {
      const sha256 = digestOf(path);
      return sha256 === undefined ? [] : [{ name: basename(path), sha256 }];
    }),
  };
}

function digestOf(path: string): string | undefined {
  const digest = createHash('sha256');
  const piece = Buffer.allocUnsafe(PIECE);
  try {
    const file = openSync(path, 'r');
    try {
      for (let read = -1; read !== 0; ) {
        read = readSync(file, piece);
        digest.update(piece.subarray(0, read));
      }
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  return digest.digest('hex');
}
