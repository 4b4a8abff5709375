/** The places of a side's packets: their numbers in its files, as Wireshark counts them. */

import { basename } from 'node:path';

/** Number of places to remember; overlapping files have very many. */
const MOST = 65_536;

/** There is one file only, or the place is in two. */
const NO_FILE = -1;

interface Range {
  readonly first: number;
  readonly last: number;
}

interface Run {
  /** The packet's number over all files of the side, and in its own file. */
  readonly packet: number;
  readonly first: number;
  readonly file: number;
}

export class PacketPlaces {
  readonly side: 'sent' | 'received';
  readonly #files: readonly string[];
  readonly #runs: Run[] = [];

  constructor(side: 'sent' | 'received', files: readonly string[] = []) {
    this.side = side;
    this.#files = files;
  }

  /** From this packet of the side on, packets are those of a file, beginning with its packet `first`. */
  add(packet: number, file: number, first: number): void {
    if (this.#files.length < 2) return;
    const last = this.#runs.at(-1);
    if (last?.file === file && packet - last.packet === first - last.first) return;
    if (this.#runs.length < MOST) this.#runs.push({ packet, file, first });
  }

  /**
   * "sent packet 3", "sent packets 3 to 9, 12", "sent packets 3, 7 of a.pcap and 990 of a.pcap to 2 of b.pcap". `isMore`:
   * there are others.
   */
  list(ranges: readonly Range[], isMore: boolean): string {
    const places: { text: string; readonly file: number }[] = [];
    for (const range of ranges) {
      const place = this.#placeOf(range);
      const last = places.at(-1);
      if (last?.file === place.file) last.text += `, ${place.text}`;
      else places.push(place);
    }
    const texts = places.map(({ text, file }) => (file === NO_FILE ? text : `${text} of ${this.#name(file)}`));
    const [only] = ranges;
    const isOne = ranges.length === 1 && !isMore && only?.first === only?.last;
    return `${this.side} packet${isOne ? '' : 's'} ${texts.join(' and ')}${isMore ? ', ...' : ''}`;
  }

  #placeOf({ first, last }: Range): { readonly text: string; readonly file: number } {
    const from = this.#place(first);
    const to = this.#place(last);
    if (from === undefined || to === undefined) return { text: span(first, last), file: NO_FILE };
    if (from.file === to.file) return { text: span(from.number, to.number), file: from.file };
    const [begin, end] = [from, to].map(({ number, file }) => `${number} of ${this.#name(file)}`);
    return { text: `${begin} to ${end}`, file: NO_FILE };
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

function span(first: number, last: number): string {
  return first === last ? `${first}` : `${first} to ${last}`;
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
