/**
 * A capture file: classic pcap and pcapng of either byte order, gzip'd or not, every packet as an Ethernet frame.
 * Memory is bounded whatever is in the file, and a defect is told after everything before it was delivered.
 */

import { FileSource } from './byte-source.ts';
import { CaptureError } from './capture-error.ts';
import type { Decoder } from './decoder.ts';
import { GzipSource } from './gzip-source.ts';
import { ETHERNET } from './link-type.ts';
import type { Packet } from './packet.ts';
import { isPcap, PCAP_HEADER, parsePcapHeader } from './pcap.ts';
import { PcapDecoder } from './pcap-decoder.ts';
import { cutOff, readWithPcapParser } from './pcap-parser-reader.ts';
import { Block } from './pcapng.ts';
import { PcapngDecoder } from './pcapng-decoder.ts';
import { ReadWindow } from './read-window.ts';

/** pcap-parser takes eight times our reader's time: small files only. */
const MOST_FOR_PCAP_PARSER = 16 * 1024 * 1024;
const FORMAT_HINT = 'pcap and pcapng are read, gzip’d or not';

export interface CaptureOptions {
  /** Small classic captures go through the package; false: always our own reader. */
  readonly pcapParser?: boolean;
}

export class Capture {
  readonly file: string;
  /** In bytes; 0 if it is not known: a pipe. */
  readonly size: number;
  readonly #source: FileSource | GzipSource;
  readonly #window: ReadWindow;
  readonly #decoder: Decoder;
  readonly #usesPackage: boolean;
  /** The file's name in errors. */
  readonly #label: string;

  private constructor(source: FileSource, bytes: FileSource | GzipSource, window: ReadWindow, options: CaptureOptions) {
    this.file = source.file;
    this.size = source.size;
    this.#source = bytes;
    this.#window = window;
    this.#label = bytes === source ? source.file : unpacked(source.file);
    this.#decoder = decoderOf(this.#label, window);
    this.#usesPackage =
      options.pcapParser !== false &&
      bytes === source &&
      source.isRegular &&
      source.size <= MOST_FOR_PCAP_PARSER &&
      isForPackage(window);
  }

  /** Throws UsageError where there is no such file, CaptureError where it is no capture. */
  static async open(file: string, options: CaptureOptions = {}): Promise<Capture> {
    const source = await FileSource.open(file);
    let bytes: FileSource | GzipSource = source;
    try {
      const [first, second] = await source.peek(2);
      if (first === 0x1f && second === 0x8b) bytes = new GzipSource(unpacked(file), source);
      const window = new ReadWindow(bytes);
      await window.fill(PCAP_HEADER);
      return new Capture(source, bytes, window, options);
    } catch (error) {
      await bytes.close();
      throw error;
    }
  }

  get format(): 'pcap' | 'pcapng' {
    return this.#decoder.format;
  }

  /** Times are finer than microseconds; known once the first batch is there. */
  get isNano(): boolean {
    return this.#decoder.isNano;
  }

  /** Bytes of the file read so far. */
  get position(): number {
    return this.#source.position;
  }

  /** The packets, in batches; throws CaptureError at the first defect. Once only: it closes the file. */
  async *batches(): AsyncGenerator<Packet[], void, undefined> {
    try {
      if (this.#usesPackage) yield* readWithPcapParser(this.file);
      else yield* this.#own();
    } finally {
      await this.close();
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  async *#own(): AsyncGenerator<Packet[], void, undefined> {
    const window = this.#window;
    for (;;) {
      const batch: Packet[] = [];
      let need = 0;
      let defect: unknown;
      try {
        need = this.#decoder.decode(window, batch);
      } catch (error) {
        defect = error;
      }
      if (batch.length > 0) yield batch;
      if (defect !== undefined) throw defect;
      if (await window.fill(need)) continue;
      if (window.length === 0 && window.offset() > 0) return;
      throw new CaptureError(this.#label, cutOff(this.format, window.offset()), window.offset());
    }
  }
}

function unpacked(file: string): string {
  return `${file} (unpacked)`;
}

function decoderOf(label: string, { view, at, length }: ReadWindow): Decoder {
  if (length === 0) throw new CaptureError(label, 'the file is empty', 0, FORMAT_HINT);
  if (length < 4) throw new CaptureError(label, 'the file is cut off in its header', 0, FORMAT_HINT);
  if (isPcap(view, at)) return new PcapDecoder(label);
  const magic = view.getUint32(at);
  if (magic === Block.section) return new PcapngDecoder(label);
  throw new CaptureError(label, `no capture: magic 0x${magic.toString(16).padStart(8, '0')}`, 0, FORMAT_HINT);
}

function isForPackage({ view, at, length }: ReadWindow): boolean {
  if (length < PCAP_HEADER || !isPcap(view, at)) return false;
  const { isNano, major, linkType } = parsePcapHeader(view, at);
  return !isNano && major === 2 && linkType === ETHERNET;
}
