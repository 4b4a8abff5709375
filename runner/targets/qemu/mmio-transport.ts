/** virtio over MMIO, version 2, as QEMU's microvm has it. Clause: virtio 1.2, 4.2.2. */

import type { Qtest } from './qtest.ts';
import { QtestError } from './qtest.ts';
import { readFeatureWords, type Transport, writeFeatureWords } from './transport.ts';
import type { Virtqueue } from './virtqueue.ts';

const FIRST_SLOT = 0xfeb0_0000;
const SLOT_SIZE = 512;
const SLOTS = 24;
/** "virt". */
const MAGIC = 0x7472_6976;
const NETWORK_DEVICE = 1;
const MODERN = 2;

const Register = {
  magic: 0x00,
  version: 0x04,
  deviceId: 0x08,
  deviceFeatures: 0x10,
  deviceFeaturesSelect: 0x14,
  driverFeatures: 0x20,
  driverFeaturesSelect: 0x24,
  queueSelect: 0x30,
  queueSizeMax: 0x34,
  queueSize: 0x38,
  queueReady: 0x44,
  queueNotify: 0x50,
  status: 0x70,
  queueDesc: 0x80,
  queueDriver: 0x90,
  queueDevice: 0xa0,
} as const;

export class MmioTransport implements Transport {
  readonly #qtest: Qtest;
  readonly #base: number;

  private constructor(qtest: Qtest, base: number) {
    this.#qtest = qtest;
    this.#base = base;
  }

  /** Finds the device. Rejects with QtestError if there is none, or only one older than virtio 1.0. */
  static async find(qtest: Qtest): Promise<MmioTransport> {
    for (let slot = 0; slot < SLOTS; slot++) {
      const base = FIRST_SLOT + SLOT_SIZE * slot;
      if ((await qtest.read32(base + Register.magic)) !== MAGIC) continue;
      if ((await qtest.read32(base + Register.deviceId)) !== NETWORK_DEVICE) continue;
      if ((await qtest.read32(base + Register.version)) !== MODERN)
        throw new QtestError('the MMIO device is not modern');
      return new MmioTransport(qtest, base);
    }
    throw new QtestError('there is no virtio network device in the MMIO slots');
  }

  readStatus(): Promise<number> {
    return this.#qtest.read32(this.#base + Register.status);
  }

  async writeStatus(status: number): Promise<void> {
    await this.#write(Register.status, status);
  }

  offeredFeatures(): Promise<bigint> {
    return readFeatureWords(async (index) => {
      await this.#write(Register.deviceFeaturesSelect, index);
      return this.#qtest.read32(this.#base + Register.deviceFeatures);
    });
  }

  acceptFeatures(bits: bigint): Promise<void> {
    return writeFeatureWords(bits, async (index, word) => {
      await this.#write(Register.driverFeaturesSelect, index);
      await this.#write(Register.driverFeatures, word);
    });
  }

  async largestQueue(queue: number): Promise<number> {
    await this.#write(Register.queueSelect, queue);
    return this.#qtest.read32(this.#base + Register.queueSizeMax);
  }

  async enableQueue(queue: number, ring: Virtqueue): Promise<void> {
    await this.#write(Register.queueSelect, queue);
    await this.#write(Register.queueSize, ring.size);
    for (const [register, address] of [
      [Register.queueDesc, ring.descriptors],
      [Register.queueDriver, ring.available],
      [Register.queueDevice, ring.used],
    ] as const) {
      await this.#write(register, address);
      await this.#write(register + 4, 0);
    }
    await this.#write(Register.queueReady, 1);
  }

  async kick(queue: number): Promise<void> {
    await this.#write(Register.queueNotify, queue);
  }

  async #write(register: number, value: number): Promise<void> {
    await this.#qtest.write32(this.#base + register, value);
  }
}
