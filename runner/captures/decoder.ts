import type { CaptureInterface } from './capture-interface.ts';
import type { Packet } from './packet.ts';
import type { ReadWindow } from './read-window.ts';

/** A capture format. */
export interface Decoder {
  readonly format: 'pcap' | 'pcapng';
  /** Times so far are finer than microseconds. */
  readonly isNano: boolean;
  /** The interfaces described so far; empty if the format describes none. */
  readonly interfaces: readonly CaptureInterface[];
  /**
   * Adds the complete records in the window (at most MAX_BATCH) and moves past them; returns the number of bytes that
   * the next record needs at least.
   */
  decode(window: ReadWindow, into: Packet[]): number;
}
