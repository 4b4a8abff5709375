/** Writes classic pcap with microseconds, little-endian, Ethernet. What was written before an error stays a whole file. */

import { closeSync, openSync, writeSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { LINK_ETHERNET, PCAP_HEADER, RECORD_HEADER } from './pcap.ts';

const CHUNK = 4 * 1024 * 1024;
const SNAPLEN = 262_144;

export class PcapWriter {
  readonly #descriptor: number;
  #buffer = Buffer.alloc(CHUNK);
  #length = 0;

  constructor(file: string) {
    try {
      this.#descriptor = openSync(file, 'w');
    } catch (error) {
      throw new UsageError(
        `${file} cannot be written (${(error as NodeJS.ErrnoException).code})`,
        'name a file in a folder of yours',
      );
    }
    const header = this.#reserve(PCAP_HEADER);
    this.#buffer.writeUInt32LE(0xa1b2_c3d4, header);
    this.#buffer.writeUInt16LE(2, header + 4);
    this.#buffer.writeUInt16LE(4, header + 6);
    this.#buffer.fill(0, header + 8, header + 16);
    this.#buffer.writeUInt32LE(SNAPLEN, header + 16);
    this.#buffer.writeUInt32LE(LINK_ETHERNET, header + 20);
  }

  write(frame: Uint8Array, seconds: number, nanoseconds: number): void {
    const at = this.#reserve(RECORD_HEADER + frame.length);
    this.#buffer.writeUInt32LE(seconds, at);
    this.#buffer.writeUInt32LE(Math.floor(nanoseconds / 1000), at + 4);
    this.#buffer.writeUInt32LE(frame.length, at + 8);
    this.#buffer.writeUInt32LE(frame.length, at + 12);
    this.#buffer.set(frame, at + RECORD_HEADER);
  }

  close(): void {
    this.#flush();
    closeSync(this.#descriptor);
  }

  #reserve(length: number): number {
    if (this.#length + length > this.#buffer.length) this.#flush();
    if (length > this.#buffer.length) this.#buffer = Buffer.alloc(length);
    const at = this.#length;
    this.#length += length;
    return at;
  }

  #flush(): void {
    for (let at = 0; at < this.#length; ) at += writeSync(this.#descriptor, this.#buffer, at, this.#length - at);
    this.#length = 0;
  }
}
