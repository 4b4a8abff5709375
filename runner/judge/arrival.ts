/** Arrivals as the judge sees them: parsed, verified, and with the settings at the time. */

import { DEFAULT_POLICY } from '../../reference-impl/policy.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { equalBytes, toHex, u16 } from '../../reference-impl/wire/bytes.ts';
import { fold, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { ETHERNET_HEADER, isTag } from '../../reference-impl/wire/ethernet.ts';
import { settledPrefix } from '../../reference-impl/wire/outer-fields.ts';
import { type ChecksumMark, parseSegment, Segment, settle, verify } from '../../reference-impl/wire/segment.ts';
import type { TunnelKind, TunnelReading } from '../../reference-impl/wire/tunnel.ts';
import { parseTunnelled } from '../../reference-impl/wire/tunnelled-segment.ts';
import { ConnectionNames } from './connection-names.ts';

const names = new ConnectionNames();

export interface Arrival {
  /** Number among the arrivals, from 0. */
  readonly number: number;
  readonly frame: Uint8Array;
  readonly segment: Segment;
  /** Index of its own step. */
  readonly step: number;
  /** Index of the step that ends its DPC; the number of steps if none does. */
  readonly due: number;
  /** RSC of its IP version, when it arrived. */
  readonly rscOn: boolean;
  /** First step after it that turned RSC off for its IP version; Infinity if none does. */
  readonly switchedOff: number;
  /** Receive checksum offload, when it arrived (K4). */
  readonly rxcsumOn: boolean;
  /** First step after it that switched receive checksum offload the other way; Infinity if none does. */
  readonly rxcsumSwitched: number;
  /** Connection and link-layer header: within these, order is judged (I1). */
  readonly stream: string;
  readonly connection: string;
  /** The stripped tags, in hex; empty if there were none. */
  readonly strippedTags: string;
}

/** Its order is not judged: its ports are unknown, or it is not a segment (I8, E6). */
export function isUnordered(segment: Segment): boolean {
  return segment.kind === 'other' || segment.kind === 'later-fragment';
}

/** A target may read any number of tags. If it reads all, the packet below them is judged. */
export function parsed(frame: Uint8Array, tunnels?: TunnelReading): Segment {
  const into = new Segment();
  let segment = tunnels === undefined ? parseSegment(frame, into) : parseTunnelled(frame, into, tunnels);
  if (segment.reason === 'too-many-tags') {
    const most = frame.length >> 2;
    segment = parseSegment(frame, new Segment(), most);
    segment.isDeep = true;
  }
  if (segment.kind === 'segment') verify(segment, fold(sumBytes(segment.frame, segment.payloadOffset, segment.ipEnd)));
  return segment;
}

/** Undefined: tunnels are not parsed. */
export function tunnelReading(
  kinds: readonly TunnelKind[],
  lengths: TunnelReading['lengths'] = 'checked',
): TunnelReading | undefined {
  return kinds.length === 0 ? undefined : { kinds, lengths };
}

export function connectionOf(segment: Segment): string {
  return names.of(segment);
}

export function streamOf(segment: Segment, connection: string = connectionOf(segment)): string {
  const { frame, linkEnd, outer } = segment;
  const isAsBefore =
    outer.length === 0 &&
    before.connection === connection &&
    before.link.length === linkEnd &&
    equalBytes(before.link, 0, frame, 0, linkEnd);
  if (isAsBefore) return before.stream;
  const stream = `${connection} | ${settledPrefix(frame, segment)}`;
  if (outer.length === 0) before = { connection, link: frame.slice(0, linkEnd), stream };
  return stream;
}

/** Frames that follow one another are mostly of one stream, and its name is not put together again. */
let before = { connection: '', link: new Uint8Array(0), stream: '' };

/** The same memory as an ordinary Uint8Array: a Buffer's `slice` would not copy. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** `tunnels`: kinds that are parsed. */
export function arrivalsOf(
  steps: readonly FrameStep[],
  stripTags: boolean,
  tunnels: readonly TunnelKind[] = [],
): Arrival[] {
  const reading = tunnelReading(tunnels);
  const arrivals: Arrival[] = [];
  const due = new Following(steps, (step) => 'dpc' in step);
  const off4 = new Following(steps, (step) => 'set' in step && step.set.rsc4 === false);
  const off6 = new Following(steps, (step) => 'set' in step && step.set.rsc6 === false);
  const verified = new Following(steps, (step) => 'set' in step && step.set.rxcsum === true);
  const unverified = new Following(steps, (step) => 'set' in step && step.set.rxcsum === false);
  let rsc4 = true;
  let rsc6 = true;
  let rxcsum = true;
  steps.forEach((step, index) => {
    if ('set' in step) {
      rsc4 = step.set.rsc4 ?? rsc4;
      rsc6 = step.set.rsc6 ?? rsc6;
      rxcsum = step.set.rxcsum ?? rxcsum;
    }
    if (!('rx' in step)) return;
    const bytes = plainBytes(step.rx);
    const frame = stripTags ? withoutTags(bytes) : bytes;
    const segment = parsed(frame, reading);
    segment.ipsec = step.ipsec === true;
    mark(segment, step.csum);
    const connection = isUnordered(segment) ? '' : connectionOf(segment);
    arrivals.push({
      number: arrivals.length,
      frame,
      segment,
      step: index,
      due: due.after(index) ?? steps.length,
      rscOn: segment.ipVersion === 6 ? rsc6 : rsc4,
      switchedOff: (segment.ipVersion === 6 ? off6 : off4).after(index) ?? Number.POSITIVE_INFINITY,
      rxcsumOn: rxcsum,
      rxcsumSwitched: (rxcsum ? unverified : verified).after(index) ?? Number.POSITIVE_INFINITY,
      stream: isUnordered(segment) ? '' : streamOf(segment, connection),
      connection,
      strippedTags: frame.length === bytes.length ? '' : toHex(bytes.subarray(12, 12 + bytes.length - frame.length)),
    });
  });
  return arrivals;
}

/** Finds steps of one kind. Called in ascending order, it passes each step once. */
class Following {
  readonly #places: readonly number[];
  #next = 0;

  constructor(steps: readonly FrameStep[], isOne: (step: FrameStep) => boolean) {
    const places: number[] = [];
    steps.forEach((step, index) => {
      if (isOne(step)) places.push(index);
    });
    this.#places = places;
  }

  /** The next such step; `index` never decreases. */
  after(index: number): number | undefined {
    while ((this.#places[this.#next] ?? Number.POSITIVE_INFINITY) <= index) this.#next++;
    return this.#places[this.#next];
  }
}

/** K1, K2: the mark of the TCP checksum counts, not its bytes. */
function mark(segment: Segment, csum: ChecksumMark = 'none'): void {
  segment.csum = csum;
  const rule = markRules.find(({ appliesTo }) => appliesTo(segment, RXCSUM_ON));
  if (rule !== undefined) settle(segment, rule);
}

const markRules = rulesOfKind('checksum');
const RXCSUM_ON = { policy: DEFAULT_POLICY, rsc4: true, rsc6: true, rxcsum: true } as const;

/** The frame without its VLAN tags, for targets that strip them. */
export function withoutTags(frame: Uint8Array): Uint8Array {
  if (frame.length < ETHERNET_HEADER || !isTag(u16(frame, ETHERNET_HEADER - 2))) return frame;
  const { ipOffset } = parseSegment(frame, new Segment());
  if (ipOffset <= 14 || ipOffset > frame.length) return frame;
  const bare = new Uint8Array(frame.length - (ipOffset - 14));
  bare.set(frame.subarray(0, 12), 0);
  bare.set(frame.subarray(ipOffset - 2), 12);
  return bare;
}
