/**
 * Reads classic pcap with microseconds through the package pcap-parser. The package ignores a cut-off end and accepts
 * any length, so the record headers are checked here, and defects reported.
 */

import { EventEmitter } from 'node:events';
import type { Readable } from 'node:stream';
import { type Packet as Parsed, parse } from 'pcap-parser';
import { FileSource } from './byte-source.ts';
import { CaptureError } from './capture-error.ts';
import { cutOff } from './decode-all.ts';
import { ETHERNET } from './link-type.ts';
import { lengthDefect, type Packet, timeOf } from './packet.ts';
import { PCAP_HEADER, PCAP_RECORD } from './pcap.ts';

const PIECE = 1024 * 1024;

/** The stream that the package expects; it gets a piece when a "data" event is emitted here. */
class Feed extends EventEmitter {
  pause(): void {}
  resume(): void {}
}

export async function* readWithPcapParser(file: string): AsyncGenerator<Packet[], void, undefined> {
  const source = await FileSource.open(file);
  const feed = new Feed();
  const parser = parse(feed as unknown as Readable);
  let batch: Packet[] = [];
  let offset = 0;
  let defect: CaptureError | undefined;
  parser.on('error', (error: Error) => {
    defect ??= new CaptureError(file, error.message, 0);
  });
  parser.on('globalHeader', ({ linkLayerType }: { linkLayerType: number }) => {
    offset = PCAP_HEADER;
    if ((linkLayerType & 0x03ff_ffff) !== ETHERNET) {
      defect ??= new CaptureError(file, `link type ${linkLayerType}`, 20, 'pcap-parser is asked for Ethernet only');
    }
  });
  parser.on('packetHeader', (header: Parsed['header']) => {
    const wrong = lengthDefect(header.capturedLength, header.originalLength);
    if (wrong !== undefined) defect ??= new CaptureError(file, wrong, offset);
  });
  parser.on('packet', ({ header, data }: Parsed) => {
    if (defect !== undefined) return;
    batch.push({
      frame: data,
      ...timeOf(header.timestampSeconds, header.timestampMicroseconds, 1000),
      originalLength: header.originalLength,
      direction: undefined,
      from: undefined,
      offset,
    });
    offset += PCAP_RECORD + header.capturedLength;
  });
  try {
    while (defect === undefined) {
      const piece = Buffer.allocUnsafe(PIECE);
      const read = await source.read(piece, 0, PIECE);
      if (read === 0) break;
      feed.emit('data', piece.subarray(0, read));
      if (batch.length > 0) yield batch;
      batch = [];
    }
    const { position } = source;
    if (defect !== undefined) throw defect;
    if (position === 0) throw new CaptureError(file, 'the file is empty', 0);
    if (position > offset || position < PCAP_HEADER) throw new CaptureError(file, cutOff('pcap', offset), offset);
  } finally {
    await source.close();
  }
}
