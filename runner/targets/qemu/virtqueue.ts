/** A split virtqueue in the guest's memory, as a driver keeps it. Clause: virtio 1.2, 2.7. */

import type { GuestMemory } from './guest-memory.ts';

const DESCRIPTOR = 16;
const USED_ELEMENT = 8;
const NO_INTERRUPT = 1;

export const DescriptorFlag = { next: 1, deviceWrites: 2 } as const;

export interface Used {
  /** Head of the descriptor chain. */
  readonly id: number;
  /** Bytes that the device wrote. */
  readonly length: number;
}

export class Virtqueue {
  readonly size: number;
  /** Guest-physical addresses of the three parts. */
  readonly descriptors: number;
  readonly available: number;
  readonly used: number;
  readonly #memory: GuestMemory;
  /** Running numbers, modulo 2^16. */
  #offered = 0;
  #seen = 0;

  /** `size` is a power of two; `base` is aligned to a page. The ring's memory is cleared. */
  constructor(memory: GuestMemory, base: number, size: number) {
    this.#memory = memory;
    this.size = size;
    this.descriptors = base;
    this.available = base + DESCRIPTOR * size;
    this.used = (this.available + 6 + 2 * size + 4095) & ~4095;
    memory.write(base, Buffer.alloc(this.used + 6 + USED_ELEMENT * size - base));
    memory.write16(this.available, NO_INTERRUPT);
  }

  describe(index: number, address: number, length: number, flags: number, next = 0): void {
    const bytes = Buffer.alloc(DESCRIPTOR);
    bytes.writeBigUInt64LE(BigInt(address), 0);
    bytes.writeUInt32LE(length, 8);
    bytes.writeUInt16LE(flags, 12);
    bytes.writeUInt16LE(next, 14);
    this.#memory.write(this.descriptors + DESCRIPTOR * index, bytes);
  }

  /** Makes the chains with these heads available to the device. */
  offer(heads: readonly number[]): void {
    for (const head of heads) {
      this.#memory.write16(this.available + 4 + 2 * (this.#offered & (this.size - 1)), head);
      this.#offered = (this.#offered + 1) & 0xffff;
    }
    this.#memory.write16(this.available + 2, this.#offered);
  }

  /** The chains that the device has used since the last call, in its order. */
  reap(): Used[] {
    let left = (this.#memory.read16(this.used + 2) - this.#seen) & 0xffff;
    const all: Used[] = [];
    while (left > 0) {
      const at = this.#seen & (this.size - 1);
      const count = Math.min(left, this.size - at);
      const bytes = this.#memory.read(this.used + 4 + USED_ELEMENT * at, USED_ELEMENT * count);
      for (let i = 0; i < bytes.length; i += USED_ELEMENT) {
        all.push({ id: bytes.readUInt32LE(i), length: bytes.readUInt32LE(i + 4) });
      }
      this.#seen = (this.#seen + count) & 0xffff;
      left -= count;
    }
    return all;
  }
}
