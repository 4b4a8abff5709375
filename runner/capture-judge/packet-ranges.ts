/** Numbers of packets in a capture, in few words: "1 to 40, 77". */

import type { PacketPlaces } from './packet-places.ts';

/** Number of ranges to name; the rest is only counted. */
const MOST_RANGES = 4;

export class PacketRanges {
  readonly #ranges: { first: number; last: number }[] = [];
  count = 0;
  #isMore = false;

  add(packet: number): void {
    this.count++;
    const last = this.#ranges.at(-1);
    if (last !== undefined && packet >= last.first && packet <= last.last + 1) {
      last.last = Math.max(last.last, packet);
      return;
    }
    if (this.#ranges.length < MOST_RANGES) this.#ranges.push({ first: packet, last: packet });
    else this.#isMore = true;
  }

  /** "sent packet 3". */
  text(places: PacketPlaces): string {
    return places.list(this.#ranges, this.#isMore);
  }
}
