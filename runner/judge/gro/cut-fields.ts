/** Header fields that segmentation gives to every frame that it cuts, and how each follows from the merged frame. */

import { toHex } from '../../../reference-impl/wire/bytes.ts';
import { IPV4_HEADER } from '../../../reference-impl/wire/ipv4.ts';
import { IPV6_HEADER } from '../../../reference-impl/wire/ipv6.ts';
import { settledHeader } from '../../../reference-impl/wire/outer-fields.ts';
import type { Segment } from '../../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import { bytesText, flagsText, hexText, valueText } from '../field-words.ts';

export interface CutField {
  readonly field: string;
  /** The value as text; equal texts are equal values. */
  readonly of: (segment: Segment) => string;
  /** The value in the frame at this place after segmentation; left out: the same. */
  readonly cut?: (merged: Segment, place: number, count: number) => readonly string[];
  readonly is?: (merged: Segment) => boolean;
  /** Why a difference is a warning only, for these arrivals; undefined: it is none. */
  readonly isMild?: (arrivals: readonly Segment[]) => string | undefined;
}

const LAST = TcpFlag.fin | TcpFlag.psh;
const is4 = ({ ipVersion }: Segment): boolean => ipVersion === 4;
const is6 = ({ ipVersion }: Segment): boolean => ipVersion === 6;

/** FIN and PSH are the last one's. CWR is the first one's, or with AccECN all have it: the frame does not show which. */
function cutFlags({ flags }: Segment, place: number, count: number): readonly string[] {
  const own = place === count - 1 ? flags : flags & ~LAST;
  return place === 0 ? [flagsText(own)] : [flagsText(own), flagsText(own & ~TcpFlag.cwr)];
}

function extras({ frame, ipOffset, tcpOffset, ipVersion }: Segment): Uint8Array {
  return frame.subarray(ipOffset + (ipVersion === 4 ? IPV4_HEADER : IPV6_HEADER), tcpOffset);
}

const ipFlags = (value: number): string =>
  `${hexText(value, 4)} (${(value & 0x4000) === 0 ? 'DF clear' : 'DF'}${(value & 0x8000) === 0 ? '' : ', reserved flag'})`;

/** Fields of the link and IP header. Addresses belong to the connection; lengths are compared apart. */
export const IP_FIELDS: readonly CutField[] = [
  { field: 'ethernet', of: ({ frame, linkEnd }) => bytesText('ethernet', frame.subarray(0, linkEnd)) },
  {
    field: 'outer.header',
    is: ({ outer }) => outer.length > 0,
    of: ({ frame, outer }) => outer.map((header) => toHex(settledHeader(frame, header))).join(' '),
  },
  { field: 'ip.dscp', of: ({ dscp }) => String(dscp) },
  { field: 'ip.ecn', of: ({ ecn }) => valueText('ip.ecn', ecn) },
  { field: 'ip.ttl', of: ({ ttl }) => String(ttl) },
  { field: 'ipv4.flags-offset', is: is4, of: ({ ipFlags: value }) => ipFlags(value) },
  {
    field: 'ipv4.id',
    // With DF set it may differ.
    is: (segment) => is4(segment) && (segment.ipFlags & 0x4000) === 0,
    of: ({ ipId }) => valueText('ipv4.id', ipId),
    cut: ({ ipId }, place) => [valueText('ipv4.id', (ipId + place) & 0xffff)],
    isMild: (arrivals) =>
      arrivals.every(({ ipId }) => ipId === arrivals[0]?.ipId)
        ? 'All have the same Identification. Segmentation with SKB_GSO_TCP_FIXEDID gives them back, but the frame does not show that.'
        : undefined,
  },
  { field: 'flow label', is: is6, of: ({ flowLabel }) => hexText(flowLabel, 5) },
];

/** With those of TCP. Ports belong to the connection; lengths, sequence numbers and payload are compared apart. */
export const CUT_FIELDS: readonly CutField[] = [
  ...IP_FIELDS,
  { field: 'IP options or extension headers', of: (segment) => toHex(extras(segment)) || 'none' },
  { field: 'tcp.ack', of: ({ ack }) => String(ack) },
  { field: 'tcp.window', of: ({ window }) => String(window) },
  { field: 'tcp.flags', of: ({ flags }) => flagsText(flags), cut: cutFlags },
  {
    field: 'tcp.urgent',
    of: ({ urgent }) => String(urgent),
    isMild: (arrivals) =>
      arrivals.every(({ flags }) => (flags & TcpFlag.urg) === 0) ? 'Without URG it means nothing.' : undefined,
  },
  {
    field: 'tcp.options',
    of: ({ frame, tcpOffset, payloadOffset }) =>
      bytesText('tcp.options', frame.subarray(tcpOffset + TCP_HEADER, payloadOffset)),
  },
];

/** The frames that segmentation makes if the first arrival gives the merged frame its header. */
export function cutOf({ of, cut }: CutField, merged: Segment, place: number, count: number): readonly string[] {
  return cut?.(merged, place, count) ?? [of(merged)];
}
