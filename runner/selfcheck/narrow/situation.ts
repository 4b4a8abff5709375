/** What a coalescer could make depend on: everything that is true when a frame arrives. */

import type { FrameStep } from '../../../reference-impl/step.ts';
import type { Decision } from '../../../reference-impl/trace.ts';
import { type Segment, sameHosts } from '../../../reference-impl/wire/segment.ts';
import type { Arrival } from '../../judge/arrival.ts';

/** What happened on a connection last. */
export type Happened = 'nothing' | 'exception' | 'restart' | 'window-update' | 'merge' | 'dpc' | 'switch';

/** The SCU in progress on a connection, before the frame. */
export interface OpenUnit {
  readonly first: Segment;
  last: Segment;
  segments: number;
  bytes: number;
  /** PSH in any of its segments. */
  psh: boolean;
  /** A window update joined it. */
  updated: boolean;
}

export interface Flow {
  unit: OpenUnit | undefined;
  /** The latest segment, whatever became of it. */
  latest: Segment | undefined;
  happened: Happened;
  /** Before what happened last. */
  earlier: Happened;
  /** An exception came in the DPC before, or in this one. */
  exceptionBefore: boolean;
  exceptionNow: boolean;
}

export interface Session {
  /** DPCs that have ended. */
  dpcs: number;
  /** Frames of this DPC so far. */
  inDpc: number;
  /** Something was switched. */
  switched: boolean;
  /** Receive checksum offload was switched. */
  rxcsumSwitched: boolean;
  /** Frames that are no segment of a known connection came in this DPC. */
  unorderedInDpc: number;
}

export interface Situation {
  readonly arrival: number;
  readonly segment: Segment;
  readonly flow: Flow;
  /** Of its connection. */
  readonly unit: OpenUnit | undefined;
  readonly session: Session;
  /** Every connection's, by name. */
  readonly flows: ReadonlyMap<string, Flow>;
}

const NOWHERE: Flow = {
  unit: undefined,
  latest: undefined,
  happened: 'nothing',
  earlier: 'nothing',
  exceptionBefore: false,
  exceptionNow: false,
};

/** Follows a coalescer through a session by its decisions. */
export class Tracker {
  readonly #flows = new Map<string, Flow>();
  readonly #session: Session = { dpcs: 0, inDpc: 0, switched: false, rxcsumSwitched: false, unorderedInDpc: 0 };
  #current: Situation | undefined;

  /** Before the coalescer gets the frame. */
  arrive({ number, segment, connection }: Arrival): Situation {
    let flow = connection === '' ? NOWHERE : this.#flows.get(connection);
    if (flow === undefined) {
      flow = { ...NOWHERE };
      this.#flows.set(connection, flow);
    }
    const { unit } = flow;
    this.#current = { arrival: number, segment, flow, unit, session: this.#session, flows: this.#flows };
    return this.#current;
  }

  /** After the coalescer has decided on the frame. */
  decided({ did, rule }: Decision): void {
    const { segment, flow } = this.#current as Situation;
    this.#session.inDpc++;
    if (flow === NOWHERE) {
      this.#session.unorderedInDpc++;
      if (segment.kind === 'later-fragment' && did === 'alone') this.#endHosts(segment);
      return;
    }
    if (did === 'merged' && flow.unit !== undefined) {
      const { unit } = flow;
      unit.last = segment;
      unit.segments++;
      unit.bytes += segment.payloadLength;
      unit.psh ||= (segment.flags & 8) !== 0;
      unit.updated ||= rule.id === 'C7';
      happen(flow, rule.id === 'C7' ? 'window-update' : 'merge');
    } else if (did === 'alone') {
      if (rule.kind !== 'segment' || rule.ends) flow.unit = undefined;
      flow.exceptionNow = true;
      happen(flow, 'exception');
    } else {
      const { payloadLength, flags } = segment;
      const psh = (flags & 8) !== 0;
      flow.unit = { first: segment, last: segment, segments: 1, bytes: payloadLength, psh, updated: false };
      if (did === 'restarted') happen(flow, 'restart');
    }
    flow.latest = segment;
  }

  /** After a step that is no frame. */
  passed(step: FrameStep): void {
    if ('dpc' in step) {
      this.#session.dpcs++;
      this.#session.inDpc = 0;
      this.#session.unorderedInDpc = 0;
      for (const flow of this.#flows.values()) {
        flow.unit = undefined;
        flow.exceptionBefore = flow.exceptionNow;
        flow.exceptionNow = false;
        happen(flow, 'dpc');
      }
    } else if ('set' in step) {
      const { rsc4, rsc6, rxcsum } = step.set;
      this.#session.switched = true;
      if (rxcsum !== undefined) this.#session.rxcsumSwitched = true;
      for (const flow of this.#flows.values()) {
        const version = flow.unit?.first.ipVersion;
        if (rxcsum === false || (version === 4 ? rsc4 === false : rsc6 === false)) flow.unit = undefined;
        happen(flow, 'switch');
      }
    }
  }

  #endHosts(segment: Segment): void {
    for (const flow of this.#flows.values()) {
      if (flow.unit !== undefined && sameHosts(flow.unit.first, segment)) flow.unit = undefined;
    }
  }
}

function happen(flow: Flow, what: Happened): void {
  flow.earlier = flow.happened;
  flow.happened = what;
}
