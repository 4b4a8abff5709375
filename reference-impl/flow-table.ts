/**
 * The SCUs in progress: found by connection, by hosts, and in the order in which they were started.
 * Units that ended are kept for reuse, up to a bound.
 */

import type { Memory } from './memory.ts';
import { Unit } from './unit.ts';
import { usualHash } from './wire/connection-hash.ts';
import type { Scratch } from './wire/scratch.ts';
import type { Segment } from './wire/segment.ts';
import { Place } from './wire/wasm/frame-module.ts';

const INITIAL_BUCKETS = 256;
/** Units to keep: each has about 3 KiB of its own. */
const MOST_SPARE = 16_384;

export class FlowTable {
  #byConnection: (Unit | undefined)[] = new Array<Unit | undefined>(INITIAL_BUCKETS).fill(undefined);
  #byHosts: (Unit | undefined)[] = new Array<Unit | undefined>(INITIAL_BUCKETS).fill(undefined);
  #size = 0;
  #oldest: Unit | undefined;
  #newest: Unit | undefined;
  readonly #spare: Unit[] = [];
  #last: Unit | undefined;
  readonly #memory: Memory;

  /** `memory`: for growing units. */
  constructor(memory: Memory) {
    this.#memory = memory;
  }

  get size(): number {
    return this.#size;
  }

  get oldest(): Unit | undefined {
    return this.#oldest;
  }

  /** The SCU of the segment's connection. */
  find(segment: Segment): Unit | undefined {
    const last = this.#last;
    if (last !== undefined && isOf(last, segment)) return last;
    let unit = this.#byConnection[segment.hash & (this.#byConnection.length - 1)];
    while (unit !== undefined && !isOf(unit, segment)) unit = unit.nextInBucket;
    if (unit !== undefined) this.#last = unit;
    return unit;
  }

  /** The SCU that the frame in `scratch` continues, by `Unit.isAlike`; undefined: check the rules. */
  findAlike(scratch: Scratch): Unit | undefined {
    const last = this.#last;
    if (last?.isAlike(scratch)) return last;
    const hash = usualHash(scratch.bytes, Place.frame);
    let unit = this.#byConnection[hash & (this.#byConnection.length - 1)];
    while (unit !== undefined && (unit === last || unit.hash !== hash || !unit.isAlike(scratch))) {
      unit = unit.nextInBucket;
    }
    if (unit !== undefined) this.#last = unit;
    return unit;
  }

  /** Every SCU between the segment's hosts, in the order in which they were started. */
  allByHosts(segment: Segment): Unit[] {
    const units: Unit[] = [];
    let unit = this.#byHosts[segment.hostHash & (this.#byHosts.length - 1)];
    for (; unit !== undefined; unit = unit.nextOfHosts) if (isBetween(unit, segment)) units.push(unit);
    return units.reverse();
  }

  /** Starts an SCU with this segment. */
  add(segment: Segment, arrival: number): Unit {
    const unit = this.#spare.pop() ?? new Unit(this.#memory);
    unit.start(segment, arrival);
    if (this.#size >= this.#byConnection.length) this.#grow();
    this.#size++;
    unit.older = this.#newest;
    unit.newer = undefined;
    if (this.#newest === undefined) this.#oldest = unit;
    else this.#newest.newer = unit;
    this.#newest = unit;
    this.#link(unit);
    this.#last = unit;
    return unit;
  }

  /** Removes an SCU. Take its contents first; the next `add` may reuse it. */
  remove(unit: Unit): void {
    this.#size--;
    if (this.#last === unit) this.#last = undefined;
    if (unit.older === undefined) this.#oldest = unit.newer;
    else unit.older.newer = unit.newer;
    if (unit.newer === undefined) this.#newest = unit.older;
    else unit.newer.older = unit.older;
    this.#unlink(unit);
    unit.drop();
    if (this.#spare.length < MOST_SPARE) this.#spare.push(unit);
  }

  /** Removes every SCU. */
  clear(): void {
    while (this.#oldest !== undefined) this.remove(this.#oldest);
  }

  #link(unit: Unit): void {
    const bucket = unit.hash & (this.#byConnection.length - 1);
    unit.nextInBucket = this.#byConnection[bucket];
    this.#byConnection[bucket] = unit;
    const hosts = unit.hostHash & (this.#byHosts.length - 1);
    const head = this.#byHosts[hosts];
    unit.previousOfHosts = undefined;
    unit.nextOfHosts = head;
    if (head !== undefined) head.previousOfHosts = unit;
    this.#byHosts[hosts] = unit;
  }

  #unlink(unit: Unit): void {
    const bucket = unit.hash & (this.#byConnection.length - 1);
    let at = this.#byConnection[bucket];
    if (at === unit) this.#byConnection[bucket] = unit.nextInBucket;
    else {
      while (at !== undefined && at.nextInBucket !== unit) at = at.nextInBucket;
      if (at !== undefined) at.nextInBucket = unit.nextInBucket;
    }
    if (unit.previousOfHosts !== undefined) unit.previousOfHosts.nextOfHosts = unit.nextOfHosts;
    else this.#byHosts[unit.hostHash & (this.#byHosts.length - 1)] = unit.nextOfHosts;
    if (unit.nextOfHosts !== undefined) unit.nextOfHosts.previousOfHosts = unit.previousOfHosts;
  }

  #grow(): void {
    const buckets = this.#byConnection.length * 4;
    this.#byConnection = new Array<Unit | undefined>(buckets).fill(undefined);
    this.#byHosts = new Array<Unit | undefined>(buckets).fill(undefined);
    for (let unit = this.#oldest; unit !== undefined; unit = unit.newer) this.#link(unit);
  }
}

function isOf(unit: Unit, segment: Segment): boolean {
  return unit.hash === segment.hash && unit.keyWords === segment.keyWords && sameKey(unit, segment, unit.keyWords);
}

function isBetween(unit: Unit, segment: Segment): boolean {
  return unit.hostWords === segment.hostWords && sameKey(unit, segment, unit.hostWords);
}

function sameKey(unit: Unit, segment: Segment, words: number): boolean {
  for (let i = 0; i < words; i++) if (unit.key[i] !== segment.key[i]) return false;
  return true;
}
