/** The driver: brings the device up, takes frames from its receive ring, and sends commands through its control queue. */

import type { BufferFill, VirtioHeader } from '../../../reference-impl/rules/rule.ts';
import { NET_HEADER, parseNetHeader } from '../../../reference-impl/virtio/net-header.ts';
import { bitsOf, type Feature, hasFeature } from './features.ts';
import type { GuestMemory } from './guest-memory.ts';
import { QtestError } from './qtest.ts';
import type { Transport } from './transport.ts';
import { DescriptorFlag, type Used, Virtqueue } from './virtqueue.ts';

const Status = { acknowledge: 1, driver: 2, driverOk: 4, featuresOk: 8 } as const;
const Queue = { receive: 0, control: 2 } as const;

/** The layout of the guest's memory. */
const Place = {
  receiveRing: 0x10_0000,
  controlRing: 0x18_0000,
  controlBuffers: 0x19_0000,
  buffers: 0x20_0000,
} as const;
const RECEIVE_SIZE = 1024;
const CONTROL_SIZE = 64;
/** Fits the largest unit (virtio 1.2, 5.1.6.3.1: 65,562 bytes and more). With MRG_RXBUF, pages are joined. */
const WHOLE_BUFFER = 0x1_1000;
const PAGE = 4096;
const GUEST_OFFLOADS = { class: 5, set: 0 } as const;
const NO_ANSWER = 0xee;
/** Written over the header, so that a field that the device does not write is zero, not left over from an earlier frame. */
const BLANK_HEADER: Uint8Array = new Uint8Array(NET_HEADER);

/** The most frames under way: far fewer than buffers, and than the kernel queues for a processor (net.core.netdev_max_backlog). */
export const MOST_UNDER_WAY = 256;
export const MEMORY_SIZE: number = Place.buffers + RECEIVE_SIZE * WHOLE_BUFFER;

export interface ReceivedFrame {
  readonly header: VirtioHeader;
  readonly frame: Uint8Array;
  /** Receive buffers that it took. */
  readonly fills: readonly BufferFill[];
}

export class NetworkDevice {
  readonly #memory: GuestMemory;
  readonly #transport: Transport;
  #features = 0n;
  #bufferSize = WHOLE_BUFFER;
  #receive: Virtqueue;
  #control: Virtqueue;
  /** A frame of which not all buffers have been seen. */
  #begun:
    | {
        readonly header: VirtioHeader;
        readonly parts: Buffer[];
        readonly fills: BufferFill[];
        readonly wanted: number;
      }
    | undefined;

  constructor(memory: GuestMemory, transport: Transport) {
    this.#memory = memory;
    this.#transport = transport;
    this.#receive = new Virtqueue(memory, Place.receiveRing, RECEIVE_SIZE);
    this.#control = new Virtqueue(memory, Place.controlRing, CONTROL_SIZE);
  }

  /** The negotiated features. */
  has(feature: Feature): boolean {
    return hasFeature(this.#features, feature);
  }

  /** Receive buffers that a frame of this length fills. */
  buffersFor(length: number): number {
    return Math.ceil((NET_HEADER + length) / this.#bufferSize);
  }

  /** Resets the device, negotiates exactly `wanted`, sets up queues, makes every buffer available. */
  async bringUp(wanted: readonly Feature[]): Promise<void> {
    await this.#negotiate(wanted);
    this.#receive = new Virtqueue(this.#memory, Place.receiveRing, RECEIVE_SIZE);
    this.#control = new Virtqueue(this.#memory, Place.controlRing, CONTROL_SIZE);
    this.#bufferSize = this.has('MRG_RXBUF') ? PAGE : WHOLE_BUFFER;
    this.#begun = undefined;
    for (let i = 0; i < RECEIVE_SIZE; i++) {
      this.#memory.write(this.#bufferAt(i), BLANK_HEADER);
      this.#receive.describe(i, this.#bufferAt(i), this.#bufferSize, DescriptorFlag.deviceWrites);
    }
    if ((await this.#transport.largestQueue(Queue.receive)) < RECEIVE_SIZE) {
      throw new QtestError(`the receive queue has fewer than ${RECEIVE_SIZE} buffers`);
    }
    await this.#transport.enableQueue(Queue.receive, this.#receive);
    if (this.has('CTRL_VQ')) await this.#transport.enableQueue(Queue.control, this.#control);
    this.#receive.offer(Array.from({ length: RECEIVE_SIZE }, (_, i) => i));
    const { acknowledge, driver, driverOk, featuresOk } = Status;
    await this.#transport.writeStatus(acknowledge | driver | featuresOk | driverOk);
    await this.#transport.kick(Queue.receive);
  }

  /** Frames that arrived since the last call. Their buffers go back to the device. */
  takeFrames(): ReceivedFrame[] {
    const used = this.#receive.reap();
    if (used.length === 0) return [];
    const frames = used.flatMap((buffer) => this.#take(buffer));
    for (const { id } of used) this.#memory.write(this.#bufferAt(id), BLANK_HEADER);
    this.#receive.offer(used.map(({ id }) => id));
    return frames;
  }

  /** VIRTIO_NET_CTRL_GUEST_OFFLOADS_SET; true if the device agrees. Clause: virtio 1.2, 5.1.6.5.6. */
  async setOffloads(features: readonly Feature[]): Promise<boolean> {
    const at = Place.controlBuffers;
    const offloads = Buffer.alloc(8);
    offloads.writeBigUInt64LE(bitsOf(features));
    this.#memory.write(at, Uint8Array.of(GUEST_OFFLOADS.class, GUEST_OFFLOADS.set));
    this.#memory.write(at + 16, offloads);
    this.#memory.write(at + 32, Uint8Array.of(NO_ANSWER));
    this.#control.describe(0, at, 2, DescriptorFlag.next, 1);
    this.#control.describe(1, at + 16, 8, DescriptorFlag.next, 2);
    this.#control.describe(2, at + 32, 1, DescriptorFlag.deviceWrites);
    this.#control.offer([0]);
    // The device works while it answers the kick, so its reply is there afterwards.
    await this.#transport.kick(Queue.control);
    for (let tries = 0; this.#control.reap().length === 0; tries++) {
      if (tries === 10_000) throw new QtestError('the control queue does not answer');
      await new Promise((resolve) => setImmediate(resolve));
    }
    return this.#memory.read(at + 32, 1)[0] === 0;
  }

  /** The receive queue may have been empty: makes the device check it again. */
  async kick(): Promise<void> {
    await this.#transport.kick(Queue.receive);
  }

  async #negotiate(wanted: readonly Feature[]): Promise<void> {
    const transport = this.#transport;
    const { acknowledge, driver, featuresOk } = Status;
    await transport.writeStatus(0);
    while ((await transport.readStatus()) !== 0);
    await transport.writeStatus(acknowledge);
    await transport.writeStatus(acknowledge | driver);
    const offered = await transport.offeredFeatures();
    const missing = wanted.filter((feature) => !hasFeature(offered, feature));
    if (missing.length > 0) throw new QtestError(`the device does not offer ${missing.join(', ')}`);
    this.#features = bitsOf(wanted);
    await transport.acceptFeatures(this.#features);
    await transport.writeStatus(acknowledge | driver | featuresOk);
    if (((await transport.readStatus()) & featuresOk) === 0) {
      throw new QtestError(`the device refuses the features ${wanted.join(', ')}`);
    }
  }

  #bufferAt(index: number): number {
    return Place.buffers + index * this.#bufferSize;
  }

  #take({ id, length }: Used): ReceivedFrame[] {
    const bytes = this.#memory.read(this.#bufferAt(id), Math.min(length, this.#bufferSize));
    const fill = { used: bytes.length, size: this.#bufferSize };
    if (this.#begun !== undefined) {
      this.#begun.parts.push(bytes);
      this.#begun.fills.push(fill);
    } else {
      const header = parseNetHeader(bytes);
      const wanted = this.has('MRG_RXBUF') ? Math.max(1, header.numBuffers) : 1;
      this.#begun = { header, parts: [bytes.subarray(NET_HEADER)], fills: [fill], wanted };
    }
    const { header, parts, fills, wanted } = this.#begun;
    if (parts.length < wanted) return [];
    this.#begun = undefined;
    const [only] = parts;
    const frame = parts.length === 1 && only !== undefined ? only : Buffer.concat(parts);
    return [{ header, frame: new Uint8Array(frame.buffer, frame.byteOffset, frame.length), fills }];
  }
}
