/** virtio over PCI, modern interface, on bus 0 of a PC. No firmware ran, so this module places the BARs. Clause: virtio 1.2, 4.1. */

import type { Qtest } from './qtest.ts';
import { QtestError } from './qtest.ts';
import { readFeatureWords, type Transport, writeFeatureWords } from './transport.ts';
import type { Virtqueue } from './virtqueue.ts';

/** Vendor 1af4, device 1041: a modern network device. */
const NETWORK_DEVICE = 0x1041_1af4;
const CONFIG_ADDRESS = 0xcf8;
const CONFIG_DATA = 0xcfc;
/** Free in the machine types pc and q35. */
const FIRST_BAR = 0xe000_0000;
const SLOTS = 32;
const BARS = 6;

const Config = { command: 0x04, firstBar: 0x10, capabilities: 0x34 } as const;
const MEMORY_AND_MASTER = 6;
const VENDOR_CAPABILITY = 9;
const Structure = { common: 1, notify: 2 } as const;

/** Offsets in the common configuration structure, virtio 1.2, 4.1.4.3. */
const Common = {
  deviceFeatureSelect: 0,
  deviceFeature: 4,
  driverFeatureSelect: 8,
  driverFeature: 12,
  status: 20,
  queueSelect: 22,
  queueSize: 24,
  queueEnable: 28,
  queueNotifyOff: 30,
  queueDesc: 32,
  queueDriver: 40,
  queueDevice: 48,
} as const;

export class PciTransport implements Transport {
  readonly #qtest: Qtest;
  readonly #common: number;
  readonly #notify: number;
  readonly #notifyMultiplier: number;
  readonly #doorbells = new Map<number, number>();

  private constructor(qtest: Qtest, common: number, notify: number, notifyMultiplier: number) {
    this.#qtest = qtest;
    this.#common = common;
    this.#notify = notify;
    this.#notifyMultiplier = notifyMultiplier;
  }

  /** Finds the device and switches it on. Rejects with QtestError if there is none. */
  static async find(qtest: Qtest): Promise<PciTransport> {
    for (let slot = 0; slot < SLOTS; slot++) {
      const config = new ConfigSpace(qtest, slot);
      if ((await config.read(0)) >>> 0 !== NETWORK_DEVICE) continue;
      const bars = await placeBars(config);
      await config.write(Config.command, (await config.read(Config.command)) | MEMORY_AND_MASTER);
      const { common, notify, multiplier } = await findStructures(config, bars);
      if (common !== undefined && notify !== undefined) return new PciTransport(qtest, common, notify, multiplier);
    }
    throw new QtestError('there is no modern virtio network device on PCI bus 0');
  }

  readStatus(): Promise<number> {
    return this.#qtest.read8(this.#common + Common.status);
  }

  async writeStatus(status: number): Promise<void> {
    await this.#qtest.write8(this.#common + Common.status, status);
  }

  offeredFeatures(): Promise<bigint> {
    return readFeatureWords(async (index) => {
      await this.#qtest.write32(this.#common + Common.deviceFeatureSelect, index);
      return this.#qtest.read32(this.#common + Common.deviceFeature);
    });
  }

  acceptFeatures(bits: bigint): Promise<void> {
    return writeFeatureWords(bits, async (index, word) => {
      await this.#qtest.write32(this.#common + Common.driverFeatureSelect, index);
      await this.#qtest.write32(this.#common + Common.driverFeature, word);
    });
  }

  async largestQueue(queue: number): Promise<number> {
    await this.#qtest.write16(this.#common + Common.queueSelect, queue);
    return this.#qtest.read16(this.#common + Common.queueSize);
  }

  async enableQueue(queue: number, ring: Virtqueue): Promise<void> {
    const common = this.#common;
    await this.#qtest.write16(common + Common.queueSelect, queue);
    await this.#qtest.write16(common + Common.queueSize, ring.size);
    for (const [offset, address] of [
      [Common.queueDesc, ring.descriptors],
      [Common.queueDriver, ring.available],
      [Common.queueDevice, ring.used],
    ] as const) {
      await this.#qtest.write32(common + offset, address);
      await this.#qtest.write32(common + offset + 4, 0);
    }
    const offset = await this.#qtest.read16(common + Common.queueNotifyOff);
    this.#doorbells.set(queue, this.#notify + offset * this.#notifyMultiplier);
    await this.#qtest.write16(common + Common.queueEnable, 1);
  }

  async kick(queue: number): Promise<void> {
    const doorbell = this.#doorbells.get(queue);
    if (doorbell !== undefined) await this.#qtest.write16(doorbell, queue);
  }
}

/** A device's configuration space, through the two ports of a PC's host bridge. */
class ConfigSpace {
  readonly #qtest: Qtest;
  readonly #slot: number;

  constructor(qtest: Qtest, slot: number) {
    this.#qtest = qtest;
    this.#slot = slot;
  }

  async read(offset: number): Promise<number> {
    await this.#select(offset);
    return this.#qtest.portRead32(CONFIG_DATA);
  }

  async write(offset: number, value: number): Promise<void> {
    await this.#select(offset);
    await this.#qtest.portWrite32(CONFIG_DATA, value);
  }

  #select(offset: number): Promise<string> {
    return this.#qtest.portWrite32(CONFIG_ADDRESS, 0x8000_0000 + (this.#slot << 11) + (offset & 0xfc));
  }
}

/** Sizes the memory BARs and places them one after the other, each aligned to its size. Returns their addresses. */
async function placeBars(config: ConfigSpace): Promise<Map<number, number>> {
  const places = new Map<number, number>();
  let next = FIRST_BAR;
  for (let bar = 0; bar < BARS; bar++) {
    const at = Config.firstBar + 4 * bar;
    await config.write(at, 0xffff_ffff);
    const mask = await config.read(at);
    const isPort = (mask & 1) === 1;
    if (mask === 0 || isPort) continue;
    const size = (~(mask & 0xffff_fff0) >>> 0) + 1;
    next = Math.ceil(next / size) * size;
    await config.write(at, next);
    places.set(bar, next);
    next += size;
    const is64 = (mask & 6) === 4;
    if (is64) await config.write(Config.firstBar + 4 * ++bar, 0);
  }
  return places;
}

/** Walks the capability list for the virtio structures. */
async function findStructures(
  config: ConfigSpace,
  bars: ReadonlyMap<number, number>,
): Promise<{ common: number | undefined; notify: number | undefined; multiplier: number }> {
  const found = new Map<number, number>();
  let multiplier = 0;
  const seen = new Set<number>();
  let at = (await config.read(Config.capabilities)) & 0xfc;
  while (at !== 0 && !seen.has(at)) {
    seen.add(at);
    const head = await config.read(at);
    if ((head & 0xff) === VENDOR_CAPABILITY) {
      const type = head >>> 24;
      const bar = bars.get((await config.read(at + 4)) & 0xff);
      const offset = await config.read(at + 8);
      // The device's first structure of a type is the one to use.
      if (bar !== undefined && !found.has(type)) {
        found.set(type, bar + offset);
        if (type === Structure.notify) multiplier = await config.read(at + 16);
      }
    }
    at = (head >>> 8) & 0xfc;
  }
  return { common: found.get(Structure.common), notify: found.get(Structure.notify), multiplier };
}
