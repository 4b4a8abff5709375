/** What PCI and MMIO have in common: the registers of a modern virtio device. Clauses: virtio 1.2, 4.1.4 and 4.2.2. */

import type { Virtqueue } from './virtqueue.ts';

export interface Transport {
  readStatus(): Promise<number>;
  writeStatus(status: number): Promise<void>;
  /** What the device offers, as bits. */
  offeredFeatures(): Promise<bigint>;
  acceptFeatures(bits: bigint): Promise<void>;
  /** Largest size of a queue. */
  largestQueue(queue: number): Promise<number>;
  /** Tells the device where the queue is. From then on the queue can be kicked. */
  enableQueue(queue: number, ring: Virtqueue): Promise<void>;
  /** Tells the device that buffers were made available. */
  kick(queue: number): Promise<void>;
}

/** Reads 64 feature bits through a window of 32. */
export async function readFeatureWords(readWord: (index: number) => Promise<number>): Promise<bigint> {
  const low = await readWord(0);
  const high = await readWord(1);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

export async function writeFeatureWords(
  bits: bigint,
  writeWord: (index: number, word: number) => Promise<void>,
): Promise<void> {
  await writeWord(0, Number(bits & 0xffff_ffffn));
  await writeWord(1, Number(bits >> 32n));
}
