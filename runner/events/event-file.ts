/** Events as JSON lines in a file, plain or compressed: written in big pieces, and whole lines at any time. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type { RunEvent } from '../../reports/events.ts';
import type { Reporter } from '../../reports/reporter.ts';
import { EventPacker } from './packed-events.ts';

const PIECE = 1 << 20;

export class EventFile implements Reporter {
  readonly #file: number;
  readonly #packer: EventPacker | undefined;
  #lines: string[] = [];
  #length = 0;

  /** `compress`: gzip, a member a piece, with frames in their short form. Throws the error of the file system. */
  constructor(path: string, { compress = false }: { readonly compress?: boolean } = {}) {
    this.#file = openSync(path, 'w');
    this.#packer = compress ? new EventPacker() : undefined;
  }

  event(event: RunEvent): void {
    const line = `${JSON.stringify(this.#packer?.pack(event) ?? event)}\n`;
    this.#lines.push(line);
    this.#length += line.length;
    if (this.#length >= PIECE) this.#flush();
  }

  close(): void {
    this.#flush();
    closeSync(this.#file);
  }

  #flush(): void {
    if (this.#lines.length === 0) return;
    const text = Buffer.from(this.#lines.join(''));
    const bytes = this.#packer === undefined ? text : gzipSync(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#file, bytes, at);
    this.#lines = [];
    this.#length = 0;
  }
}
