/** Unpacks gzip as it is read. Small pieces of input limit how much a bomb can unpack to at once. */

import { createGunzip, type Gunzip } from 'node:zlib';
import type { ByteSource } from './byte-source.ts';
import { CaptureError } from './capture-error.ts';

const INPUT = 256 * 1024;
/** deflate packs at most about 1,030 to one: this gives 16 MiB of output. */
const PIECE = 16 * 1024;
const OUTPUT = 256 * 1024;

export class GzipSource implements ByteSource {
  readonly isPrompt = false;
  readonly #file: string;
  readonly #packed: ByteSource;
  readonly #gunzip: Gunzip = createGunzip({ chunkSize: OUTPUT });
  readonly #unpacked: Uint8Array[] = [];
  #input: Uint8Array = new Uint8Array(0);
  #at = 0;
  #produced = 0;
  #isOver = false;
  #defect: CaptureError | undefined;
  #wake: () => void = () => {};

  constructor(file: string, packed: ByteSource) {
    this.#file = file;
    this.#packed = packed;
    this.#gunzip.on('data', (chunk: Buffer) => {
      this.#unpacked.push(chunk);
      this.#produced += chunk.length;
    });
    this.#gunzip.on('end', () => this.#end());
    this.#gunzip.on('error', (error: NodeJS.ErrnoException) => {
      const what = error.code === 'Z_BUF_ERROR' ? 'the gzip file is cut off' : 'the gzip file is damaged';
      this.#defect = new CaptureError(this.#file, what, this.#produced);
      this.#end();
    });
  }

  get position(): number {
    return this.#packed.position;
  }

  async read(into: Uint8Array, at: number, length: number): Promise<number> {
    while (this.#unpacked.length === 0 && !this.#isOver) await this.#feed();
    const chunk = this.#unpacked[0];
    if (chunk === undefined) {
      if (this.#defect !== undefined) throw this.#defect;
      return 0;
    }
    const taken = Math.min(chunk.length, length);
    into.set(chunk.subarray(0, taken), at);
    if (taken === chunk.length) this.#unpacked.shift();
    else this.#unpacked[0] = chunk.subarray(taken);
    return taken;
  }

  async close(): Promise<void> {
    this.#gunzip.destroy();
    await this.#packed.close();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }

  async #feed(): Promise<void> {
    if (this.#at === this.#input.length) {
      const next = new Uint8Array(INPUT);
      this.#input = next.subarray(0, await this.#packed.read(next, 0, INPUT));
      this.#at = 0;
    }
    const piece = this.#input.slice(this.#at, this.#at + PIECE);
    this.#at += piece.length;
    // After trailing garbage zlib ends without a callback; on a defect it may call back. Whichever comes first counts.
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      if (piece.length === 0) this.#gunzip.end();
      else this.#gunzip.write(piece, () => resolve());
    });
  }
}
