/** Flow keys that leave something out, or fold it: such a coalescer confuses two connections. */

import { u16 } from '../../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../../reference-impl/wire/fields.ts';
import {
  checksumHash,
  crc32Hash,
  type FlowHash,
  mixedHash,
  sumHash,
  symmetricToeplitzHash,
  symmetricXorHash,
  toeplitzHash,
  xorHash,
} from '../../../vectors/flow-hashes.ts';
import type { Arrival } from '../../judge/arrival.ts';
import type { KeyFault } from './narrow-fault.ts';

interface Ends {
  readonly vlans: string;
  readonly version: number;
  readonly source: Uint8Array;
  readonly destination: Uint8Array;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

function endsOf({ segment, frame }: Arrival): Ends {
  const { ipVersion, ipOffset, tcpOffset } = segment;
  const [at, length] = ipVersion === 4 ? [ipOffset + Ipv4At.source, 4] : [ipOffset + Ipv6At.source, 16];
  return {
    vlans: segment.key.subarray(1, segment.hostWords - (length >> 1)).join('.'),
    version: ipVersion,
    source: frame.subarray(at, at + length),
    destination: frame.subarray(at + length, at + 2 * length),
    sourcePort: u16(frame, tcpOffset),
    destinationPort: u16(frame, tcpOffset + TcpAt.destinationPort),
  };
}

function keyed(name: string, summary: string, key: (ends: Ends) => string): KeyFault {
  return {
    kind: 'key',
    name: `C11-${name}`,
    summary,
    broken: 'C11',
    key: (arrival) => {
      const ends = endsOf(arrival);
      return `${ends.vlans} ${key(ends)}`;
    },
  };
}

const text = (...parts: (Uint8Array | number)[]): string =>
  parts.map((part) => (typeof part === 'number' ? part : part.join('.'))).join(' ');

/** All but one byte of an address. */
const without = (address: Uint8Array, at: number): Uint8Array => address.filter((_, i) => i !== at);

function flowOf({ source, destination, sourcePort, destinationPort }: Ends): Uint8Array {
  const ports = [sourcePort >> 8, sourcePort & 0xff, destinationPort >> 8, destinationPort & 0xff];
  return Uint8Array.from([...source, ...destination, ...ports]);
}

function hashed(name: string, summary: string, hash: FlowHash, bits = 32): KeyFault {
  return keyed(name, summary, (ends) => `${hash(flowOf(ends)) & (bits === 32 ? -1 : (1 << bits) - 1)}`);
}

const LEAVES_OUT = 'The flow key leaves out';

export const KEY_FAULTS: readonly KeyFault[] = [
  keyed('no-source-port', `${LEAVES_OUT} the source port.`, (e) => text(e.source, e.destination, e.destinationPort)),
  keyed('no-destination-port', `${LEAVES_OUT} the destination port.`, (e) =>
    text(e.source, e.destination, e.sourcePort),
  ),
  keyed('no-source', `${LEAVES_OUT} the source address.`, (e) => text(e.destination, e.sourcePort, e.destinationPort)),
  keyed('no-destination', `${LEAVES_OUT} the destination address.`, (e) =>
    text(e.source, e.sourcePort, e.destinationPort),
  ),
  keyed('source-last-byte', `${LEAVES_OUT} the source address’s last byte.`, (e) =>
    text(without(e.source, e.source.length - 1), e.destination, e.sourcePort, e.destinationPort),
  ),
  keyed('source-first-byte', `${LEAVES_OUT} the source address’s first byte.`, (e) =>
    text(without(e.source, 0), e.destination, e.sourcePort, e.destinationPort),
  ),
  keyed('destination-last-byte', `${LEAVES_OUT} the destination address’s last byte.`, (e) =>
    text(e.source, without(e.destination, e.destination.length - 1), e.sourcePort, e.destinationPort),
  ),
  keyed('prefixes', `${LEAVES_OUT} the second half of each address.`, (e) =>
    text(
      e.source.subarray(0, e.source.length / 2),
      e.destination.subarray(0, e.destination.length / 2),
      e.sourcePort,
      e.destinationPort,
    ),
  ),
  keyed('hosts', `${LEAVES_OUT} the first half of each address.`, (e) =>
    text(
      e.source.subarray(e.source.length / 2),
      e.destination.subarray(e.destination.length / 2),
      e.sourcePort,
      e.destinationPort,
    ),
  ),
  keyed('port-low-bytes', `${LEAVES_OUT} the high byte of each port.`, (e) =>
    text(e.source, e.destination, e.sourcePort & 0xff, e.destinationPort & 0xff),
  ),
  keyed('port-high-bytes', `${LEAVES_OUT} the low byte of each port.`, (e) =>
    text(e.source, e.destination, e.sourcePort >> 8, e.destinationPort >> 8),
  ),
  keyed('ports-unordered', 'To the flow key, ports in either order are the same.', (e) =>
    text(e.source, e.destination, Math.min(e.sourcePort, e.destinationPort), Math.max(e.sourcePort, e.destinationPort)),
  ),
  keyed('addresses-unordered', 'To the flow key, addresses in either order are the same.', (e) =>
    text(...[e.source, e.destination].sort(Buffer.compare), e.sourcePort, e.destinationPort),
  ),
  keyed('direction-folded', 'To the flow key, both directions are one connection.', (e) =>
    [text(e.source, e.sourcePort), text(e.destination, e.destinationPort)].sort().join(),
  ),
  {
    ...keyed('no-vlan', `${LEAVES_OUT} the VLAN.`, () => ''),
    key: (arrival) => text(flowOf(endsOf(arrival))),
  },
  hashed('xor', 'The flow key is the exclusive or of all words.', xorHash),
  hashed('symmetric-xor', 'The flow key is the exclusive or of all words and of both ports.', symmetricXorHash),
  hashed('sum', 'The flow key is the sum of all words.', sumHash),
  hashed('checksum', 'The flow key is the Internet checksum of addresses and ports.', checksumHash),
  hashed('toeplitz', 'The flow key is the RSS hash under Microsoft’s default key.', toeplitzHash),
  hashed('symmetric-toeplitz', 'The flow key is the RSS hash under the symmetric key.', symmetricToeplitzHash),
  hashed('crc-32', 'The flow key is a CRC-32.', crc32Hash),
  hashed('hash-16', 'The flow key is 16 bits of a good hash.', mixedHash, 16),
  hashed('hash-10', 'The flow key is 10 bits of a good hash.', mixedHash, 10),
  hashed('hash-8', 'The flow key is 8 bits of a good hash.', mixedHash, 8),
];
