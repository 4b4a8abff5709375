/** A vector as its author writes it: a scene, and the groups in which its frames must come out. */

import { Coalescer, DEFAULT_POLICY, type Level, type Policy } from '../reference-impl/index.ts';
import { stepped } from '../reference-impl/reference-run.ts';
import { advance, type FrameStep } from '../reference-impl/step.ts';
import { TUNNEL_KINDS } from '../reference-impl/wire/tunnel.ts';
import { expandVector } from './expand.ts';
import { hash } from './position-code.ts';
import type { Scene } from './scene.ts';
import { move } from './symmetries.ts';
import type { Connection, ExpectedIndication, Vector } from './vector.ts';

export interface Plan {
  readonly id: string;
  readonly title: string;
  readonly rules: readonly string[];
  /** `must` if left out. */
  readonly level?: Level | undefined;
  readonly flags?: readonly string[] | undefined;
  readonly scene: Scene;
  /** Arrival numbers, one array for each indication, in the order of indication: from the rules, not from the reference. */
  readonly groups: readonly (readonly number[])[];
  /** A destination other than the usual one. */
  readonly dst?: string | undefined;
  /** The symmetries that move it, and how; if left out, its id decides. */
  readonly moves?: Readonly<Record<string, string>> | undefined;
  /** All of its connections, given its usual one. */
  readonly ends?: ((own: Connection) => readonly Connection[]) | undefined;
}

/** More frames than this in a DPC: the flag `long`. */
export const LONG_DPC = 63;
/** The host that nearly every vector is sent to, by IP version. */
export const USUAL_DESTINATION: Readonly<Record<4 | 6, string>> = { 4: '192.0.2.1', 6: '2001:db8::1' };
export const MAX_SEGMENTS = 1024;

/** The policies whose outcome is stored if it differs. */
export const ALTERNATIVES: readonly Partial<Policy>[] = [
  { duplicateAcks: 'counted' },
  { timestamps: 'exception' },
  { paddingOptions: 'merged' },
  { ipv6Limit: 'total' },
  { maxSegments: 2 },
  { stopAtPush: true },
  { stopAtTtlChange: true },
  { tagged: 'alone' },
  { tunnels: TUNNEL_KINDS },
  { maxConnections: 1 },
];

/** Makes the vector of a plan. `taken` contains the source addresses in use, and gets this one's. */
export function vectorOf(plan: Plan, taken: Set<string>): Vector {
  const { id, title, rules, scene } = plan;
  let connections = connectionsOf(plan, taken);
  let moved: readonly string[] = [];
  const steps = scene.finish(plan.groups, (segments, { windows, bytes }) => {
    const own = { windows, bytes, ends: plan.ends !== undefined && plan.moves === undefined };
    const draft = { id, ipVersion: scene.variant.ipVersion, segments, own, connections };
    moved = move(draft, plan.moves);
    connections = draft.connections;
    return connections;
  });
  if (scene.arrivals > MAX_SEGMENTS) throw new Error(`${id}: ${scene.arrivals} segments are too many`);
  const flags = [...(plan.flags ?? []), ...(scene.longestDpc > LONG_DPC ? ['long'] : [])];
  const level = plan.level ?? 'must';
  const titled = moved.length === 0 ? title : `${title} (${moved.join(', ')})`;
  const vector = withOutcome({ id, title: titled, rules, level, flags, connections, steps });
  const [planned, actual] = [JSON.stringify(plan.groups), groupsOf(vector.expect)];
  if (planned !== actual) throw new Error(`${id}: planned ${planned}, but the reference makes ${actual}`);
  return vector;
}

/** Adds the expected output: that of the reference by default, and under each policy that groups differently. */
export function withOutcome(vector: Omit<Vector, 'expect' | 'otherwise'>): Vector {
  const frames = expandVector(vector);
  const expect = replay(frames, DEFAULT_POLICY);
  const actual = groupsOf(expect);
  const otherwise = ALTERNATIVES.flatMap((policy) => {
    const other = replay(frames, policy);
    return groupsOf(other) === actual ? [] : [{ policy, expect: other }];
  });
  const { id, title, rules, level, flags, connections, steps } = vector;
  return { id, title, rules, level, flags, connections, steps, expect, otherwise };
}

/** The arrivals of each indication, as text. */
export const groupsOf = (expect: readonly ExpectedIndication[]): string =>
  JSON.stringify(expect.map(({ arrivals }) => arrivals));

/**
 * The output of the reference under a policy (keys that are left out have their defaults): for each indication its arrivals,
 * numbered from 0, the index of the step whose answer has it, and the row that ended it.
 */
export function replay(steps: readonly FrameStep[], policy: Partial<Policy>): ExpectedIndication[] {
  const coalescer = coalescers.get(policy) ?? new Coalescer(policy);
  coalescers.set(policy, coalescer);
  coalescer.reset();
  const indications = stepped(steps, (step) => advance(coalescer, step));
  return indications.map(({ arrivals, step, endedBy }) => ({ arrivals, step, endedBy }));
}

/**
 * One coalescer per policy: a vector is played eleven times, and making a coalescer takes as long as a short vector.
 */
const coalescers = new WeakMap<Partial<Policy>, Coalescer>();

/** Hosts are the vector's own, since a later fragment concerns every connection between two hosts. */
function connectionsOf({ id, scene, dst, ends }: Plan, taken: Set<string>): readonly Connection[] {
  const is4 = scene.variant.ipVersion === 4;
  const destination = dst ?? USUAL_DESTINATION[is4 ? 4 : 6];
  const port = 1024 + (hash(`port ${id}`) % 48_000);
  const between = (src: string): Connection => ({ src, dst: destination, sport: port, dport: 80 });
  if (ends !== undefined) {
    const own = freeHosts(id, is4, taken, (src) => ends(between(src)));
    if (own.length !== scene.connections) throw new Error(`${id}: ${own.length} connections of ${scene.connections}`);
    return own;
  }
  const hosts = scene.hosts === 'one' ? 1 : scene.connections;
  const sources = Array.from({ length: hosts }, (_, i) => {
    const [own] = freeHosts(i === 0 ? id : `${id} ${i}`, is4, taken, (src) => [between(src)]);
    return (own as Connection).src;
  });
  return Array.from({ length: scene.connections }, (_, i) => ({
    ...between(sources[i % hosts] as string),
    sport: scene.hosts === 'one' ? port + i : port,
  }));
}

/** Connections from a source address that a text determines. `taken` contains the hosts in use, and gets these. */
export function freeHosts<T extends readonly Connection[]>(
  text: string,
  is4: boolean,
  taken: Set<string>,
  connect: (src: string) => T,
): T {
  for (let attempt = 0; ; attempt++) {
    const connections = connect(sourceOf(text, is4, attempt));
    const hosts = connections.map(hostsOf);
    if (hosts.some((pair) => taken.has(pair))) continue;
    for (const pair of hosts) taken.add(pair);
    return connections;
  }
}

/** Both hosts of a connection, in either direction. */
export function hostsOf({ src, dst }: Pick<Connection, 'src' | 'dst'>): string {
  return src < dst ? `${src} ${dst}` : `${dst} ${src}`;
}

function sourceOf(text: string, is4: boolean, attempt: number): string {
  const value = hash(attempt === 0 ? text : `${text} ${attempt}`);
  return is4
    ? `10.${(value >>> 16) & 0xff}.${(value >>> 8) & 0xff}.${value & 0xff}`
    : `2001:db8:${(value >>> 16).toString(16)}:${(value & 0xffff).toString(16)}::${((hash(`interface ${text}`) & 0x7fff) | 0x8000).toString(16)}`;
}
