/** IP and MAC addresses as text and as bytes. Anything else gives undefined, never an exception. */

import { toHex, u16 } from './bytes.ts';

/** 4 or 16 bytes of an IPv4 (dotted) or IPv6 (RFC 4291 2.2) address. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6Address(text) : parseIpv4Address(text);
}

function parseIpv4Address(text: string): Uint8Array | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^\d{1,3}$/.test(part) || Number(part) > 255)) return undefined;
  return Uint8Array.from(parts, Number);
}

function parseIpv6Address(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head = '', tail] = halves;
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (groups.some((group) => !/^[0-9a-fA-F]{1,4}$/.test(group))) return undefined;
  const bytes = new Uint8Array(16);
  groups.forEach((group, i) => {
    const value = Number.parseInt(group, 16);
    bytes[2 * i] = value >> 8;
    bytes[2 * i + 1] = value;
  });
  return bytes;
}

/** Text of 4 or 16 address bytes; IPv6 without the longest-run rule: the first run of zeros is shortened. */
export function formatAddress(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  const groups: string[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) groups.push(u16(bytes, at).toString(16));
  return groups.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}

/** 6 bytes of a MAC address written with colons or dashes. */
export function parseMac(text: string): Uint8Array | undefined {
  if (!/^[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}$/.test(text)) return undefined;
  return Uint8Array.from(text.split(/[:-]/), (part) => Number.parseInt(part, 16));
}

export function formatMac(bytes: Uint8Array): string {
  return (toHex(bytes).match(/../g) ?? []).join(':');
}
