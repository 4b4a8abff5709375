/** The connections and steps that a random session sends, in the form of a vector. */

import { formatAddress, parseAddress } from '../../reference-impl/wire/address.ts';
import { USUAL_DESTINATION } from '../../vectors/plan.ts';
import { moveBy } from '../../vectors/symmetries.ts';
import type { Draft, Fields } from '../../vectors/symmetry-parts.ts';
import type { Connection, SegmentSpec, Step } from '../../vectors/vector.ts';
import { distanceBy } from './drawn-values.ts';
import {
  type FuzzFlow,
  type FuzzRun,
  type FuzzSegment,
  type FuzzSession,
  type Kind,
  OTHER_VID,
} from './fuzz-session.ts';
import { type Twisted, type TwistName, twist } from './twists.ts';

export interface SessionSteps {
  readonly connections: readonly Connection[];
  readonly steps: readonly Step[];
}

const FIRST_WINDOW = 1000;
const FIRST_TSVAL = 7000;
const FIRST_TSECR = 4000;
const FIRST_VID = 256;
/** DPCs and updates add to it. */
const MOST_WINDOW = 65_000;
/** Frames with more payload need no padding. */
const PADDED = 20;
/** Kinds after which the flow goes on from their end; so does data of every kind. */
const MOVING: readonly Kind[] = ['overlap', 'gap', 'gap-by', 'overlap-by', 'shorter', 'longer', 'as-first'];
const WITHOUT_PAYLOAD: readonly Kind[] = ['window-update', 'duplicate', 'ack', 'old-ack', 'window-update-by', 'ack-by'];

interface FlowState {
  readonly index: number;
  /** Of a flow that has the first one's ends. */
  readonly vid: number | undefined;
  readonly is4: boolean;
  nxt: number;
  ack: number;
  window: number;
  tsval: number;
  tsecr: number;
  always: TwistName;
}

/**
 * `address` (from 0) gives the session its own hosts, so that sessions can share a burst. Arrivals differ as far as a wire
 * allows: each IPv4 Identification is used once, and each DPC has its own window.
 */
export function sessionSteps({ uro, focus, flows, ops: all }: FuzzSession, address: number): SessionSteps {
  const ops = all.flatMap((op) => (op.op === 'run' ? dataOf(op) : [op]));
  const connections: Connection[] = [];
  const states = new Map<number, FlowState>();
  const steps: Step[] = uro ? [{ set: { uro } }] : [];
  let id = 1;
  let dpcs = 0;
  const stateOf = (on: number): FlowState => {
    const place = on % flows.length;
    const flow = flows[place] as FuzzFlow;
    const known = states.get(place);
    if (known !== undefined) return known;
    const vid = place > 0 && flow.twin === OTHER_VID ? FIRST_VID + place : undefined;
    const state = { ...startOf(flow, connections.length, dpcs), vid };
    connections.push(connectionOf(flow, place, address, flows[0] as FuzzFlow));
    states.set(place, state);
    return state;
  };
  for (const op of ops) {
    if (op.op === 'segment') {
      const state = stateOf(op.on);
      const flow = flows[op.on % flows.length] as FuzzFlow;
      if (op.kind === 'as-first') continueAs(state, states.get(0));
      steps.push({ receive: receive({ ...focused(op, focus), length: lengthOf(op, flow) }, state, flow, id) });
      id = (id + 1) & 0xffff;
    } else if (op.op === 'turn') {
      // A flow that never sends is not a connection.
      if (ops.some((other) => other.op === 'segment' && other.on % flows.length === op.on % flows.length))
        stateOf(op.on).always = op.twist;
    } else if (op.op === 'set') {
      const { op: _, ...setting } = op;
      steps.push({ set: setting });
    } else if (op.op === 'wait') steps.push({ wait: op.us });
    else {
      steps.push({ endOfDpc: true });
      dpcs++;
      for (const state of states.values()) {
        state.window++;
        state.tsval = (state.tsval + 1) >>> 0;
      }
    }
  }
  const last = steps.at(-1);
  if (last === undefined || !('endOfDpc' in last)) steps.push({ endOfDpc: true });
  return { connections: moved(connections, flows, states, steps), steps };
}

/** Of a segment with payload. */
function lengthOf({ kind, length, value }: FuzzSegment, { size }: FuzzFlow): number {
  if (kind === 'shorter') return Math.max(1, size - distanceBy(value));
  if (kind === 'longer') return size + (distanceBy(value) % 1000);
  return length === 0 ? size : length;
}

/** It would join the first flow's unit if the flows were one. */
function continueAs(state: FlowState, first: FlowState | undefined): void {
  if (first === undefined) return;
  const { nxt, ack, window, tsval, tsecr } = first;
  Object.assign(state, { nxt, ack, window, tsval, tsecr });
}

/** Applies to each flow the moves that fit it; to the first one and its twins together, so that they have the same numbers. */
function moved(
  connections: readonly Connection[],
  flows: readonly FuzzFlow[],
  states: ReadonlyMap<number, FlowState>,
  steps: readonly Step[],
): Connection[] {
  const result = [...connections];
  const groups = new Map<string, { readonly root: number; readonly is4: boolean; readonly indexes: number[] }>();
  for (const [place, { index, is4 }] of states) {
    const root = (flows[place] as FuzzFlow).twin > 0 ? 0 : place;
    const key = `${root} ${is4}`;
    const group = groups.get(key) ?? { root, is4, indexes: [] };
    group.indexes.push(index);
    groups.set(key, group);
  }
  for (const { root, is4, indexes } of groups.values()) {
    const { moves, size, stamped } = flows[root] as FuzzFlow;
    const segments: Fields[] = steps.flatMap((step) =>
      'receive' in step && indexes.includes(step.receive.connection ?? 0) ? [step.receive] : [],
    );
    const draft: Draft = {
      // What the moves choose is the flow's own, wherever the session is played.
      id: JSON.stringify([moves, size, stamped]),
      ipVersion: is4 ? 4 : 6,
      segments,
      own: { windows: false, bytes: false, ends: root === 0 && flows.some(({ twin }) => twin > 0) },
      connections: indexes.map((index) => result[index] as Connection),
    };
    if (segments.length > 0) moveBy(draft, moves);
    for (const [i, index] of indexes.entries()) result[index] = draft.connections[i] as Connection;
  }
  return result;
}

function dataOf({ on, count }: FuzzRun): FuzzSegment[] {
  const one: FuzzSegment = { op: 'segment', on, kind: 'data', length: 0, twist: 'none', also: 'none', value: 0 };
  return Array.from({ length: count }, () => one);
}

/** At most two twists; if a session uses one twist throughout, it is the only one. */
function focused(op: FuzzSegment, focus: TwistName): FuzzSegment {
  return focus === 'none' || op.twist === 'none' ? op : { ...op, twist: focus, also: 'none' };
}

function startOf({ ip, wraps, twin }: FuzzFlow, index: number, dpcs: number): Omit<FlowState, 'vid'> {
  const nxt = wraps ? 0xffff_ff80 : 1_000_000 * (twin > 0 ? 1 : index + 1);
  const ack = wraps ? 0xffff_f000 : 500_000;
  return {
    index,
    is4: ip === 4,
    nxt,
    ack,
    window: FIRST_WINDOW + dpcs,
    tsval: FIRST_TSVAL + dpcs,
    tsecr: FIRST_TSECR,
    always: 'none',
  };
}

function connectionOf({ ip, alone, twin }: FuzzFlow, place: number, address: number, first: FuzzFlow): Connection {
  if (place > 0 && twin > 0) return twinOf(connectionOf({ ...first, ip, twin: 0 }, 0, address, first), twin, place);
  const host = ((address % 0x10_0000) * 8 + (alone ? (place % 7) + 1 : 0) + 1) >>> 0;
  const src =
    ip === 4
      ? `10.${(host >>> 16) & 0xff}.${(host >>> 8) & 0xff}.${host & 0xff}`
      : `2001:db8:f022::${(host >>> 16).toString(16)}:${(host & 0xffff).toString(16)}`;
  return { src, dst: USUAL_DESTINATION[ip], sport: 4001 + place, dport: 80 };
}

/** The other direction, or the same ends except for one bit. The same bit twice would be the same connection. */
function twinOf({ src, dst, sport, dport }: Connection, twin: number, place: number): Connection {
  if (twin === OTHER_VID) return { src, dst, sport, dport };
  if (twin === 1) return { src: dst, dst: src, sport: dport, dport: sport + place - 1 };
  const [source, destination] = [parseAddress(src), parseAddress(dst)] as [Uint8Array, Uint8Array];
  const bits = 8 * (2 * source.length + 4);
  const bit = (twin - 2 + place) % bits;
  const flow = Uint8Array.from([...source, ...destination, sport >> 8, sport & 0xff, dport >> 8, dport & 0xff]);
  flow[bit >> 3] = (flow[bit >> 3] as number) ^ (0x80 >> (bit & 7));
  const { length } = source;
  const port = (at: number): number => ((flow[2 * length + at] as number) << 8) | (flow[2 * length + at + 1] as number);
  return {
    src: formatAddress(flow.subarray(0, length)),
    dst: formatAddress(flow.subarray(length, 2 * length)),
    sport: port(0),
    dport: port(2),
  };
}

/** The segment, and what it does to its flow. */
function receive(op: FuzzSegment, state: FlowState, { stamped, udp }: FuzzFlow, id: number): SegmentSpec {
  const parts = [state.always, op.twist, op.also].map((name) => twist(name, op.value, state.is4));
  const numbers = numbersOf(op, state);
  const { flags, timestamps, rest } = combined(parts, state, stamped);
  const payload = WITHOUT_PAYLOAD.includes(op.kind) ? 0 : op.kind === 'keep-alive' ? 1 : op.length;
  return {
    ...(state.index === 0 ? {} : { connection: state.index }),
    ...(state.is4 ? { id } : {}),
    ...(timestamps === undefined ? {} : { timestamps }),
    ...numbers,
    ...(payload === 0 ? {} : { payload }),
    ...(op.kind === 'repeat-other' ? { payloadVersion: 1 } : {}),
    ...(flags === 'A' ? {} : { flags }),
    ...(payload < PADDED ? { trailerByte: 0xee } : {}),
    ...(udp ? { transport: 'udp' as const } : {}),
    ...(state.vid === undefined ? {} : { tags: [{ vid: state.vid }] }),
    ...rest,
  };
}

function numbersOf(
  { kind, length, value }: FuzzSegment,
  state: FlowState,
): { seq: number; ack: number; window: number } {
  const { nxt } = state;
  const distance = distanceBy(value);
  let seq = nxt;
  let ack = state.ack;
  if (kind === 'keep-alive') seq = nxt - 1;
  else if (kind === 'repeat' || kind === 'repeat-other') seq = nxt - length;
  else if (kind === 'old') seq = nxt - 2 * length;
  else if (kind === 'overlap') seq = nxt - ((length + 1) >> 1);
  else if (kind === 'gap') seq = nxt + 5;
  else if (kind === 'ack' || kind === 'data-acking') ack = state.ack = (state.ack + 1000) >>> 0;
  else if (kind === 'old-ack' || kind === 'data-old-ack') ack = state.ack - 500;
  else if (kind === 'window-update' || kind === 'data-window') state.window += 16;
  else if (kind === 'gap-by') seq = nxt + distance;
  else if (kind === 'overlap-by') seq = nxt - distance;
  else if (kind === 'data-acking-by' || kind === 'ack-by') ack = state.ack = (state.ack + distance) >>> 0;
  else if (kind === 'data-old-ack-by') ack = state.ack - distance;
  else if (kind === 'data-window-by' || kind === 'window-update-by') state.window = value % MOST_WINDOW;
  const moves = MOVING.includes(kind) || kind.startsWith('data');
  if (moves) state.nxt = (seq + length) >>> 0;
  return { seq: seq >>> 0, ack: ack >>> 0, window: state.window };
}

interface Combined {
  readonly flags: string;
  readonly timestamps: readonly [number, number] | undefined;
  readonly rest: SegmentSpec;
}

/** All twists of a segment together. If two set the same field, the later one counts. */
function combined(parts: readonly Twisted[], state: FlowState, stamped: boolean): Combined {
  const letters = new Set<string>();
  let isPlain = false;
  let isStamped = stamped;
  let ahead = 0;
  let rest: SegmentSpec = {};
  for (const { flags = '', plain, corrupt, tsval, keeps, restamped, ...fields } of parts) {
    for (const letter of flags) letters.add(letter);
    if (plain === true) isPlain = true;
    if (restamped === true) isStamped = !isStamped;
    if (keeps === true) {
      state.tsval = (state.tsval + (tsval ?? 0)) >>> 0;
      state.tsecr++;
    } else ahead += tsval ?? 0;
    rest = { ...rest, ...fields, ...(corrupt === undefined ? {} : { corrupt: { ...rest.corrupt, ...corrupt } }) };
  }
  const timestamps = isStamped ? ([(state.tsval + ahead) >>> 0, state.tsecr] as const) : undefined;
  return { flags: `${isPlain ? '' : 'A'}${[...letters].join('')}`, timestamps, rest };
}
