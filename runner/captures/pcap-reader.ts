/** Reads classic pcap in big pieces, in constant memory, at the pace of whoever takes the records. */

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { UsageError } from '../errors.ts';
import { CaptureError } from './capture-error.ts';
import { LINK_ETHERNET, MAX_RECORD, PCAP_HEADER, type PcapHeader, parsePcapHeader, RECORD_HEADER } from './pcap.ts';

const CHUNK = 4 * 1024 * 1024;
const HINT = 'everything before it was read; a newer copy of the file may be whole';

/** One packet; the same object is filled again for the next. */
export interface CaptureRecord {
  /** Valid until the next record. */
  frame: Uint8Array;
  seconds: number;
  nanoseconds: number;
  /** What was on the wire; more than the frame's length where the capture cut it. */
  originalLength: number;
}

export class PcapReader {
  readonly file: string;
  readonly size: number;
  readonly header: PcapHeader;
  /** Bytes taken so far. */
  offset = 0;
  readonly #descriptor: number;
  #buffer = Buffer.alloc(CHUNK);
  #view: DataView;
  #start = 0;
  #end = 0;

  /** Throws UsageError where there is no such file, CaptureError where it is no Ethernet capture. */
  constructor(file: string) {
    this.file = file;
    this.#descriptor = opened(file);
    this.#view = viewOf(this.#buffer);
    try {
      const stat = fstatSync(this.#descriptor);
      if (stat.isDirectory()) throw new UsageError(`${file} is a directory`, 'name a capture file');
      this.size = stat.size;
      this.header = this.#readHeader();
    } catch (error) {
      closeSync(this.#descriptor);
      throw error;
    }
  }

  /** Every whole record; throws CaptureError at the first that is not. */
  *records(): Generator<CaptureRecord> {
    const { littleEndian, nanoseconds } = this.header;
    const record: CaptureRecord = { frame: new Uint8Array(0), seconds: 0, nanoseconds: 0, originalLength: 0 };
    try {
      while (this.#has(RECORD_HEADER)) {
        const at = this.#start;
        const captured = this.#view.getUint32(at + 8, littleEndian);
        if (captured > MAX_RECORD) throw this.#defect(`a record that claims ${captured} bytes`);
        record.seconds = this.#view.getUint32(at, littleEndian);
        record.nanoseconds = this.#view.getUint32(at + 4, littleEndian) * (nanoseconds ? 1 : 1000);
        record.originalLength = this.#view.getUint32(at + 12, littleEndian);
        if (!this.#has(RECORD_HEADER + captured)) throw this.#defect('the file is cut off in a record');
        record.frame = this.#buffer.subarray(this.#start + RECORD_HEADER, this.#start + RECORD_HEADER + captured);
        this.#take(RECORD_HEADER + captured);
        yield record;
      }
      if (this.#end > this.#start) throw this.#defect('the file is cut off in a record header');
    } finally {
      closeSync(this.#descriptor);
    }
  }

  #readHeader(): PcapHeader {
    if (!this.#has(PCAP_HEADER)) {
      throw this.#defect(this.#end === 0 ? 'the file is empty' : 'the file is cut off in its header');
    }
    const header = parsePcapHeader(this.#view);
    if (typeof header === 'string') throw this.#defect(header, 'classic pcap is read: tcpdump -r FILE -w NEW converts');
    if (header.linkType !== LINK_ETHERNET) {
      throw new CaptureError(
        this.file,
        `link type ${header.linkType} instead of Ethernet (1)`,
        20,
        'capture on an Ethernet interface',
      );
    }
    this.#take(PCAP_HEADER);
    return header;
  }

  #defect(what: string, hint = HINT): CaptureError {
    return new CaptureError(this.file, what, this.offset, hint);
  }

  #take(length: number): void {
    this.#start += length;
    this.offset += length;
  }

  /** Whether that many bytes are there, in one piece from `#start` on. */
  #has(length: number): boolean {
    while (this.#end - this.#start < length) {
      if (this.#start + length > this.#buffer.length) this.#makeRoom(length);
      const read = readSync(this.#descriptor, this.#buffer, this.#end, this.#buffer.length - this.#end, null);
      if (read === 0) return false;
      this.#end += read;
    }
    return true;
  }

  #makeRoom(length: number): void {
    const kept = this.#buffer.subarray(this.#start, this.#end);
    if (length > this.#buffer.length) {
      const longer = Buffer.alloc(length + CHUNK);
      longer.set(kept);
      this.#buffer = longer;
      this.#view = viewOf(longer);
    } else this.#buffer.copyWithin(0, this.#start, this.#end);
    this.#end -= this.#start;
    this.#start = 0;
  }
}

function viewOf(buffer: Buffer): DataView {
  return new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

function opened(file: string): number {
  try {
    return openSync(file, 'r');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const what =
      code === 'ENOENT' ? 'does not exist' : code === 'EACCES' ? 'may not be read' : `cannot be opened (${code})`;
    throw new UsageError(`${file} ${what}`, 'name a capture file');
  }
}
