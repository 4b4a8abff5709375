/** The guest's memory: a file that QEMU maps and this process reads and writes, so that rings and buffers need no qtest traffic. */

import { closeSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

export class GuestMemory {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly #file: number;
  readonly #two: Buffer = Buffer.alloc(2);
  #isOpen = true;

  constructor(path: string, size: number) {
    this.path = path;
    this.size = size;
    this.#file = openSync(path, 'wx+', 0o600);
    ftruncateSync(this.#file, size);
  }

  /** A copy of `length` bytes at a guest-physical address. */
  read(address: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    readSync(this.#file, bytes, 0, length, address);
    return bytes;
  }

  write(address: number, bytes: Uint8Array): void {
    writeSync(this.#file, bytes, 0, bytes.length, address);
  }

  read16(address: number): number {
    readSync(this.#file, this.#two, 0, 2, address);
    return this.#two.readUInt16LE(0);
  }

  write16(address: number, value: number): void {
    this.#two.writeUInt16LE(value & 0xffff);
    writeSync(this.#file, this.#two, 0, 2, address);
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}
