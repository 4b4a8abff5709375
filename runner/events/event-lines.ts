/** The lines of a file of events, plain or compressed. */

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';

const GZIP = [0x1f, 0x8b] as const;
/** Most lines are short, and some have megabytes: those are put together from few pieces. */
const PIECE = 1 << 20;

/** Without their ends; CR LF ends a line, too. Throws the error of the file system, or of zlib. */
export async function* eventLines(path: string): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const piece of await openStream(path)) {
    const lines = (rest + decoder.decode(piece as Buffer, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

async function openStream(path: string): Promise<NodeJS.ReadableStream> {
  const isCompressed = await beginsWith(path, GZIP);
  const file = createReadStream(path, { highWaterMark: PIECE });
  // The error of the file, if there is one, comes out of the second stream as well.
  return isCompressed ? pipeline(file, createGunzip({ chunkSize: PIECE }), () => {}) : file;
}

/** Looks at the bytes: a file's name may say anything. */
async function beginsWith(path: string, magic: readonly number[]): Promise<boolean> {
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(magic.length), 0, magic.length, 0);
    return bytesRead === magic.length && magic.every((byte, i) => buffer[i] === byte);
  } finally {
    await file.close();
  }
}
