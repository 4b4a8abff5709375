import type { CaptureInterface } from './capture-interface.ts';

/** A packet of a capture, whatever the capture's format. */
export interface Packet {
  /** An Ethernet frame; a view of the reader's buffer, valid until the next batch is asked for. */
  readonly frame: Uint8Array;
  /** Since 1970; with `nanoseconds` below 1e9. Both 0 if the format has no time. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Bytes on the wire: more than the frame has if the capture cut it. */
  readonly originalLength: number;
  /** As the capture marks it, seen from the host that captured: only cooked links and pcapng do. */
  readonly direction: 'in' | 'out' | undefined;
  /** The interface that it was captured at; only pcapng says so. */
  readonly from: CaptureInterface | undefined;
  /** Of the packet's record in the file. */
  readonly offset: number;
}

/** More than any link carries: a longer record is a defect, not a reason to take the memory. */
export const MAX_CAPTURED: number = 16 * 1024 * 1024;

/** Most packets in a batch: records may be so short that a piece of the file holds very many. */
export const MAX_BATCH: number = 512;

/** The problem with a record's lengths, if any. */
export function lengthDefect(captured: number, original: number): string | undefined {
  if (captured > MAX_CAPTURED) return `a record claims ${captured} bytes`;
  if (captured > original) return `a record has ${captured} bytes of a packet of ${original}`;
  return undefined;
}

/**
 * Seconds and nanoseconds of a record whose fraction may hold whole seconds, too: some writers do so, and others read it.
 * `unit`: nanoseconds of one in the fraction.
 */
export function timeOf(seconds: number, fraction: number, unit: number): Pick<Packet, 'seconds' | 'nanoseconds'> {
  const nanoseconds = fraction * unit;
  if (nanoseconds < 1e9) return { seconds, nanoseconds };
  return { seconds: seconds + Math.floor(nanoseconds / 1e9), nanoseconds: nanoseconds % 1e9 };
}
