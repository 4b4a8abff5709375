/**
 * The records of a capture. Small microsecond captures go through the package pcap-parser; it says nothing of a file
 * that is cut off, so our own reader walks the file first. Everything else our own reader reads alone.
 */

import { createReadStream } from 'node:fs';
import { type Packet, parse } from 'pcap-parser';
import { CaptureError } from './capture-error.ts';
import { type CaptureRecord, PcapReader } from './pcap-reader.ts';

/** pcap-parser copies what it has not parsed yet with every piece of the file. */
const MOST_FOR_PCAP_PARSER = 4 * 1024 * 1024;

export interface Capture {
  readonly size: number;
  /** Bytes read so far. */
  readonly offset: () => number;
  /** Throws CaptureError at the first defect, after everything before it. */
  readonly records: () => AsyncGenerator<CaptureRecord> | Generator<CaptureRecord>;
}

export function openCapture(file: string): Capture {
  const reader = new PcapReader(file);
  const usePackage = !reader.header.nanoseconds && reader.size <= MOST_FOR_PCAP_PARSER;
  return {
    size: reader.size,
    offset: () => reader.offset,
    records: usePackage ? () => recordsByPackage(reader) : () => reader.records(),
  };
}

async function* recordsByPackage(reader: PcapReader): AsyncGenerator<CaptureRecord> {
  let defect: CaptureError | undefined;
  let whole = reader.offset;
  try {
    for (const _ of reader.records()) whole = reader.offset;
  } catch (error) {
    if (!(error instanceof CaptureError)) throw error;
    defect = error;
  }
  for (const { header, data } of await parsedByPackage(reader.file, whole)) {
    yield {
      frame: data,
      seconds: header.timestampSeconds,
      nanoseconds: header.timestampMicroseconds * 1000,
      originalLength: header.originalLength,
    };
  }
  if (defect !== undefined) throw defect;
}

/** The packets within the first `length` bytes of a file. */
export function parsedByPackage(file: string, length: number): Promise<Packet[]> {
  return new Promise((resolve, reject) => {
    const packets: Packet[] = [];
    const parser = parse(createReadStream(file, { end: length - 1 }));
    parser.on('packet', (packet: Packet) => packets.push(packet));
    parser.on('end', () => resolve(packets));
    parser.on('error', reject);
  });
}
