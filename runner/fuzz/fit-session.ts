/**
 * Fits a random session to a target. Nothing else depends on the target: the parts that several targets support are the same for
 * all of them.
 */

import { CAPABILITY_KEYS, type Capabilities } from '../capabilities/capabilities.ts';
import { type FuzzFlow, type FuzzOp, type FuzzSession, type FuzzSetting, OTHER_VID } from './fuzz-session.ts';
import type { TwistName } from './twists.ts';

/** The part of a session that a capability allows. */
interface Limits {
  /** The IP version that replaces a flow's own. */
  readonly ip?: { readonly from: 4 | 6; readonly to: 4 | 6 };
  readonly withoutTwist?: (name: TwistName) => boolean;
  readonly withoutMove?: (name: string) => boolean;
  readonly withoutTwin?: number;
  readonly withoutSwitches?: readonly Exclude<keyof FuzzSetting, 'op'>[];
  readonly withoutUro?: true;
  readonly connections?: number;
  readonly framesInDpc?: number;
}

/** A sentence: why every session fits, whatever the value is. */
type Effect<T> = string | ((value: T) => Limits | undefined);

/** Twists that need a link-layer header. */
const LINK_TWISTS: readonly TwistName[] = [
  'source-mac',
  'destination-mac',
  'tag',
  'priority-tag',
  'two-tags',
  'trailer',
  'ip-length',
  'ip-length-short',
  'udp-slack',
  'ether-type',
  'ip-version',
  'cut',
  'tunnel-pppoe',
  'tunnel-mpls',
  'tunnel-snap',
  'tunnel-any',
  'tag-any',
  'mac-bit',
];

const JUDGED_BY = 'What may be merged is judged by it; nothing is sent otherwise.';

/** One entry per capability: the effect of a new one on random sessions must be here. */
const EFFECTS: { readonly [K in keyof Capabilities]: Effect<Capabilities[K]> } = {
  profile: JUDGED_BY,
  ipv4: (isThere) => (isThere ? undefined : { ip: { from: 4, to: 6 } }),
  ipv6: (isThere) => (isThere ? undefined : { ip: { from: 6, to: 4 } }),
  timestamps: JUDGED_BY,
  statistics: 'Counters are compared where there are any.',
  vnet: 'Headers are judged where a vector names their rules.',
  features: 'Random sessions negotiate nothing.',
  set: (isThere) => (isThere ? undefined : { withoutSwitches: ['rsc4', 'rsc6'] }),
  rxcsum: (isThere) => (isThere ? undefined : { withoutSwitches: ['rxcsum'] }),
  csum: (isThere) => (isThere ? undefined : { withoutTwist: (name) => name.startsWith('checksum-') }),
  uro: (isThere) => (isThere ? undefined : { withoutUro: true, withoutSwitches: ['uro'] }),
  ipsec: (isThere) => (isThere ? undefined : { withoutTwist: (name) => name === 'ipsec' }),
  vlan: 'Tagged frames may be sent in any case; what becomes of them is judged by it.',
  link: (isThere) =>
    isThere
      ? undefined
      : {
          withoutTwist: (name) => LINK_TWISTS.includes(name),
          withoutMove: (name) => name.startsWith('tags:') || name.startsWith('trailer:'),
          withoutTwin: OTHER_VID,
        },
  tunnels: JUDGED_BY,
  metadata: 'Values are judged where they are reported.',
  duplicateacks: JUDGED_BY,
  checksums: JUDGED_BY,
  drops: 'What may be dropped may be sent.',
  maxsegments: JUDGED_BY,
  maxbytes: JUDGED_BY,
  maxconnections: (most) => (most === undefined ? undefined : { connections: most }),
  burst: (most) => (most === undefined ? undefined : { framesInDpc: most }),
  boundary: 'When a unit must be out is judged by it.',
  interval: 'The target lets it pass after each DPC.',
  addresses: JUDGED_BY,
  ipv6limit: JUDGED_BY,
};

export function fitSession(session: FuzzSession, capabilities: Capabilities): FuzzSession {
  const limits = CAPABILITY_KEYS.flatMap((key) => limitsOf(EFFECTS[key] as Effect<unknown>, capabilities[key]) ?? []);
  const connections = least(limits.map(({ connections: most }) => most));
  const count = Math.max(1, Math.min(connections, session.flows.length));
  const flows = session.flows.slice(0, count).map((flow) => fitFlow(flow, limits));
  const uro = session.uro && limits.every(({ withoutUro }) => withoutUro !== true);
  const focus = fitTwist(session.focus, limits);
  return { uro, focus, flows, ops: [...fitOps(session.ops, limits)] };
}

function limitsOf<T>(effect: Effect<T>, value: T): Limits | undefined {
  return typeof effect === 'string' ? undefined : effect(value);
}

function least(values: readonly (number | undefined)[]): number {
  return Math.min(...values.map((value) => value ?? Number.POSITIVE_INFINITY));
}

function fitFlow(flow: FuzzFlow, limits: readonly Limits[]): FuzzFlow {
  const change = limits.find(({ ip }) => ip?.from === flow.ip)?.ip;
  const moves = flow.moves.filter((name) => !limits.some(({ withoutMove }) => withoutMove?.(name) === true));
  const twin = limits.some(({ withoutTwin }) => withoutTwin === flow.twin) ? 0 : flow.twin;
  return { ...flow, moves, twin, ip: change?.to ?? flow.ip };
}

function* fitOps(ops: readonly FuzzOp[], limits: readonly Limits[]): Generator<FuzzOp> {
  const burst = Math.max(1, least(limits.map(({ framesInDpc }) => framesInDpc)));
  let frames = 0;
  for (const op of ops) {
    if (op.op === 'segment') {
      if (frames >= burst) {
        yield { op: 'dpc' };
        frames = 0;
      }
      frames++;
      yield { ...op, twist: fitTwist(op.twist, limits), also: fitTwist(op.also, limits) };
    } else if (op.op === 'run') {
      for (let left = op.count; left > 0; ) {
        if (frames >= burst) {
          yield { op: 'dpc' };
          frames = 0;
        }
        const count = Math.min(left, burst - frames);
        yield { ...op, count };
        frames += count;
        left -= count;
      }
    } else if (op.op === 'set') {
      const setting = fitSetting(op, limits);
      if (Object.keys(setting).length > 1) yield setting;
    } else if (op.op === 'turn') yield { ...op, twist: fitTwist(op.twist, limits) };
    else {
      if (op.op === 'dpc') frames = 0;
      yield op;
    }
  }
}

function fitTwist(name: TwistName, limits: readonly Limits[]): TwistName {
  return limits.some(({ withoutTwist }) => withoutTwist?.(name) === true) ? 'none' : name;
}

function fitSetting(setting: FuzzSetting, limits: readonly Limits[]): FuzzSetting {
  const without = new Set<string>(limits.flatMap(({ withoutSwitches = [] }) => withoutSwitches));
  return Object.fromEntries(Object.entries(setting).filter(([key]) => !without.has(key))) as unknown as FuzzSetting;
}
