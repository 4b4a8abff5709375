/**
 * A capture file: classic pcap and pcapng of either byte order, gzip'd or not, every packet as an Ethernet frame.
 * Memory is bounded whatever the file contains, and a defect is reported after everything before it was delivered.
 */

import { FileSource } from './byte-source.ts';
import type { CaptureInterface } from './capture-interface.ts';
import { decodeAll, decoderOf } from './decode-all.ts';
import type { Decoder } from './decoder.ts';
import { GzipSource } from './gzip-source.ts';
import { ETHERNET } from './link-type.ts';
import type { Packet } from './packet.ts';
import { isPcap, PCAP_HEADER, parsePcapHeader } from './pcap.ts';
import { readWithPcapParser } from './pcap-parser-reader.ts';
import { ReadWindow } from './read-window.ts';

/** pcap-parser takes eight times as long as our reader: small files only. */
const MOST_FOR_PCAP_PARSER = 16 * 1024 * 1024;

export interface CaptureOptions {
  /** Small classic captures are read by the package; false: always by our own reader. */
  readonly pcapParser?: boolean;
}

export class Capture {
  readonly file: string;
  /** In bytes; 0 if the size is unknown: a pipe. */
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

  /** Throws UsageError if there is no such file, CaptureError if it is not a capture. */
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

  /** Times are finer than microseconds; known once the first batch was delivered. */
  get isNano(): boolean {
    return this.#decoder.isNano;
  }

  /** The interfaces that the file described so far; none if the format has none. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#decoder.interfaces;
  }

  /** Bytes of the file read so far. */
  get position(): number {
    return this.#source.position;
  }

  /**
   * The packets, in batches, each of which is emptied when the next is requested; throws CaptureError at the first
   * defect. Call it only once: it closes the file.
   */
  async *batches(): AsyncGenerator<Packet[], void, undefined> {
    try {
      if (this.#usesPackage) yield* readWithPcapParser(this.file);
      else yield* decodeAll(this.#window, this.#decoder, this.#label);
    } finally {
      await this.close();
    }
  }

  close(): Promise<void> {
    return this.#source.close();
  }
}

function unpacked(file: string): string {
  return `${file} (unpacked)`;
}

function isForPackage({ view, at, length }: ReadWindow): boolean {
  if (length < PCAP_HEADER || !isPcap(view, at)) return false;
  const { isNano, major, linkType } = parsePcapHeader(view, at);
  return !isNano && major === 2 && linkType === ETHERNET;
}
