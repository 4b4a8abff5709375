/** The fields that no rule names: in a unit they are the first segment’s (H1). */

import { equalBytes, sameBytes, u8 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, TcpAt } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { FIELD_PLACES, type LayoutLike, optionsPlace, type Place, rangeOf } from './field-places.ts';
import { type Expected, type Report, RULED_FLAGS } from './field-report.ts';
import { ruleNamed } from './finding.ts';

/** Bytes of TSval and TSecr. */
const TIMESTAMPS_VALUE = 8;

/** All bytes that no field rule names must be as in the first segment. */
export function compareUnruled(
  { first, unit }: Expected,
  layout: LayoutLike,
  frame: Uint8Array,
  actual: Segment,
  report: Report,
): void {
  const { isMerged } = unit;
  const ordinary = ruleNamed('one-ordinary-segment');
  /** Whether it is the same. `most`: bytes of it that are compared. */
  const same = (field: string, most = Number.POSITIVE_INFINITY): boolean => {
    const place = FIELD_PLACES[field] as (layout: LayoutLike) => Place;
    const [wantedAt, whole] = place(first);
    const [wasAt, ownLength] = place(layout);
    const length = Math.min(whole, most);
    // A tag too many or too few leaves the rest in its place.
    const wasLength = field === 'ethernet' ? ownLength : length;
    // In place: nearly always they are the same.
    if (length === wasLength && equalBytes(first.frame, wantedAt, frame, wasAt, length)) return true;
    const wanted = rangeOf(field, first.frame, [wantedAt, length]);
    const was = rangeOf(field, frame, [wasAt, wasLength]);
    if (sameBytes(was, wanted)) return true;
    report(ordinary, field, wanted, was);
    return false;
  };
  /** Options and extension headers follow the addresses: whether there are any is one question. */
  const withAddresses = (isSame: boolean, field: string, length: number): void => {
    same(field, isSame ? undefined : 2 * length);
  };
  same('ethernet');
  if (first.ipVersion === 4) {
    const isSameLength = same('ipv4.version-ihl');
    const dscp = u8(frame, layout.ipOffset + Ipv4At.tos) >> 2;
    if (dscp !== first.dscp) report(ordinary, 'ip.dscp', first.dscp, dscp);
    same('ipv4.flags-offset');
    same('ipv4.protocol');
    withAddresses(isSameLength, 'ipv4.addresses', 4);
  } else {
    same('ipv6.class-label');
    withAddresses(same('ipv6.next-header'), 'ipv6.addresses', 16);
  }
  same('tcp.ports');
  const flags =
    ((u8(frame, layout.tcpOffset + TcpAt.dataOffset) & 0xf) << 8) | u8(frame, layout.tcpOffset + TcpAt.flags);
  if (((flags ^ first.flags) & ~RULED_FLAGS) !== 0) report(ordinary, 'tcp.flags', first.flags, flags);
  // The frame's own value: a frame with an impossible offset is not a segment and has no layout.
  const words = u8(frame, layout.tcpOffset + TcpAt.dataOffset) >> 4;
  const isStamped = first.hasTimestamps && layout.timestampsOffset !== 0;
  const mayDiffer = isMerged && isStamped && layout.payloadOffset === actual.payloadOffset;
  if (words !== first.tcpHeaderLength / 4 && !mayDiffer)
    report(ordinary, 'tcp.data-offset', first.tcpHeaderLength / 4, words);
  else if (isStamped) {
    const was = rangeOf('tcp.options', frame, optionsPlace(layout));
    const wanted = optionsAround(first, layout, frame);
    const rule = isMerged ? ruleNamed('timestamp-layout-of-first') : ordinary;
    if (!sameBytes(was, wanted)) report(rule, 'tcp.options', wanted, was);
  } else same('tcp.options');
  if (!isMerged || (first.flags & TcpFlag.urg) !== 0) same('tcp.urgent');
}

/** The first segment's options around the frame's own values, which T3 compares. */
function optionsAround(first: Segment, { timestampsOffset }: LayoutLike, frame: Uint8Array): Uint8Array {
  const [at, length] = optionsPlace(first);
  const options = first.frame.slice(at, at + length);
  options.set(frame.subarray(timestampsOffset, timestampsOffset + TIMESTAMPS_VALUE), first.timestampsOffset - at);
  return options;
}
