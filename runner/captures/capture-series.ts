/**
 * Several captures of one side as one, in order of time: rotated files follow each other, overlapping files are merged
 * (as mergecap does). Within a file the order stays as it is, whatever its times are.
 */

import { Capture } from './capture.ts';
import type { Packet } from './packet.ts';

/** Consecutive packets of one file, and the number of the first one in that file, from 1. */
export interface SeriesBatch {
  readonly packets: readonly Packet[];
  readonly file: number;
  readonly first: number;
  /**
   * Consecutive files were captured at one point; a file that overlaps with another was captured at a point of its own.
   */
  readonly point: number;
}

/** Facts about a file, during and after reading. */
export type CaptureFacts = Pick<Capture, 'file' | 'format' | 'interfaces' | 'size' | 'position'>;

interface Time {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** No packet of it was read yet: its time is unknown. */
const UNKNOWN: Time = { seconds: -1, nanoseconds: 0 };

export class CaptureSeries {
  readonly #members: readonly Member[];
  #live: Member[] = [];

  private constructor(members: readonly Member[]) {
    this.#members = members;
  }

  /** Throws as `Capture.open` does, for the first file that is not a capture. */
  static async open(files: readonly string[]): Promise<CaptureSeries> {
    const members: Member[] = [];
    try {
      for (const [index, file] of files.entries()) {
        const member = new Member(file, index);
        members.push(member);
        await member.open();
        if (files.length > 1) await member.peek();
      }
    } catch (error) {
      for (const member of members) await member.close();
      throw error;
    }
    return new CaptureSeries(members);
  }

  /** Bytes of the files: read so far, and in all. */
  get position(): number {
    return this.#members.reduce((sum, { facts }) => sum + facts.position, 0);
  }

  get size(): number {
    return this.#members.reduce((sum, { facts }) => sum + facts.size, 0);
  }

  /** In the order given. */
  get captures(): readonly CaptureFacts[] {
    return this.#members.map(({ facts }) => facts);
  }

  /**
   * Views of the readers’ buffers, valid until the next batch is requested. A file’s defect is reported, and the other
   * files continue.
   */
  async *batches(defect: (error: unknown) => void): AsyncGenerator<SeriesBatch, void, undefined> {
    this.#live = [...this.#members];
    let points = 0;
    for (;;) {
      const next = earliest(this.#live);
      if (next === undefined) return;
      try {
        if (!(await next.ready())) {
          this.#live = this.#live.filter((member) => member !== next);
          continue;
        }
      } catch (error) {
        defect(error);
        this.#live = this.#live.filter((member) => member !== next);
        continue;
      }
      // Its time is known only now.
      if (earliest(this.#live) !== next) continue;
      next.point ??= this.#live.some((member) => member.isBegun) ? ++points : points;
      const until = earliest(this.#live.filter((member) => member !== next));
      yield next.take(until?.time);
    }
  }

  async close(): Promise<void> {
    for (const member of this.#members) await member.close();
  }
}

/** The file whose next packet is the oldest; if several are equal, the one named first. */
function earliest(members: readonly Member[]): Member | undefined {
  let found: Member | undefined;
  for (const member of members) if (found === undefined || isBefore(member.time, found.time)) found = member;
  return found;
}

function isBefore(a: Time, b: Time): boolean {
  return a.seconds < b.seconds || (a.seconds === b.seconds && a.nanoseconds < b.nanoseconds);
}

/** One file. */
class Member {
  readonly #file: string;
  readonly #index: number;
  #capture: Capture | undefined;
  #batches: AsyncGenerator<Packet[], void, undefined> | undefined;
  #batch: readonly Packet[] = [];
  #at = 0;
  #taken = 0;
  /** Known from the first look at the file. */
  #first: Time = UNKNOWN;
  /** Of a capture that was closed. */
  #facts: CaptureFacts | undefined;
  point: number | undefined;

  constructor(file: string, index: number) {
    this.#file = file;
    this.#index = index;
  }

  get facts(): CaptureFacts {
    return this.#capture ?? (this.#facts as CaptureFacts);
  }

  /** Packets of it were taken. */
  get isBegun(): boolean {
    return this.#taken > 0;
  }

  async open(): Promise<void> {
    this.#capture = await Capture.open(this.#file);
  }

  /** Reads the first packet’s time. The file is closed again: there may be many. */
  async peek(): Promise<void> {
    try {
      await this.#fill();
    } catch {
      // It is delivered again when the file is read.
    }
    if (this.facts.size === 0) return;
    this.#first = this.#batch[0] ?? UNKNOWN;
    await this.close();
    this.#batches = undefined;
    this.#batch = [];
    this.#facts = { ...(this.#facts as CaptureFacts), position: 0 };
  }

  /** Of the next packet. */
  get time(): Time {
    return this.#batch[this.#at] ?? this.#first;
  }

  /** Whether there is a next packet; throws a defect of the file. */
  async ready(): Promise<boolean> {
    if (this.#at < this.#batch.length) return true;
    if (this.#batches === undefined && this.#capture === undefined) await this.open();
    return this.#fill();
  }

  /** The packets from the next on, up to one that is later than `until`. */
  take(until: Time | undefined): SeriesBatch {
    const from = this.#at;
    let to = this.#batch.length;
    if (until !== undefined) {
      to = from + 1;
      while (to < this.#batch.length && !isBefore(until, this.#batch[to] as Packet)) to++;
    }
    this.#at = to;
    const first = this.#taken + 1;
    this.#taken += to - from;
    const packets = from === 0 && to === this.#batch.length ? this.#batch : this.#batch.slice(from, to);
    return { packets, file: this.#index, first, point: this.point ?? 0 };
  }

  async close(): Promise<void> {
    const capture = this.#capture;
    if (capture === undefined) return;
    const { file, format, interfaces, size, position } = capture;
    this.#facts = { file, format, interfaces, size, position };
    // Its buffers go with it.
    this.#capture = undefined;
    await capture.close();
    await this.#batches?.return();
  }

  async #fill(): Promise<boolean> {
    this.#batches ??= (this.#capture as Capture).batches();
    const next = await this.#batches.next();
    this.#first = UNKNOWN;
    if (next.done === true) {
      await this.close();
      return false;
    }
    this.#batch = next.value;
    this.#at = 0;
    return true;
  }
}
