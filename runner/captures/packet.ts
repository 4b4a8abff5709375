import type { CaptureInterface } from './capture-interface.ts';

/** A packet of a capture, whatever the capture's format. */
export interface Packet {
  /** An Ethernet frame; a view of the reader's buffer, valid until the next batch is requested. */
  readonly frame: Uint8Array;
  /** Since 1970; `nanoseconds` is below 1e9. Both are 0 if the format has no time. */
  readonly seconds: number;
  readonly nanoseconds: number;
  /** Bytes on the wire: more than the frame has if the capture cut it. */
  readonly originalLength: number;
  /** As the capture marks it, from the view of the capturing host: only cooked links and pcapng have it. */
  readonly direction: 'in' | 'out' | undefined;
  /** The interface at which it was captured; only pcapng has it. */
  readonly from: CaptureInterface | undefined;
  /** Offset of the packet's record in the file. */
  readonly offset: number;
}

/** Longer than any link carries: a longer record is a defect, not a reason to allocate memory. */
export const MAX_CAPTURED: number = 16 * 1024 * 1024;

/** Maximum number of packets in a batch: records may be so short that a piece of the file contains very many. */
export const MAX_BATCH: number = 512;

/** The problem with a record's lengths, if any. */
export function lengthDefect(captured: number, original: number): string | undefined {
  if (captured > MAX_CAPTURED) return `a record claims ${captured} bytes`;
  if (captured > original) return `a record has ${captured} bytes of a packet of ${original}`;
  return undefined;
}

/**
 * Seconds and nanoseconds of a record. Its fraction may contain whole seconds, too: some writers do that, and other
 * readers accept it. `unit`: nanoseconds per unit of the fraction.
 */
export function timeOf(seconds: number, fraction: number, unit: number): Pick<Packet, 'seconds' | 'nanoseconds'> {
  const nanoseconds = fraction * unit;
  if (nanoseconds < 1e9) return { seconds, nanoseconds };
  return { seconds: seconds + Math.floor(nanoseconds / 1e9), nanoseconds: nanoseconds % 1e9 };
}
