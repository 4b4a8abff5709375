/**
 * The thread that writes a large capture. Writing costs a core about as much as coalescing does; and pieces of 256 KiB,
 * for which a core's cache has room, are written twice as fast as larger ones.
 */

import { ftruncateSync, writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** A buffer of whole records, and how much of it is filled. */
export interface Piece {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly end: number;
}

/** An error's code does not survive from one thread to another by itself. */
export interface Failure {
  readonly code: string | undefined;
  readonly message: string;
}

/** Pieces that are done with, and what went wrong if something did. */
export interface Written {
  readonly pieces: readonly Piece[];
  readonly failure: Failure | undefined;
}

/** Writes all of the piece, or throws. */
export function writePiece(fd: number, { bytes, end }: Piece): void {
  for (let at = 0; at < end; ) at += writeSync(fd, bytes, at, end - at);
}

const port = parentPort;
if (port !== null) {
  const fd = workerData as number;
  let written = 0;
  let failure: Failure | undefined;
  port.on('message', (pieces: readonly Piece[]) => {
    for (const piece of pieces) {
      if (failure !== undefined) break;
      try {
        writePiece(fd, piece);
        written += piece.end;
      } catch (thrown) {
        const { code, message } = thrown as NodeJS.ErrnoException;
        failure = { code, message };
        cutBack(fd, written);
      }
    }
    const answer: Written = { pieces, failure };
    port.postMessage(
      answer,
      pieces.map(({ bytes }) => bytes.buffer),
    );
  });
}

/** To the last whole record. */
export function cutBack(fd: number, length: number): void {
  try {
    ftruncateSync(fd, length);
  } catch {
    // Not a regular file: a pipe, a device.
  }
}
