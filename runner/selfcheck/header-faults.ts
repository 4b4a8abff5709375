/**
 * Faults in header fields of a merged unit that no rule computes; faults in computed fields are made from the registry.
 */

import type { Segment } from '../../reference-impl/wire/segment.ts';
import { parsed } from '../judge/arrival.ts';
import { made, onMerged, withChecksums } from './alterations.ts';
import type { Fault } from './fault.ts';

type Place = (segment: Segment) => number | undefined;

const ip4 =
  (offset: number): Place =>
  ({ ipVersion, ipOffset }) =>
    ipVersion === 4 ? ipOffset + offset : undefined;
const ip6 =
  (offset: number): Place =>
  ({ ipVersion, ipOffset }) =>
    ipVersion === 6 ? ipOffset + offset : undefined;
const tcp =
  (offset: number): Place =>
  ({ tcpOffset }) =>
    tcpOffset + offset;
const link =
  (offset: number): Place =>
  () =>
    offset;

/**
 * Name, description, place, bits; rows that may be named. A frame that is no longer a segment counts as one that never
 * came.
 */
const FIELDS: readonly (readonly [string, string, Place, number, string, ...string[]])[] = [
  ['source-mac', 'the source MAC address', link(11), 1, 'H1'],
  ['ether-type', 'the EtherType', ({ ipOffset }) => ipOffset - 1, 1, 'H1'],
  ['tag-priority', 'the priority of the VLAN tag', ({ ipOffset }) => (ipOffset > 14 ? 14 : undefined), 0x20, 'H1'],
  ['vlan-id', 'the VLAN id', ({ ipOffset }) => (ipOffset > 14 ? 15 : undefined), 4, 'H1'],
  ['ip-version', 'the IP version', ({ ipOffset }) => ipOffset, 0x20, 'H1'],
  ['ipv4-ihl', 'the IPv4 header length', ip4(0), 1, 'H1'],
  ['ipv4-dscp', 'the DSCP', ip4(1), 4, 'H1'],
  ['ipv4-reserved-flag', 'the reserved IPv4 flag', ip4(6), 0x80, 'H1'],
  ['ipv4-df', 'DF', ip4(6), 0x40, 'H1'],
  ['ipv4-mf', 'MF', ip4(6), 0x20, 'H1'],
  ['ipv4-offset', 'the fragment offset', ip4(7), 1, 'H1'],
  ['ipv4-protocol', 'the protocol', ip4(9), 1, 'H1'],
  ['ipv4-source', 'the source address', ip4(15), 1, 'H1'],
  ['ipv4-destination', 'the destination address', ip4(19), 1, 'H1'],
  ['ipv6-class', 'the traffic class', ip6(0), 1, 'H1'],
  ['ipv6-flow-label', 'the flow label', ip6(3), 1, 'H1'],
  ['ipv6-next-header', 'the next header', ip6(6), 1, 'H1'],
  ['ipv6-source', 'the source address', ip6(23), 1, 'H1'],
  ['ipv6-destination', 'the destination address', ip6(39), 1, 'H1'],
  ['destination-port', 'the destination port', tcp(3), 1, 'H1'],
  ['data-offset', 'the data offset', tcp(12), 0x10, 'H1'],
  ['reserved-bit', 'a reserved TCP bit', tcp(12), 2, 'H1'],
  ['accecn', 'AE', tcp(12), 1, 'H1'],
  ['fin', 'FIN', tcp(13), 1, 'H1'],
  ['syn', 'SYN', tcp(13), 2, 'H1'],
  ['rst', 'RST', tcp(13), 4, 'H1'],
  ['ack-flag', 'ACK', tcp(13), 0x10, 'H1'],
  ['urg', 'URG', tcp(13), 0x20, 'H1'],
  [
    'timestamps-kind',
    'the kind of the timestamps option',
    ({ hasTimestamps, timestampsOffset }) => (hasTimestamps ? timestampsOffset - 2 : undefined),
    0x40,
    'H1',
  ],
];

export const HEADER_FAULTS: readonly Fault[] = FIELDS.map(([name, what, place, bits, ...rows]) =>
  made(
    `header/${name}`,
    `On a merged unit, ${what} is not the first segment’s.`,
    onMerged((frame, indication) => {
      const at = place(parsed(frame));
      if (at === undefined) return indication;
      frame[at] = (frame[at] as number) ^ bits;
      return { ...indication, frame: withChecksums(frame) };
    }),
    ...rows,
  ),
);
