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
  /** Adds the whole records in the window (at most MAX_BATCH), moves past them; returns what the next needs at least. */
  decode(window: ReadWindow, into: Packet[]): number;
}
