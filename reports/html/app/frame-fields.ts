/** A frame as named fields, to be read and compared. Any bytes will do. */

import { Ipv4At, Ipv6At, TcpAt } from '../../../reference-impl/wire/fields.ts';
import { parseSegment, Segment } from '../../../reference-impl/wire/segment.ts';
import { TCP_HEADER } from '../../../reference-impl/wire/tcp.ts';
import { formatFlags } from './flags.ts';

export interface Field {
  readonly name: string;
  readonly value: string;
}

export function frameFields(frame: Uint8Array): Field[] {
  const at = parseSegment(frame, new Segment());
  const u16 = (offset: number): number => ((frame[offset] ?? 0) << 8) | (frame[offset + 1] ?? 0);
  const fields: Field[] = [{ name: 'frame length', value: `${frame.length}` }];
  if (frame.length >= 14) {
    fields.push({ name: 'destination MAC', value: hexRun(frame, 0, 6, ':') });
    fields.push({ name: 'source MAC', value: hexRun(frame, 6, 12, ':') });
  }
  if (at.ipVersion === 0) return [...fields, { name: 'not a TCP segment', value: at.reason }];
  const { ipOffset: ip, tcpOffset: tcp, ipVersion } = at;
  if (ip > 14) fields.push({ name: 'VLAN tags', value: hexRun(frame, 12, ip - 2, '') });
  fields.push({ name: 'DSCP', value: `${at.dscp}` }, { name: 'ECN', value: ECN[at.ecn] ?? '' });
  if (ipVersion === 4) {
    fields.push(
      { name: 'IPv4 total length', value: `${u16(ip + Ipv4At.totalLength)}` },
      { name: 'IPv4 identification', value: hexWord(u16(ip + Ipv4At.id)) },
      { name: 'IPv4 flags and offset', value: hexWord(u16(ip + Ipv4At.fragment)) },
      { name: 'TTL', value: `${at.ttl}` },
      { name: 'IPv4 checksum', value: `${hexWord(u16(ip + Ipv4At.checksum))} ${at.ipChecksum}` },
    );
  } else {
    fields.push(
      { name: 'flow label', value: `0x${at.flowLabel.toString(16).padStart(5, '0')}` },
      { name: 'IPv6 payload length', value: `${u16(ip + Ipv6At.payloadLength)}` },
      { name: 'hop limit', value: `${at.ttl}` },
    );
  }
  fields.push({ name: 'source', value: address(frame, ip, ipVersion, 0) });
  fields.push({ name: 'destination', value: address(frame, ip, ipVersion, 1) });
  if (at.kind !== 'segment' && at.kind !== 'first-fragment')
    return [...fields, { name: 'TCP', value: at.kind === 'other' ? at.reason : at.kind }];
  fields.push(
    { name: 'ports', value: `${u16(tcp)} → ${u16(tcp + TcpAt.destinationPort)}` },
    { name: 'sequence number', value: `${at.seq}` },
    { name: 'acknowledgment', value: `${at.ack}` },
    { name: 'TCP flags', value: formatFlags(at.flags) },
    { name: 'window', value: `${at.window}` },
    { name: 'TCP checksum', value: hexWord(u16(tcp + TcpAt.checksum)) },
    { name: 'urgent pointer', value: `${at.urgent}` },
  );
  if (at.payloadOffset > tcp + TCP_HEADER)
    fields.push({ name: 'TCP options', value: hexRun(frame, tcp + TCP_HEADER, at.payloadOffset, '') });
  if (at.hasTimestamps) fields.push({ name: 'TSval, TSecr', value: `${at.tsVal}, ${at.tsEcr}` });
  fields.push({ name: 'payload length', value: `${at.payloadLength}` });
  fields.push({ name: 'bytes after the packet', value: `${frame.length - at.ipEnd}` });
  return fields;
}

const ECN = ['0 (not ECN-capable)', '1 (ECT 1)', '2 (ECT 0)', '3 (CE)'];

function hexWord(word: number): string {
  return `0x${word.toString(16).padStart(4, '0')}`;
}

function hexRun(bytes: Uint8Array, from: number, to: number, between: string): string {
  return [...bytes.subarray(from, to)].map((byte) => byte.toString(16).padStart(2, '0')).join(between);
}

function address(frame: Uint8Array, ip: number, version: 4 | 6, which: 0 | 1): string {
  if (version === 4)
    return [...frame.subarray(ip + Ipv4At.source + 4 * which, ip + Ipv4At.destination + 4 * which)].join('.');
  const from = ip + Ipv6At.source + 16 * which;
  const words = Array.from({ length: 8 }, (_, i) => ((frame[from + 2 * i] ?? 0) << 8) | (frame[from + 2 * i + 1] ?? 0));
  return shortened(words.map((word) => word.toString(16)).join(':'));
}

/** The longest run of zeros once, as "::" (RFC 5952). */
function shortened(text: string): string {
  const runs = [...text.matchAll(/(?:^|:)0(?::0)+(?=:|$)/g)].map(([run]) => run);
  const longest = runs.sort((a, b) => b.length - a.length)[0];
  return longest === undefined
    ? text
    : text
        .replace(longest, ':')
        .replace(/^:(?!:)|(?<!:):$/, '::')
        .replace(/:{3}/, '::');
}
