/** Everything that a fault could depend on when a frame arrives. */

import type { FrameStep } from '../../../reference-impl/step.ts';
import type { Decision } from '../../../reference-impl/trace.ts';
import { type Segment, sameHosts } from '../../../reference-impl/wire/segment.ts';
import { TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import type { Arrival } from '../../judge/arrival.ts';

/** The last event on a connection. */
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
  /** Smallest TTL in it. */
  lowest: number;
}

export interface Flow {
  unit: OpenUnit | undefined;
  /** The latest segment, whatever its outcome. */
  latest: Segment | undefined;
  happened: Happened;
  /** The event before the last one. */
  earlier: Happened;
  /** An exception came in the DPC before, or in this one. */
  exceptionBefore: boolean;
  exceptionNow: boolean;
  /** Its place among the connections of this DPC, from 1 in order of arrival; 0: it is not among them yet. */
  place: number;
  /** Frames of it so far. */
  arrivals: number;
  /** Units of this DPC that it has started. */
  unitsInDpc: number;
  /** DPCs that have ended since its first frame. */
  dpcs: number;
  /** Frames of it in this DPC. */
  inDpc: number;
  /** The connection was known, and the previous DPC had none of its frames. */
  wasIdle: boolean;
  /** The unit before the one in progress had PSH. */
  pushedBefore: boolean;
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
  /** RSC was switched. */
  rscSwitched: boolean;
  /** Fragments came, or a segment that IPsec protected. */
  fragmented: boolean;
  protected: boolean;
  /** IP versions for which RSC is off, and whether datagrams are coalesced. */
  off: readonly number[];
  uro: boolean;
  /** Something waited in this DPC. */
  waited: boolean;
  /** Frames that are no segment of a known connection came in this DPC. */
  unorderedInDpc: number;
  /** Connections of this DPC so far. */
  connectionsInDpc: number;
  /** The previous frame in this DPC. */
  previous: { readonly flow: Flow; readonly ipVersion: number; readonly did: Decision['did'] } | undefined;
}

export interface Situation {
  readonly arrival: number;
  readonly segment: Segment;
  readonly flow: Flow;
  /** The state of its connection. */
  readonly unit: OpenUnit | undefined;
  readonly session: Session;
  /** The states of all connections, by name. */
  readonly flows: ReadonlyMap<string, Flow>;
}

const NOWHERE: Flow = {
  unit: undefined,
  latest: undefined,
  happened: 'nothing',
  earlier: 'nothing',
  exceptionBefore: false,
  exceptionNow: false,
  place: 0,
  arrivals: 0,
  unitsInDpc: 0,
  dpcs: 0,
  inDpc: 0,
  wasIdle: false,
  pushedBefore: false,
};

const AT_FIRST: Session = {
  dpcs: 0,
  inDpc: 0,
  switched: false,
  rxcsumSwitched: false,
  rscSwitched: false,
  fragmented: false,
  protected: false,
  off: [],
  uro: false,
  waited: false,
  unorderedInDpc: 0,
  connectionsInDpc: 0,
  previous: undefined,
};

/** Follows a coalescer's decisions through a session. */
export class Tracker {
  readonly #flows = new Map<string, Flow>();
  readonly #session: Session = { ...AT_FIRST };
  #current: Situation | undefined;

  /** Before the coalescer gets the frame. */
  arrive({ number, segment, connection }: Arrival): Situation {
    let flow = connection === '' ? NOWHERE : this.#flows.get(connection);
    if (flow === undefined) {
      flow = { ...NOWHERE };
      this.#flows.set(connection, flow);
    }
    if (flow !== NOWHERE && flow.place === 0) flow.place = ++this.#session.connectionsInDpc;
    const { unit } = flow;
    this.#current = { arrival: number, segment, flow, unit, session: this.#session, flows: this.#flows };
    return this.#current;
  }

  /** After the coalescer has decided on the frame. */
  decided({ did, rule }: Decision): void {
    const { segment, flow } = this.#current as Situation;
    const session = this.#session;
    session.inDpc++;
    session.fragmented ||= segment.kind.endsWith('fragment');
    session.protected ||= segment.ipsec;
    session.previous = { flow, ipVersion: segment.ipVersion, did };
    if (flow === NOWHERE) {
      session.unorderedInDpc++;
      if (segment.kind === 'later-fragment' && did === 'alone') this.#endHosts(segment);
      return;
    }
    if (did === 'merged' && flow.unit !== undefined) {
      const { unit } = flow;
      unit.last = segment;
      unit.segments++;
      unit.bytes += segment.payloadLength;
      unit.psh ||= isPushed(segment);
      unit.lowest = Math.min(unit.lowest, segment.ttl);
      const isUpdate = rule.kind === 'action' && rule.does === 'window-update';
      unit.updated ||= isUpdate;
      happen(flow, isUpdate ? 'window-update' : 'merge');
    } else if (did === 'alone') {
      if (rule.kind !== 'segment' || rule.ends) end(flow);
      flow.exceptionNow = true;
      happen(flow, 'exception');
    } else {
      end(flow);
      flow.unit = unitOf(segment);
      flow.unitsInDpc++;
      if (did === 'restarted') happen(flow, 'restart');
    }
    flow.latest = segment;
    flow.inDpc++;
    flow.arrivals++;
  }

  /** After a step that is no frame. */
  passed(step: FrameStep): void {
    const session = this.#session;
    if ('dpc' in step) {
      session.dpcs++;
      Object.assign(session, { inDpc: 0, waited: false, unorderedInDpc: 0, connectionsInDpc: 0, previous: undefined });
      for (const flow of this.#flows.values()) {
        end(flow);
        flow.exceptionBefore = flow.exceptionNow;
        flow.exceptionNow = false;
        flow.place = 0;
        flow.unitsInDpc = 0;
        flow.wasIdle = flow.inDpc === 0;
        flow.inDpc = 0;
        flow.dpcs++;
        happen(flow, 'dpc');
      }
    } else if ('set' in step) {
      const { rsc4, rsc6, rxcsum } = step.set;
      session.switched = true;
      if (rsc4 !== undefined || rsc6 !== undefined) session.rscSwitched = true;
      if (rxcsum !== undefined) session.rxcsumSwitched = true;
      session.uro = step.set.uro ?? session.uro;
      for (const [version, on] of [[4, rsc4] as const, [6, rsc6] as const])
        if (on !== undefined)
          session.off = [...session.off.filter((other) => other !== version), ...(on ? [] : [version])];
      for (const flow of this.#flows.values()) {
        const version = flow.unit?.first.ipVersion;
        if (rxcsum === false || (version === 4 ? rsc4 === false : rsc6 === false)) end(flow);
        happen(flow, 'switch');
      }
    } else if ('wait' in step && step.wait > 0) session.waited = true;
  }

  #endHosts(segment: Segment): void {
    for (const flow of this.#flows.values()) {
      if (flow.unit !== undefined && sameHosts(flow.unit.first, segment)) end(flow);
    }
  }
}

const isPushed = ({ flags }: Segment): boolean => (flags & TcpFlag.psh) !== 0;

function unitOf(segment: Segment): OpenUnit {
  const { payloadLength, ttl } = segment;
  return {
    first: segment,
    last: segment,
    segments: 1,
    bytes: payloadLength,
    psh: isPushed(segment),
    updated: false,
    lowest: ttl,
  };
}

function end(flow: Flow): void {
  if (flow.unit !== undefined) flow.pushedBefore = flow.unit.psh;
  flow.unit = undefined;
}

function happen(flow: Flow, what: Happened): void {
  flow.earlier = flow.happened;
  flow.happened = what;
}
