/** Builds vectors: sends segments on connections and keeps their current numbers. */

import type { Setting } from '../reference-impl/step.ts';
import { expandSegment } from './expand.ts';
import type { Connection, SegmentSpec, Step } from './vector.ts';

/** IP version and timestamps: the last element of a vector's id. */
export interface Variant {
  readonly name: string;
  readonly ipVersion: 4 | 6;
  readonly timestamps: boolean;
}

export const IPV4: Variant = { name: 'ipv4', ipVersion: 4, timestamps: false };
export const IPV6: Variant = { name: 'ipv6', ipVersion: 6, timestamps: false };
export const IPV4_TS: Variant = { name: 'ipv4-ts', ipVersion: 4, timestamps: true };
export const IPV6_TS: Variant = { name: 'ipv6-ts', ipVersion: 6, timestamps: true };
export const PLAIN: readonly Variant[] = [IPV4, IPV6];
export const STAMPED: readonly Variant[] = [IPV4_TS, IPV6_TS];
export const ALL: readonly Variant[] = [IPV4, IPV6, IPV4_TS, IPV6_TS];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Fields = Mutable<SegmentSpec>;

/** Payload length if it does not matter: long enough that no frame is padded. */
export const USUAL_LENGTH = 100;
const FIRST_WINDOW = 1000;
const UPDATED_WINDOW = 30_000;
const FIRST_TSVAL = 7000;
const TSECR = 4000;

interface Flow {
  nxt: number;
  /** The next datagram's place in the stream: TCP and UDP between the same ports have no bytes in common. */
  datagramAt: number;
  ack: number;
  id: number;
  defaults: SegmentSpec;
}

/** Window and TSval are set last, one value for each run, so that a run's last window is unique. */
interface Sent {
  fields: Fields;
  window: 'run' | 'new' | 'same' | 'given';
  stamped: boolean;
  tune: Tune | undefined;
}

/** Changes a segment after everything else is set; `frameOf` expands any version of it. */
export type Tune = (
  fields: SegmentSpec,
  frameOf: (fields: SegmentSpec) => Uint8Array,
  others: readonly SegmentSpec[],
) => SegmentSpec;

export interface SceneOptions {
  readonly connections?: number;
  /** Whether connections share a source address and differ in its port, or the other way round. */
  readonly hosts?: 'one' | 'distinct';
}

export class Scene {
  readonly variant: Variant;
  readonly connections: number;
  readonly hosts: 'one' | 'distinct';
  readonly #flows: Flow[];
  readonly #steps: ({ readonly sent: Sent } | { readonly step: Step })[] = [];
  #current = 0;
  #arrivals = 0;
  #inDpc = 0;
  #longest = 0;

  constructor(variant: Variant, options: SceneOptions = {}) {
    this.variant = variant;
    this.connections = options.connections ?? 1;
    this.hosts = options.hosts ?? 'one';
    this.#flows = Array.from({ length: this.connections }, (_, i) => ({
      nxt: 1_000_000 * (i + 1),
      datagramAt: 0x8000_0000 + 1_000_000 * i,
      ack: 500_000 * (i + 1),
      id: 0x1000 + (this.connections > 64 ? 8 : 0x200) * i,
      defaults: {},
    }));
  }

  /** Frames sent so far; the next one's arrival number. */
  get arrivals(): number {
    return this.#arrivals;
  }

  /** Most frames in one DPC so far. */
  get longestDpc(): number {
    return Math.max(this.#longest, this.#inDpc);
  }

  /** SEQ of the current connection's next segment. */
  get nxt(): number {
    return this.#flow.nxt;
  }

  get ackNumber(): number {
    return this.#flow.ack;
  }

  get #flow(): Flow {
    return this.#flows[this.#current] as Flow;
  }

  /** Sends the next segments on this connection. */
  on(connection: number): this {
    this.#current = connection;
    return this;
  }

  /** Sets fields of all later segments of the connection. */
  always(fields: SegmentSpec): this {
    this.#flow.defaults = { ...this.#flow.defaults, ...fields };
    return this;
  }

  /** Sets the current numbers. */
  from(seq: number, ack?: number): this {
    this.#flow.nxt = seq >>> 0;
    if (ack !== undefined) this.#flow.ack = ack >>> 0;
    return this;
  }

  /** A data segment at NXT. With another `seq` it is a retransmission or a gap, and NXT moves only forward. */
  data(length: number = USUAL_LENGTH, fields: SegmentSpec = {}): this {
    const flow = this.#flow;
    const seq = fields.seq ?? flow.nxt;
    flow.ack = fields.ack ?? flow.ack;
    const end = (seq + length) >>> 0;
    if (((end - flow.nxt) | 0) > 0) flow.nxt = end;
    return this.#send({ seq, ack: flow.ack, payload: length, ...fields }, 'run');
  }

  /** `count` data segments. */
  run(count: number, length: number = USUAL_LENGTH, fields: SegmentSpec = {}): this {
    for (let i = 0; i < count; i++) this.data(length, fields);
    return this;
  }

  /** Data without the variant's timestamps. */
  unstamped(length: number = USUAL_LENGTH): this {
    return this.data(length, { timestamps: undefined } as unknown as SegmentSpec);
  }

  /** A pure ACK that acknowledges more. */
  ack(fields: SegmentSpec = {}): this {
    const flow = this.#flow;
    flow.ack = fields.ack ?? (flow.ack + 1000) >>> 0;
    return this.#send({ seq: flow.nxt, ack: flow.ack, ...fields }, 'run');
  }

  windowUpdate(fields: SegmentSpec = {}): this {
    return this.#send({ seq: this.#flow.nxt, ack: this.#flow.ack, ...fields }, 'new');
  }

  duplicate(fields: SegmentSpec = {}): this {
    return this.#send({ seq: this.#flow.nxt, ack: this.#flow.ack, ...fields }, 'same');
  }

  /** A data segment that moves no numbers: it is lost, or not a segment at all. */
  unsequenced(length: number = USUAL_LENGTH, fields: SegmentSpec = {}): this {
    return this.#send({ seq: this.#flow.nxt, ack: this.#flow.ack, payload: length, ...fields }, 'run');
  }

  /** A UDP datagram: the next `length` bytes of the connection's stream. */
  datagram(length: number = USUAL_LENGTH, fields: SegmentSpec = {}): this {
    const flow = this.#flow;
    const seq = flow.datagramAt;
    flow.datagramAt += length;
    return this.#send({ transport: 'udp', seq, payload: length, ...fields }, 'given');
  }

  /** `count` datagrams. */
  datagrams(count: number, length: number = USUAL_LENGTH, fields: SegmentSpec = {}): this {
    for (let i = 0; i < count; i++) this.datagram(length, fields);
    return this;
  }

  /** Changes the last frame after windows and timestamps are known. */
  tune(tune: Tune): this {
    const last = this.#steps.at(-1);
    if (last !== undefined && 'sent' in last) last.sent.tune = tune;
    return this;
  }

  dpc(): this {
    this.#longest = this.longestDpc;
    this.#inDpc = 0;
    this.#steps.push({ step: { endOfDpc: true } });
    return this;
  }

  wait(microseconds: number): this {
    this.#steps.push({ step: { wait: microseconds } });
    return this;
  }

  set(setting: Setting): this {
    this.#steps.push({ step: { set: setting } });
    return this;
  }

  /**
   * The steps, given the groups in which they should come out. Adds a missing end of a DPC. `move` may change fields and
   * connections after they are set, and returns the connections.
   */
  finish(
    groups: readonly (readonly number[])[],
    move: (segments: Fields[], own: { readonly windows: boolean; readonly bytes: boolean }) => readonly Connection[],
  ): Step[] {
    const last = this.#steps.at(-1);
    if (last === undefined || 'sent' in last || !('endOfDpc' in last.step)) this.dpc();
    this.#settle(groups);
    const sent = this.#steps.filter((entry) => 'sent' in entry).map((entry) => entry.sent);
    const all = sent.map(({ fields }) => fields);
    const connections = move(all, {
      windows: sent.some(({ window, fields }) => window === 'given' && 'window' in fields),
      bytes: sent.some(({ tune }) => tune !== undefined),
    });
    return this.#steps.map((entry) => {
      if ('step' in entry) return entry.step;
      const { fields, tune } = entry.sent;
      const connection = connections[fields.connection ?? 0] as Connection;
      const frameOf = (changed: SegmentSpec): Uint8Array => expandSegment(changed, connection);
      return { receive: tune === undefined ? fields : tune(fields, frameOf, all) };
    });
  }

  #settle(groups: readonly (readonly number[])[]): void {
    const runOf = new Map<number, number>();
    groups.forEach((group, run) => {
      for (const arrival of group) runOf.set(arrival, run);
    });
    const last = new Map<number, { window: number; run: number }>();
    let arrival = 0;
    for (const entry of this.#steps) {
      if (!('sent' in entry)) continue;
      const { fields, window, stamped } = entry.sent;
      const run = runOf.get(arrival) ?? 0;
      const connection = fields.connection ?? 0;
      const before = last.get(connection);
      if (window === 'new') fields.window = UPDATED_WINDOW + arrival;
      else if (window === 'same') fields.window = before?.window ?? FIRST_WINDOW;
      else if (window === 'run') fields.window = before?.run === run ? before.window : FIRST_WINDOW + run;
      last.set(connection, { window: fields.window ?? FIRST_WINDOW, run });
      if (stamped) fields.timestamps = [FIRST_TSVAL + run, TSECR];
      arrival++;
    }
  }

  #send(fields: SegmentSpec, window: Sent['window']): this {
    const flow = this.#flow;
    const whole: Fields = {};
    if (this.#current > 0) whole.connection = this.#current;
    if (this.variant.ipVersion === 4) whole.id = flow.id++;
    const stamped = this.variant.timestamps && !('timestamps' in fields) && !('timestamps' in flow.defaults);
    if (stamped) whole.timestamps = [FIRST_TSVAL, TSECR];
    Object.assign(whole, flow.defaults, fields);
    for (const key of Object.keys(whole) as (keyof Fields)[]) if (whole[key] === undefined) delete whole[key];
    const given = 'window' in whole;
    this.#steps.push({ sent: { fields: whole, window: given ? 'given' : window, stamped, tune: undefined } });
    this.#arrivals++;
    this.#inDpc++;
    return this;
  }
}
