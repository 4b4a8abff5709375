import { CaptureSink } from './capture-sink.ts';
import { ETHERNET } from './link-type.ts';
import { MICROSECONDS, NANOSECONDS, PCAP_HEADER, PCAP_RECORD, PCAP_SNAPLEN } from './pcap.ts';

/** Below this length, copying is cheaper than writing one piece more. */
const WORTH_HOLDING = 4096;

export interface PcapWriterOptions {
  /** Times in nanoseconds instead of microseconds. */
  readonly isNano?: boolean;
  readonly linkType?: number;
}

/** Writes classic pcap, little-endian. Frames that are too long for libpcap are cut. */
export class PcapWriter {
  readonly #sink: CaptureSink;
  readonly #unit: number;

  private constructor(sink: CaptureSink, unit: number) {
    this.#sink = sink;
    this.#unit = unit;
  }

  static async create(file: string, options: PcapWriterOptions = {}): Promise<PcapWriter> {
    const { isNano = false, linkType = ETHERNET } = options;
    const sink = await CaptureSink.create(file);
    const at = sink.reserve(PCAP_HEADER);
    sink.bytes.fill(0, at, at + PCAP_HEADER);
    sink.view.setUint32(at, isNano ? NANOSECONDS : MICROSECONDS, true);
    sink.view.setUint16(at + 4, 2, true);
    sink.view.setUint16(at + 6, 4, true);
    sink.view.setUint32(at + 16, PCAP_SNAPLEN, true);
    sink.view.setUint32(at + 20, linkType, true);
    return new PcapWriter(sink, isNano ? 1 : 1000);
  }

  /** Copies the frame. Seconds end in 2106, with the format. */
  write(frame: Uint8Array, seconds: number, nanoseconds: number, originalLength: number = frame.length): void {
    const captured = Math.min(frame.length, PCAP_SNAPLEN);
    const at = this.#header(captured, captured, seconds, nanoseconds, originalLength);
    const { bytes } = this.#sink;
    bytes.set(captured === frame.length ? frame : frame.subarray(0, captured), at + PCAP_RECORD);
  }

  /** The same for a frame that does not change until `done` is called: a long one is written without a copy. */
  writeHeld(frame: Uint8Array, seconds: number, nanoseconds: number, originalLength: number, done: () => void): void {
    const { length } = frame;
    if (length < WORTH_HOLDING || length > PCAP_SNAPLEN) {
      this.write(frame, seconds, nanoseconds, originalLength);
      done();
      return;
    }
    this.#header(0, length, seconds, nanoseconds, originalLength);
    this.#sink.hold(frame, done);
  }

  /** Starts a record with room for `room` bytes of the frame; returns where they begin. */
  #header(room: number, captured: number, seconds: number, nanoseconds: number, originalLength: number): number {
    const sink = this.#sink;
    const at = sink.reserve(PCAP_RECORD + room);
    const { view } = sink;
    view.setUint32(at, Math.min(seconds, 0xffff_ffff), true);
    view.setUint32(at + 4, Math.floor(nanoseconds / this.#unit), true);
    view.setUint32(at + 8, captured, true);
    view.setUint32(at + 12, originalLength, true);
    return at;
  }

  close(): Promise<void> {
    return this.#sink.close();
  }
}
