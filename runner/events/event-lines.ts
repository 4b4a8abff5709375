/** The lines of a file of events, plain or compressed. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const LINE_END = 0x0a;
const GZIP = [0x1f, 0x8b] as const;
/** Bytes to read at a time. */
const PIECE = 1 << 18;

/** Without their ends; CR LF ends a line, too. Throws the error of the file system, or of zlib. */
export async function* eventLines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  const text = (bytes: Uint8Array): string => {
    const line = decoder.decode(bytes);
    return line.endsWith('\r') ? line.slice(0, -1) : line;
  };
  /** The pieces of a line whose end is not there yet: lines are long, and are not put together more than once. */
  let begun: Buffer[] = [];
  for await (const chunk of await openStream(path)) {
    const piece = chunk as Buffer;
    let from = 0;
    for (let end = piece.indexOf(LINE_END); end >= 0; end = piece.indexOf(LINE_END, from)) {
      const last = piece.subarray(from, end);
      yield text(begun.length === 0 ? last : Buffer.concat([...begun, last]));
      begun = [];
      from = end + 1;
    }
    if (from < piece.length) begun.push(piece.subarray(from));
  }
  if (begun.length > 0) yield text(Buffer.concat(begun));
}

async function openStream(path: string): Promise<NodeJS.ReadableStream> {
  const isCompressed = await beginsWith(path, GZIP);
  const file = createReadStream(path, { highWaterMark: PIECE });
  // An error of the file also comes out of the second stream.
  return isCompressed ? pipeline(file, createGunzip({ chunkSize: PIECE }), () => {}) : file;
}

/** Checks the bytes, because a file name proves nothing. */
async function beginsWith(path: string, magic: readonly number[]): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return bytesRead === magic.length && magic.every((byte, i) => buffer[i] === byte);
  } finally {
    await file.close();
  }
}
