/** One side of the pair while it is read: its files in order of time, of the chosen interfaces, each frame once. */

import type { CaptureInterface } from '../captures/capture-interface.ts';
import { CaptureSeries } from '../captures/capture-series.ts';
import type { Packet } from '../captures/packet.ts';
import { type Stop, untilStopped } from '../captures/stop.ts';
import { CaptureChoice } from './capture-choice.ts';
import { FrameCopies } from './frame-copies.ts';
import { KindCounts } from './frame-kind.ts';
import { PacketPlaces } from './packet-places.ts';
import { type SideFacts, sideFacts } from './side-facts.ts';
import { SideTimes } from './side-times.ts';

/** Bytes and packets that may wait unexplained on one side. */
const MOST_BYTES = 48 * 1024 * 1024;
const MOST_PACKETS = 32_768;

export interface SideOptions {
  readonly side: 'sent' | 'received';
  readonly files: readonly string[];
  /** Names, descriptions or numbers; empty: all. */
  readonly interfaces: readonly string[];
  /** Maximum number of packets to read. */
  readonly most: number;
  /** Ends the reading. */
  readonly stop: Stop;
}

export class CaptureSide {
  /** Packets read, including those of other interfaces and copies: their number in the files. */
  packets = 0;
  /** Of these, those at interfaces that were not chosen. */
  others = 0;
  isAtEnd = false;
  /** Unexplained bytes and packets. */
  waiting = 0;
  waitingPackets = 0;
  readonly kinds: KindCounts = new KindCounts();
  readonly copies: FrameCopies = new FrameCopies();
  readonly times: SideTimes = new SideTimes();
  readonly places: PacketPlaces;
  readonly #options: SideOptions;
  readonly #series: CaptureSeries;
  readonly #choice: CaptureChoice;
  readonly #batches: ReturnType<CaptureSeries['batches']>;
  #point = 0;
  #isMarked = false;
  #isSeveral = false;

  private constructor(options: SideOptions, series: CaptureSeries, choice: CaptureChoice, defects: unknown[]) {
    this.#options = options;
    this.#series = series;
    this.#choice = choice;
    this.places = new PacketPlaces(options.side, options.files);
    this.#batches = untilStopped(
      series.batches((error) => defects.push(error)),
      options.stop,
    );
  }

  /**
   * Throws UsageError if a file is not a capture, or has no interfaces to choose from. `defects` collects the defects
   * of files.
   */
  static async open(options: SideOptions, defects: unknown[]): Promise<CaptureSide> {
    const series = await CaptureSeries.open(options.files);
    const choice = new CaptureChoice(`${options.side}-interface`, options.interfaces);
    try {
      choice.check(series.captures);
    } catch (error) {
      await series.close();
      throw error;
    }
    return new CaptureSide(options, series, choice, defects);
  }

  /** One of its files has several interfaces. */
  get hasPoints(): boolean {
    return this.#isMarked && this.#isSeveral;
  }

  get isFull(): boolean {
    return this.waiting >= MOST_BYTES || this.waitingPackets >= MOST_PACKETS;
  }

  /** Bytes of the files: read so far, and in all. */
  get position(): number {
    return this.#series.position;
  }

  get size(): number {
    return this.#series.size;
  }

  /** Its files have sizes: none of them is a pipe. */
  get isAgainReadable(): boolean {
    return this.#series.captures.every(({ size }) => size > 0);
  }

  /** Every interface that a file describes; the same one in consecutive files counts once. */
  get interfaces(): readonly CaptureInterface[] {
    return this.#series.captures.flatMap(({ interfaces }) => interfaces);
  }

  get facts(): SideFacts {
    const captures = this.#series.captures.map(({ interfaces }) => interfaces);
    return sideFacts(this, this.#options.files, captures, (one) => this.#choice.takes(one));
  }

  /** The next packets; `take` decides which of them count. */
  async next(): Promise<readonly Packet[]> {
    const next = this.packets >= this.#options.most ? { done: true as const } : await this.#batches.next();
    if (next.done === true) {
      this.isAtEnd = true;
      return [];
    }
    const { packets, file, first, point } = next.value;
    this.places.add(this.packets + 1, file, first);
    this.#point = point;
    this.#isSeveral ||= (this.#series.captures[file]?.interfaces.length ?? 0) > 1;
    this.#isMarked ||= point > 0 || this.#isSeveral;
    this.copies.look(packets);
    return packets;
  }

  /** Its number over all files, from 1; undefined: it is not judged. */
  take(packet: Packet): number | undefined {
    const number = ++this.packets;
    if (!this.#choice.takes(packet.from)) {
      this.others++;
      return undefined;
    }
    this.times.add(packet);
    return this.copies.isCopy(packet, this.pointOf(packet), this.#isMarked) ? undefined : number;
  }

  /** The point where a packet was captured: each interface is one, and so is each file recorded at the same time. */
  pointOf({ from }: Packet): number {
    return this.#point * 65_536 + (from?.number ?? 0);
  }

  /** A choice that no file has, known once everything is read. */
  get unknownChoice(): Error | undefined {
    return this.#choice.unknown(this.interfaces, this.#options.files.join(', '));
  }

  /** A stop does not wait for a file that is still being read. */
  async close(): Promise<void> {
    const closed = this.#series.close();
    if (!this.#options.stop.isStopped) await closed;
  }
}
