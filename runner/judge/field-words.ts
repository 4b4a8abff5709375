/** Header fields in words and numbers as Wireshark shows them. */

import { formatAddress, formatMac } from '../../reference-impl/wire/address.ts';
import { toHex, u8, u16, u32 } from '../../reference-impl/wire/bytes.ts';
import { TcpOption } from '../../reference-impl/wire/tcp-options.ts';

/** Letters from the lowest bit up: FIN, SYN, RST, PSH, ACK, URG, ECE, CWR, AE and the three reserved ones. */
const FLAGS = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG', 'ECE', 'CWR', 'AE', 'R2', 'R1', 'R0'] as const;
const ECN = ['Not-ECT', 'ECT(1)', 'ECT(0)', 'CE'] as const;
const OPTIONS: Readonly<Record<number, string>> = {
  [TcpOption.mss]: 'MSS',
  [TcpOption.windowScale]: 'WS',
  [TcpOption.sackPermitted]: 'SACK_PERM',
  [TcpOption.sack]: 'SACK',
};

/** "0x1234". */
export function hexText(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}

/** "PSH|ACK", highest bit last as in Wireshark's list. */
export function flagsText(flags: number): string {
  const set = FLAGS.filter((_, bit) => (flags & (1 << bit)) !== 0);
  return set.length === 0 ? 'none' : set.join('|');
}

const decimal = (value: number): string => String(value);
const hex4 = (value: number): string => hexText(value, 4);
const presence = (value: number): string => (value === 0 ? 'not set' : 'set');

interface Words {
  readonly name: string;
  readonly show: (value: number) => string;
}

/** Fields that are numbers. */
const NUMBERS: Readonly<Record<string, Words>> = {
  'ipv4.total-length': { name: 'IPv4 total length', show: decimal },
  'ipv6.payload-length': { name: 'IPv6 payload length', show: decimal },
  'ipv4.id': { name: 'IPv4 Identification', show: hex4 },
  'ip.ttl': { name: 'TTL', show: decimal },
  'ip.ecn': { name: 'ECN field', show: (value) => ECN[value] ?? String(value) },
  'ip.dscp': { name: 'DSCP', show: decimal },
  'ipv4.checksum': { name: 'IPv4 header checksum', show: hex4 },
  'tcp.seq': { name: 'sequence number', show: decimal },
  'tcp.ack': { name: 'acknowledgment number', show: decimal },
  'tcp.window': { name: 'window', show: decimal },
  'tcp.psh': { name: 'PSH flag', show: presence },
  'tcp.ece-cwr': { name: 'ECE and CWR flags', show: flagsText },
  'tcp.tsval': { name: 'TSval', show: decimal },
  'tcp.tsecr': { name: 'TSecr', show: decimal },
  'tcp.checksum': { name: 'TCP checksum', show: hex4 },
  'tcp.flags': { name: 'TCP flags', show: flagsText },
  'tcp.data-offset': { name: 'TCP header length', show: (words) => `${words * 4} bytes (${words})` },
  'tcp.urgent': { name: 'urgent pointer', show: decimal },
  'outer.header': { name: 'tunnel headers', show: decimal },
  'outer.ipv4.id': { name: 'outer IPv4 Identification', show: hex4 },
  'outer.length': { name: 'length of the outer header', show: decimal },
  'outer.checksum': { name: 'checksum of the outer header', show: hex4 },
  'udp.length': { name: 'UDP length', show: decimal },
  'udp.checksum': { name: 'UDP checksum', show: hex4 },
  segCount: { name: 'segment count', show: decimal },
  dupAckCount: { name: 'duplicate ACK count', show: decimal },
  timestampDelta: { name: 'timestamp delta', show: decimal },
  uroSegCount: { name: 'segment count', show: decimal },
  uroSegSize: { name: 'segment size', show: decimal },
};

/** Fields that are ranges of bytes. */
const RANGES: Readonly<Record<string, { readonly name: string; readonly show: (bytes: Uint8Array) => string }>> = {
  ethernet: { name: 'link-layer header', show: linkText },
  ip: { name: 'IP header', show: toHex },
  udp: { name: 'UDP header', show: toHex },
  'ipv4.version-ihl': { name: 'IPv4 version and header length', show: versionText },
  'ipv4.version-ihl-tos': { name: 'IPv4 version, header length and TOS', show: versionText },
  'ipv4.flags-offset': { name: 'fragment field', show: fragmentText },
  'ipv4.ttl': { name: 'TTL', show: (bytes) => String(u8(bytes, 0)) },
  'ipv4.protocol': { name: 'IPv4 protocol', show: protocolText },
  'ipv4.addresses': { name: 'IPv4 addresses', show: (bytes) => pairText(bytes, 4) },
  'ipv6.class-label': { name: 'IPv6 traffic class and flow label', show: classText },
  'ipv6.next-header': { name: 'IPv6 next header', show: protocolText },
  'ipv6.hop-limit': { name: 'hop limit', show: (bytes) => String(u8(bytes, 0)) },
  'ipv6.addresses': { name: 'IPv6 addresses', show: (bytes) => pairText(bytes, 16) },
  'tcp.ports': { name: 'ports', show: portsText },
  'udp.ports': { name: 'ports', show: portsText },
  'tcp.options': { name: 'TCP options', show: optionsText },
  'tcp.urgent': { name: 'urgent pointer', show: (bytes) => String(u16(bytes, 0)) },
};

/** Without an article: "window". */
export function fieldName(field: string, ipVersion: 0 | 4 | 6 = 4): string {
  if (field === 'ip.ttl' && ipVersion === 6) return 'hop limit';
  return NUMBERS[field]?.name ?? RANGES[field]?.name ?? field;
}

const PLURALS: ReadonlySet<string> = new Set([
  'tcp.ece-cwr',
  'tcp.flags',
  'outer.header',
  'ipv4.version-ihl',
  'ipv4.version-ihl-tos',
  'ipv4.addresses',
  'ipv6.class-label',
  'ipv6.addresses',
  'tcp.ports',
  'udp.ports',
  'tcp.options',
]);

/** "is", or "are": after the name of the field. */
export function isOrAre(field: string): 'is' | 'are' {
  return PLURALS.has(field) ? 'are' : 'is';
}

/** "be 7", "not be set": after "must" or "should". */
export function beText(value: string): string {
  return value.startsWith('not ') ? `not be ${value.slice('not '.length)}` : `be ${value}`;
}

/** Not a range of bytes. */
export function isNumber(field: string): boolean {
  return NUMBERS[field] !== undefined;
}

export function valueText(field: string, value: number | string): string {
  return typeof value === 'number' ? (NUMBERS[field]?.show(value) ?? String(value)) : value;
}

export function bytesText(field: string, bytes: Uint8Array): string {
  const show = RANGES[field]?.show;
  return bytes.length === 0 ? 'none' : (show?.(bytes) ?? toHex(bytes));
}

function linkText(bytes: Uint8Array): string {
  if (bytes.length < 14) return toHex(bytes);
  const rest = toHex(bytes.subarray(12)).replaceAll(/(.{4})/g, ' 0x$1');
  return `${formatMac(bytes.subarray(6, 12))} > ${formatMac(bytes.subarray(0, 6))}${rest}`;
}

function versionText(bytes: Uint8Array): string {
  const first = u8(bytes, 0);
  const [version, length] = [String(first >> 4), `${(first & 0xf) * 4} bytes`];
  return bytes.length > 1 ? `${version}, ${length} and ${hexText(u8(bytes, 1), 2)}` : `${version} and ${length}`;
}

function fragmentText(bytes: Uint8Array): string {
  const word = u16(bytes, 0);
  const flags = [
    [0x8000, 'reserved'],
    [0x4000, 'DF'],
    [0x2000, 'MF'],
  ] as const;
  const set = flags.filter(([bit]) => (word & bit) !== 0).map(([, name]) => name);
  const offset = (word & 0x1fff) * 8;
  return `${hexText(word, 4)} (${set.length === 0 ? 'no flag' : set.join('|')}${offset === 0 ? '' : `, offset ${offset}`})`;
}

function protocolText(bytes: Uint8Array): string {
  const protocol = u8(bytes, 0);
  const name = { 6: 'TCP', 17: 'UDP' }[protocol];
  return name === undefined ? String(protocol) : `${protocol} (${name})`;
}

function classText(bytes: Uint8Array): string {
  const word = u32(bytes, 0);
  const first = word >>> 28 === 6 ? '' : `version ${word >>> 28}, `;
  return `${first}${hexText((word >>> 20) & 0xff, 2)} and ${hexText(word & 0xfffff, 5)}`;
}

function pairText(bytes: Uint8Array, length: number): string {
  const [from, to] = [bytes.subarray(0, length), bytes.subarray(length, 2 * length)];
  const rest = bytes.length > 2 * length ? `, then ${toHex(bytes.subarray(2 * length))}` : '';
  return `${formatAddress(from)} > ${formatAddress(to)}${rest}`;
}

function portsText(bytes: Uint8Array): string {
  return `${u16(bytes, 0)} > ${u16(bytes, 2)}`;
}

/** "NOP, NOP, TSval=7 TSecr=8". Options that cannot be parsed are shown in hex. */
function optionsText(bytes: Uint8Array): string {
  const shown: string[] = [];
  for (let at = 0; at < bytes.length; ) {
    const kind = u8(bytes, at);
    if (kind === TcpOption.end || kind === TcpOption.nop) {
      shown.push(kind === TcpOption.end ? 'EOL' : 'NOP');
      at++;
      continue;
    }
    const length = at + 1 < bytes.length ? u8(bytes, at + 1) : 0;
    if (length < 2 || at + length > bytes.length) return [...shown, toHex(bytes.subarray(at))].join(', ');
    shown.push(optionText(kind, bytes.subarray(at + 2, at + length)));
    at += length;
  }
  return shown.join(', ');
}

function optionText(kind: number, body: Uint8Array): string {
  if (kind === TcpOption.timestamps && body.length === 8) return `TSval=${u32(body, 0)} TSecr=${u32(body, 4)}`;
  if (kind === TcpOption.mss && body.length === 2) return `MSS=${u16(body, 0)}`;
  if (kind === TcpOption.windowScale && body.length === 1) return `WS=${u8(body, 0)}`;
  const name = OPTIONS[kind] ?? `option ${kind}`;
  return body.length === 0 ? name : `${name} ${toHex(body)}`;
}
