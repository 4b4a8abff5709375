/**
 * A connection and its twin, at the same sequence number. The twin sends first and continues where the other one is, so
 * that a segment that is mistaken for the other connection's joins its unit. The class also keeps the expected output.
 */

import type { VlanTag } from '../reference-impl/wire/ethernet.ts';
import { Scene, USUAL_LENGTH, type Variant } from './scene.ts';
import type { SegmentSpec } from './vector.ts';

const ONE = 0;
const TWIN = 1;
const WAIT = 20;

export class FlowTour {
  readonly scene: Scene;
  readonly #ended: number[][] = [];
  /** In the order in which they were started. */
  #open: { readonly connection: number; readonly arrivals: number[] }[] = [];
  #next = 10_000;

  /** Only tags distinguish the two connections. */
  readonly isTagged: boolean;

  /** `tags`: those of the connection and of its twin, if only tags distinguish them. */
  constructor(variant: Variant, connections: number, tags?: readonly [readonly VlanTag[], readonly VlanTag[]]) {
    this.scene = new Scene(variant, { connections });
    this.isTagged = tags !== undefined;
    if (tags === undefined) return;
    // The same stream, with other bytes to distinguish them.
    this.scene.on(TWIN).always({ tags: tags[1], payloadVersion: 1 });
    this.scene.on(ONE).always({ tags: tags[0] });
  }

  /** The expected output of the DPCs that have ended. */
  get groups(): readonly (readonly number[])[] {
    return this.#ended;
  }

  /** Both begin a unit at the same place, far from where they were. */
  begin(fields: SegmentSpec = {}, length: number = USUAL_LENGTH, at: number = this.#fresh()): this {
    for (const connection of [ONE, TWIN]) {
      this.scene.on(connection).from(at, 900);
      this.#start(connection, length, fields);
    }
    return this;
  }

  /** Both continue. */
  round(fields: SegmentSpec = {}, length: number = USUAL_LENGTH): this {
    for (const connection of [TWIN, ONE]) this.#join(connection, length, fields);
    return this;
  }

  rounds(count: number, fields: SegmentSpec = {}, length: number = USUAL_LENGTH): this {
    for (let i = 0; i < count; i++) this.round(fields, length);
    return this;
  }

  windowUpdates(): this {
    for (const connection of [TWIN, ONE]) {
      this.#unitOf(connection)?.push(this.scene.arrivals);
      this.scene.on(connection).windowUpdate();
    }
    return this;
  }

  /** Both leave a gap: each starts a new unit at the same place. */
  gap(): this {
    const at = this.#fresh();
    for (const connection of [ONE, TWIN]) {
      this.#end(connection);
      this.scene.on(connection).from(at);
      this.#start(connection, USUAL_LENGTH, {});
    }
    return this;
  }

  /** An exception on the twin only; it moves no numbers. */
  exception(): this {
    this.#end(TWIN);
    this.#ended.push([this.scene.arrivals]);
    this.scene.on(TWIN).windowUpdate({ flags: 'RA' });
    return this;
  }

  /** The twin starts a unit where the other connection is. */
  twinStarts(fields: SegmentSpec = {}): this {
    this.#start(TWIN, USUAL_LENGTH, fields);
    return this;
  }

  /** The twin is first, and the other connection goes on where it ends. */
  twinFirst(): this {
    const at = this.#fresh();
    this.scene.on(TWIN).from(at, 900);
    this.#start(TWIN, USUAL_LENGTH, {});
    this.scene.on(ONE).from(at + USUAL_LENGTH, 900);
    this.#start(ONE, USUAL_LENGTH, {});
    return this;
  }

  /** The other connection is first, and the twin goes on where it ends. */
  twinSecond(): this {
    const at = this.#fresh();
    this.scene.on(ONE).from(at, 900);
    this.#start(ONE, USUAL_LENGTH, {});
    this.scene.on(TWIN).from(at + USUAL_LENGTH, 900);
    this.#start(TWIN, USUAL_LENGTH, {});
    return this;
  }

  /** Both begin with a pure ACK. */
  beginWithAck(): this {
    const at = this.#fresh();
    for (const connection of [ONE, TWIN]) {
      this.#open.push({ connection, arrivals: [this.scene.arrivals] });
      this.scene.on(connection).from(at, 900).ack();
    }
    return this;
  }

  /** A segment of a connection beside the two. */
  beside(connection: number): this {
    this.#join(connection, USUAL_LENGTH, {});
    return this;
  }

  /** An exception on a connection beside the two. */
  exceptionBeside(connection: number): this {
    this.#end(connection);
    this.#ended.push([this.scene.arrivals]);
    this.scene.on(connection).windowUpdate({ flags: 'RA' });
    return this;
  }

  /** A frame that is not a segment. */
  noSegment(): this {
    this.#ended.push([this.scene.arrivals]);
    this.scene.on(ONE).unsequenced(USUAL_LENGTH, { corrupt: { dataOffset: 4 } });
    return this;
  }

  wait(): this {
    this.scene.wait(WAIT);
    return this;
  }

  dpc(): this {
    this.#ended.push(...this.#open.map(({ arrivals }) => arrivals));
    this.#open = [];
    this.scene.dpc();
    return this;
  }

  #fresh(): number {
    this.#next += 100_000;
    return this.#next;
  }

  #unitOf(connection: number): number[] | undefined {
    return this.#open.find((unit) => unit.connection === connection)?.arrivals;
  }

  #start(connection: number, length: number, fields: SegmentSpec): void {
    this.#open.push({ connection, arrivals: [this.scene.arrivals] });
    this.scene.on(connection).data(length, fields);
  }

  #join(connection: number, length: number, fields: SegmentSpec): void {
    const unit = this.#unitOf(connection);
    if (unit === undefined) {
      this.#start(connection, length, fields);
      return;
    }
    unit.push(this.scene.arrivals);
    this.scene.on(connection).data(length, fields);
  }

  #end(connection: number): void {
    const unit = this.#unitOf(connection);
    if (unit === undefined) return;
    this.#ended.push(unit);
    this.#open = this.#open.filter(({ arrivals }) => arrivals !== unit);
  }
}
