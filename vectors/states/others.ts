/** Other connections than the one that the decision is about. */

import { bytesOf, bytewise, connectionOf, PORTS, type Twin } from '../flow-twins.ts';
import { hash } from '../position-code.ts';
import type { Connection } from '../vector.ts';
import type { OpenValues } from './open-values.ts';

export interface Others {
  readonly count: number;
  /** From other hosts, the reverse direction, or the other IP version. */
  readonly kind: 'hosts' | 'reverse' | 'version';
  /** They send before it does: it is not the first connection of the DPC. */
  readonly isFirst: boolean;
}

/** What each of several hosts' connections sends: data, with PSH or a mark, pure ACKs, or what would join the connection's own unit. */
export const ROLES = ['data', 'data', 'data', 'pushed', 'acks', 'marked', 'twin', 'twin'] as const;
export type Role = (typeof ROLES)[number];

const others = (count: number, kind: Others['kind'] = 'hosts', isFirst = false): Others => ({ count, kind, isFirst });

/** By name; the cheap ones come first. */
export const OTHERS: Readonly<Record<string, Others>> = {
  none: others(0),
  one: others(1),
  'one-first': others(1, 'hosts', true),
  'three-first': others(3, 'hosts', true),
  reverse: others(1, 'reverse'),
  'reverse-first': others(1, 'reverse', true),
  'other-version': others(1, 'version'),
  'other-version-first': others(1, 'version', true),
  five: others(5),
  'nine-first': others(9, 'hosts', true),
  'seventeen-first': others(17, 'hosts', true),
};
export const CHEAP_OTHERS = 8;

const reverseOf = ({ src, dst, sport, dport }: Connection): Connection => ({
  src: dst,
  dst: src,
  sport: dport,
  dport: sport,
});

/** Between other hosts, or other ports of the same hosts. */
function between(own: Connection, number: number, isSameHost = false): Connection {
  const { src, sport } = own;
  if (isSameHost) return { ...own, sport: sport + number };
  const other = src.includes(':')
    ? src.replace(/[0-9a-f]+$/, (last) => (Number.parseInt(last, 16) ^ (number << 4)).toString(16))
    : src.replace(/\d+$/, (last) => String(Number(last) ^ (number << 3)));
  return { ...own, src: other, sport: sport + number };
}

function ofOtherVersion(own: Connection, number: number): Connection {
  const digest = hash(`${own.src}${'+'.repeat(number)}`);
  return own.src.includes(':')
    ? { ...own, src: `10.${(digest >>> 16) & 0xff}.${(digest >>> 8) & 0xff}.${digest & 0xff}`, dst: '192.0.2.1' }
    : {
        ...own,
        src: `2001:db8:${(digest >>> 16).toString(16)}:${(digest & 0xffff).toString(16)}::ff`,
        dst: '2001:db8::1',
      };
}

const PORT_TWINS: readonly Twin[] = PORTS.filter(({ name }) => name.includes('port/'));

/** One for each byte of IPv4 addresses. */
export const MOST_TWINS = 8;

/** A connection that differs from it in one bit of an address or, if `ports`, of a port; each number in another one. */
export function twinOf(own: Connection, open: OpenValues, number: number, ports: boolean): Connection {
  const ends = bytesOf(own);
  const all = [...bytewise(ends.source.length), ...(ports ? PORT_TWINS : [])];
  const { of } = all[(open.number('first twin', 0, all.length - 1) + number) % all.length] as Twin;
  return connectionOf({ ...ends, ...of(ends) });
}

/** A connection from another host to the destination, or, if it is near, one between other ports of the same hosts. */
export function bystanderOf(own: Connection, isNear: boolean): Connection {
  return between(own, 29, isNear);
}

/**
 * The connection itself, the others, and a guest that sends once, if there is one. `isNear`: some of the others are
 * between its own hosts.
 */
export function connectionsBeside(
  own: Connection,
  { count, kind }: Others,
  guest: 'hosts' | 'version' | undefined,
  isNear = false,
): Connection[] {
  const beside = Array.from({ length: count }, (_, i) => {
    if (kind === 'hosts') return between(own, i + 1, isNear && i % 2 === 1);
    return kind === 'reverse' ? reverseOf(own) : ofOtherVersion(own, 0);
  });
  if (guest === undefined) return [own, ...beside];
  return [own, ...beside, guest === 'hosts' ? between(own, count + 1) : ofOtherVersion(own, 1)];
}
