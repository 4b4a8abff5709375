/**
 * A frame that a host captured at several points of its stack is one frame. Two kinds:
 *
 * - Several interfaces (a bond and its members, a bridge and its ports), or files of the same time: as many frames as
 *   the one that saw the most of them. A frame that was really sent twice was seen twice there.
 * - One interface at which every frame appears several times, in both directions of a connection: Windows' packet monitor
 *   records it at each component, and its pcapng does not say which ("pktmon etl2pcap", Output filtering:
 *   "Pcapng format doesn't distinguish between different networking components where a packet was captured";
 *   https://learn.microsoft.com/windows-server/networking/technologies/pktmon/pktmon-pcapng-support, read 2026-11).
 */

import { u16 } from '../../reference-impl/wire/bytes.ts';
import { ETHERNET_HEADER, EtherType, isTag } from '../../reference-impl/wire/ethernet.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import type { Packet } from '../captures/packet.ts';
import { connectionOf } from '../judge/arrival.ts';
import { directionsOf } from './connection-name.ts';

/** Number of frames that are searched for a copy. */
const WINDOW = 16_384;
/** Copies at one interface follow each other closely. */
const NEAR = 1024;
/** Number of batches that are searched for frames that all appear several times. */
const LOOKS = 16;
/** Number of frames, in each direction of a connection, that show it. */
const ENOUGH = 4;
/** Number of components in a stack; a frame that appears more often was sent more often. */
const MOST_POINTS = 16;

interface Seen {
  readonly point: number;
  count: number;
  /** Seen by other points. */
  others: Map<number, number> | undefined;
  /** The count of the point that saw most. */
  most: number;
}

export class FrameCopies {
  /** Number of copies that were skipped so far. */
  count = 0;
  /** Every frame appears several times at one interface. */
  isStack = false;
  readonly #seen = new Map<number, Seen>();
  readonly #last = new Map<number, number>();
  #frames = 0;
  #looks = 0;

  /** Looks at what is about to be taken: does every frame in it appear several times? */
  look(packets: readonly Packet[]): void {
    if (this.isStack || this.#looks === LOOKS) return;
    this.#looks++;
    this.isStack = isSeenAlong(packets);
  }

  /** `point`: where it was captured; consecutive files are one point. `isMarked`: the format states the place. */
  isCopy({ frame }: Packet, point: number, isMarked: boolean): boolean {
    if (!isMarked && !this.isStack) return false;
    const key = keyOf(frame);
    const isKnown = isMarked && this.#isElsewhere(key, point);
    const isCopy = isKnown || (this.isStack && this.#isRepeated(key));
    if (isCopy) this.count++;
    return isCopy;
  }

  #isElsewhere(key: number, point: number): boolean {
    const seen = this.#seen.get(key);
    if (seen === undefined) {
      this.#seen.set(key, { point, count: 1, others: undefined, most: 1 });
      if (this.#seen.size > WINDOW) this.#seen.delete(this.#seen.keys().next().value as number);
      return false;
    }
    let count: number;
    if (seen.point === point) count = ++seen.count;
    else {
      seen.others ??= new Map();
      count = (seen.others.get(point) ?? 0) + 1;
      seen.others.set(point, count);
    }
    if (count <= seen.most) return true;
    seen.most = count;
    return false;
  }

  #isRepeated(key: number): boolean {
    const last = this.#last.get(key);
    this.#last.delete(key);
    this.#last.set(key, ++this.#frames);
    if (this.#last.size > NEAR) this.#last.delete(this.#last.keys().next().value as number);
    return last !== undefined && this.#frames - last <= NEAR;
  }
}

interface Flow {
  readonly counts: Map<number, number>;
}

/** For some connection, nearly all frames of both directions are there at least twice. */
function isSeenAlong(packets: readonly Packet[]): boolean {
  const flows = new Map<string, Flow>();
  const pairs = new Map<string, string>();
  const segment = new Segment();
  for (const { frame } of packets) {
    parseSegment(frame, segment);
    if (segment.kind !== 'segment') continue;
    const here = connectionOf(segment);
    let flow = flows.get(here);
    if (flow === undefined) {
      pairs.set(...directionsOf(segment));
      flow = { counts: new Map() };
      flows.set(here, flow);
    }
    const key = keyOf(frame);
    flow.counts.set(key, (flow.counts.get(key) ?? 0) + 1);
  }
  const isRepeated = (name: string): boolean => {
    const counts = [...(flows.get(name)?.counts.values() ?? [])];
    const again = counts.filter((count) => count > 1 && count <= MOST_POINTS).length;
    // A batch may end between the copies of one frame.
    return counts.length >= ENOUGH && again >= Math.ceil(counts.length * 0.9) - 1 && again >= ENOUGH - 1;
  };
  return [...pairs].some(([here, back]) => isRepeated(here) && isRepeated(back));
}

const HEAD = 96;
const TAIL = 32;

/**
 * Identifies an IP packet, whatever its link-layer header: length, headers with their checksums, and its last bytes.
 */
function keyOf(frame: Uint8Array): number {
  const start = ipStart(frame);
  const { length } = frame;
  let a = length - start;
  let b = 0x9e37_79b9;
  const head = Math.min(length, start + HEAD);
  for (let i = start; i < head; i++) {
    a = Math.imul(a ^ (frame[i] as number), 0x0100_0193);
    b = Math.imul(b + (frame[i] as number), 0x85eb_ca6b);
    b ^= b >>> 13;
  }
  for (let i = Math.max(head, length - TAIL); i < length; i++) {
    a = Math.imul(a ^ (frame[i] as number), 0x0100_0193);
    b = Math.imul(b + (frame[i] as number), 0x85eb_ca6b);
    b ^= b >>> 13;
  }
  return (a >>> 0) * 0x20_0000 + (b & 0x1f_ffff);
}

function ipStart(frame: Uint8Array): number {
  let at = ETHERNET_HEADER;
  while (isTag(u16(frame, at - 2))) at += 4;
  const type = u16(frame, at - 2);
  return type === EtherType.ipv4 || type === EtherType.ipv6 ? at : 0;
}
