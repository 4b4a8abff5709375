/** Numbers of packets in a capture, in few words: "1 to 40, 77". */

/** Ranges that are named; what is beyond is counted alone. */
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

  /** "packet 3 of the sent"; `side`: sent, or received. */
  text(side: string): string {
    const parts = this.#ranges.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
    const isOne = parts.length === 1 && !this.#isMore && !parts[0]?.includes(' ');
    return `packet${isOne ? '' : 's'} ${parts.join(', ')}${this.#isMore ? ', ...' : ''} of the ${side}`;
  }
}
