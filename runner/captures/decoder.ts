import type { Packet } from './packet.ts';
import type { ReadWindow } from './read-window.ts';

/** A capture format. */
export interface Decoder {
  readonly format: 'pcap' | 'pcapng';
  /** Times so far are finer than microseconds. */
  readonly isNano: boolean;
  /** Adds every whole record in the window, moves past them; returns how many bytes the next needs at least. */
  decode(window: ReadWindow, into: Packet[]): number;
}
