/** Finds the arrivals of a stream that may be at a place in a payload without checking each: floods have thousands of equal ones. */

import { sameBytes } from '../../../reference-impl/wire/bytes.ts';

/** The number of payload bytes in the key of the index. */
const WORD = 4;

export interface Filed {
  readonly frame: Uint8Array;
  /** Equal frames have the same bytes here. */
  readonly joined: Uint8Array;
  readonly from: number;
  readonly to: number;
  /** Only frames with the same weight are equal. */
  readonly weight: number | undefined;
}

/** Frames with the same bytes and weight: their places in the stream, in order. */
interface Alike {
  readonly one: Filed;
  readonly places: number[];
}

export class FrameIndex {
  /** By the first bytes of their payload. */
  readonly #byWord = new Map<number, Alike[]>();
  /** Payloads that are shorter. */
  readonly #short: Alike[] = [];

  constructor(frames: readonly Filed[]) {
    const known = new Map<number, Alike[]>();
    frames.forEach((one, place) => {
      const key = keyOf(one);
      const alike = known
        .get(key)
        ?.find(({ one: first }) => first.weight === one.weight && sameBytes(first.joined, one.joined));
      if (alike !== undefined) {
        alike.places.push(place);
        return;
      }
      const fresh = { one, places: [place] };
      add(known, key, fresh);
      if (one.to - one.from < WORD) this.#short.push(fresh);
      else add(this.#byWord, wordAt(one.frame, one.from), fresh);
    });
  }

  /** The first place of each kind from `begin` to `end`, both inclusive, whose payload may be at `offset` of a frame; ascending. */
  places(begin: number, end: number, frame: Uint8Array, offset: number): number[] {
    const found: number[] = [];
    const look = ({ places }: Alike): void => {
      const place = firstFrom(places, begin);
      if (place !== undefined && place <= end) found.push(place);
    };
    if (offset + WORD <= frame.length) this.#byWord.get(wordAt(frame, offset))?.forEach(look);
    this.#short.forEach(look);
    return found.sort((a, b) => a - b);
  }
}

function add(lists: Map<number, Alike[]>, key: number, one: Alike): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [one]);
  else list.push(one);
}

/** Of ascending places, the first that is not before `begin`. */
function firstFrom(places: readonly number[], begin: number): number | undefined {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] as number) < begin) low = middle + 1;
    else high = middle;
  }
  return places[low];
}

function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)
  );
}

/** A hash of all bytes, because payloads may share a long beginning. */
function keyOf({ joined }: Filed): number {
  let key = joined.length;
  for (let i = 0; i < joined.length; i++) key = (Math.imul(key, 31) + (joined[i] as number)) | 0;
  return key;
}
