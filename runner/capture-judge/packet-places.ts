/** The places of a side's packets: their numbers in its files, as Wireshark counts them. */

import { basename } from 'node:path';

/** Number of places to remember; overlapping files have very many. */
const MOST = 65_536;

interface Run {
  /** The packet's number over all files of the side, and in its own file. */
  readonly packet: number;
  readonly first: number;
  readonly file: number;
}

export class PacketPlaces {
  /** "the sent", "the received". */
  readonly side: string;
  readonly #files: readonly string[];
  readonly #runs: Run[] = [];

  constructor(side: 'sent' | 'received', files: readonly string[] = []) {
    this.side = `the ${side}`;
    this.#files = files;
  }

  /** From this packet of the side on, packets are those of a file, beginning with its packet `first`. */
  add(packet: number, file: number, first: number): void {
    if (this.#files.length < 2) return;
    const last = this.#runs.at(-1);
    if (last?.file === file && packet - last.packet === first - last.first) return;
    if (this.#runs.length < MOST) this.#runs.push({ packet, file, first });
  }

  /** "packet 3 of the sent", "packets 3 to 9 of a.pcap, the sent", "packet 990 of a.pcap to packet 2 of b.pcap, the sent". */
  text(first: number, last: number): string {
    const from = this.#place(first);
    const to = this.#place(last);
    if (from === undefined || to === undefined) return `${numbers([{ first, last }])} of ${this.side}`;
    if (from.file === to.file)
      return `${numbers([{ first: from.number, last: to.number }])} of ${this.#name(from.file)}, ${this.side}`;
    return `packet ${from.number} of ${this.#name(from.file)} to packet ${to.number} of ${this.#name(to.file)}, ${this.side}`;
  }

  /** The same for several ranges; `isMore`: there are others. */
  list(ranges: readonly { readonly first: number; readonly last: number }[], isMore: boolean): string {
    if (this.#files.length < 2) return `${numbers(ranges, isMore)} of ${this.side}`;
    return `${ranges.map(({ first, last }) => this.text(first, last)).join('; ')}${isMore ? '; ...' : ''}`;
  }

  #place(packet: number): { readonly file: number; readonly number: number } | undefined {
    let low = 0;
    let high = this.#runs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#runs[middle] as Run).packet <= packet) low = middle + 1;
      else high = middle;
    }
    const run = this.#runs[low - 1];
    // Beyond what is remembered, only the number over all files is known.
    if (run === undefined || (low === this.#runs.length && low === MOST)) return undefined;
    return { file: run.file, number: run.first + packet - run.packet };
  }

  #name(file: number): string {
    return basename(this.#files[file] as string);
  }
}

/** "packet 3", "packets 3 to 9, 12". */
function numbers(ranges: readonly { readonly first: number; readonly last: number }[], isMore = false): string {
  const parts = ranges.map(({ first, last }) => (first === last ? `${first}` : `${first} to ${last}`));
  const isOne = parts.length === 1 && !isMore && !parts[0]?.includes(' ');
  return `packet${isOne ? '' : 's'} ${parts.join(', ')}${isMore ? ', ...' : ''}`;
}

/** For both sides, to name packets. */
export interface PairPlaces {
  readonly sent: PacketPlaces;
  readonly received: PacketPlaces;
}

/** For one file on each side. */
export const PLAIN_PLACES: PairPlaces = {
  sent: new PacketPlaces('sent'),
  received: new PacketPlaces('received'),
};
