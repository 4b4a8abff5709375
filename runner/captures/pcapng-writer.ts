import { CaptureSink } from './capture-sink.ts';
import { ETHERNET } from './link-type.ts';
import { Block, BYTE_ORDER, Option, PACKET_FRAME } from './pcapng.ts';

export interface PacketOptions {
  /** The result of `addInterface`; the first interface if left out. */
  readonly from?: number;
  readonly comment?: string;
  readonly originalLength?: number;
}

const SECTION = 28;
const INTERFACE = 20;
const NANOSECOND = 9;
/** An option's length is 16 bits. */
const MAX_TEXT = 0xfffc;

/** Writes pcapng: one little-endian section, times in nanoseconds, comments, several interfaces. */
export class PcapngWriter {
  readonly #sink: CaptureSink;
  #interfaces = 0;

  private constructor(sink: CaptureSink) {
    this.#sink = sink;
  }

  static async create(file: string): Promise<PcapngWriter> {
    const writer = new PcapngWriter(await CaptureSink.create(file));
    const at = writer.#block(Block.section, SECTION);
    const { view } = writer.#sink;
    view.setUint32(at + 8, BYTE_ORDER, true);
    view.setUint16(at + 12, 1, true);
    view.setUint16(at + 14, 0, true);
    // The section's length is unknown while it is written.
    view.setBigInt64(at + 16, -1n, true);
    return writer;
  }

  /** Interfaces must be added before their packets. */
  addInterface(name: string, linkType: number = ETHERNET): number {
    const text = encode(name);
    const at = this.#block(Block.interface, INTERFACE + optionLength(text.length) + optionLength(1) + 4);
    const { view } = this.#sink;
    view.setUint16(at + 8, linkType, true);
    view.setUint16(at + 10, 0, true);
    view.setUint32(at + 12, 0, true);
    const next = this.#option(at + 16, Option.name as number, text);
    const last = this.#option(next, Option.resolution as number, Uint8Array.of(NANOSECOND));
    view.setUint32(last, 0, true);
    return this.#interfaces++;
  }

  /** Copies the frame. */
  write(frame: Uint8Array, seconds: number, nanoseconds: number, options: PacketOptions = {}): void {
    const { from = 0, comment, originalLength = frame.length } = options;
    if (from >= this.#interfaces) throw new RangeError(`there is no interface ${from}`);
    const text = comment === undefined ? undefined : encode(comment);
    const data = (frame.length + 3) & ~3;
    const extra = text === undefined ? 0 : optionLength(text.length) + 4;
    const at = this.#block(Block.enhanced, PACKET_FRAME + data + extra);
    const { view, bytes } = this.#sink;
    view.setUint32(at + 8, from, true);
    const ticks = BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds);
    view.setUint32(at + 12, Number((ticks >> 32n) & 0xffff_ffffn), true);
    view.setUint32(at + 16, Number(ticks & 0xffff_ffffn), true);
    view.setUint32(at + 20, frame.length, true);
    view.setUint32(at + 24, originalLength, true);
    bytes.set(frame, at + 28);
    bytes.fill(0, at + 28 + frame.length, at + 28 + data);
    if (text === undefined) return;
    view.setUint32(this.#option(at + 28 + data, Option.comment as number, text), 0, true);
  }

  close(): Promise<void> {
    return this.#sink.close();
  }

  #block(type: number | undefined, length: number): number {
    const at = this.#sink.reserve(length);
    const { view } = this.#sink;
    view.setUint32(at, type as number, true);
    view.setUint32(at + 4, length, true);
    view.setUint32(at + length - 4, length, true);
    return at;
  }

  /** Returns where the next one goes. */
  #option(at: number, code: number, value: Uint8Array): number {
    const { view, bytes } = this.#sink;
    const end = at + optionLength(value.length);
    view.setUint16(at, code, true);
    view.setUint16(at + 2, value.length, true);
    bytes.set(value, at + 4);
    bytes.fill(0, at + 4 + value.length, end);
    return end;
  }
}

function optionLength(value: number): number {
  return 4 + ((value + 3) & ~3);
}

function encode(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length <= MAX_TEXT) return bytes;
  // Does not cut within a character.
  let end = MAX_TEXT;
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end);
}
