/** An indication as the judge sees it. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { VirtioHeader } from '../../reference-impl/rules/rule.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { TunnelKind } from '../../reference-impl/wire/tunnel.ts';
import { connectionOf, isUnordered, parsed, plainBytes, streamOf, tunnelReading, withoutTags } from './arrival.ts';
import type { ObservedIndication } from './types.ts';

export interface Observed {
  /** Number among the indications, from 0. */
  readonly number: number;
  readonly step: number;
  readonly frame: Uint8Array;
  readonly oob: Partial<OutOfBand>;
  /** Its checksum verdict was computed from its bytes, as for a frame in a capture: the target did not report it (O4). */
  readonly isInferred?: boolean;
  /** Payload bytes of each segment but the last, from a header before the frame; undefined: not reported. */
  readonly gsoSize: number | undefined;
  /** The header of a virtio device before it, its offsets from the beginning of the frame. */
  readonly virtio: VirtioHeader | undefined;
  /** It came with one. */
  readonly isVirtio: boolean;
  readonly segment: Segment;
  /** The same frame, with an impossible IP length taken as right. */
  readonly repaired: Segment;
  readonly stream: string;
  readonly connection: string;
}

/** `tunnels`: kinds that are parsed. */
export function observe(
  indication: ObservedIndication,
  number: number,
  stripTags: boolean,
  tunnels: readonly TunnelKind[] = [],
): Observed {
  const bytes = plainBytes(indication.frame);
  const frame = stripTags ? withoutTags(bytes) : bytes;
  const segment = parsed(frame, tunnelReading(tunnels));
  const named = isUnordered(segment) ? repaired(segment, tunnels) : segment;
  const isKnown = !isUnordered(named);
  const connection = isKnown ? connectionOf(named) : '';
  return {
    number,
    step: indication.step,
    frame,
    oob: indication.oob,
    gsoSize: indication.virtio?.header.gsoSize || undefined,
    virtio: indication.virtio?.header,
    isVirtio: indication.virtio !== undefined,
    segment,
    repaired: named,
    stream: isKnown ? streamOf(named, connection) : '',
    connection,
  };
}

/** The segment in a tunnel with wrong lengths, or in a frame of impossible length, as if the lengths were right. */
function repaired(segment: Segment, tunnels: readonly TunnelKind[]): Segment {
  const inside = tunnels.length === 0 ? segment : parsed(segment.frame, tunnelReading(tunnels, 'ignored'));
  return isUnordered(inside) ? withLengthRepaired(segment) : inside;
}

/** An SCU whose IP length is wrong still names its connection: parse it as if the length were right. */
function withLengthRepaired(segment: Segment): Segment {
  if (segment.ipVersion === 0 || !segment.reason.startsWith('ip-length')) return segment;
  const frame = segment.frame.slice();
  const is4 = segment.ipVersion === 4;
  const header = is4 ? 0 : IPV6_HEADER;
  const length = Math.min(frame.length - segment.ipOffset - header, 0xffff);
  if (length < 0) return segment;
  setU16(frame, segment.ipOffset + (is4 ? Ipv4At.totalLength : Ipv6At.payloadLength), length);
  return parsed(frame);
}
