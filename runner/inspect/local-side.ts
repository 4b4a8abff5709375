/**
 * Which end of a connection ran the capture. Only that distinguishes a frame that was not yet segmented from one that was
 * already coalesced. An end is named if a sign excludes the other end. Without such a sign, or if signs contradict each other,
 * no end is named.
 */

import type { Connection } from './connection.ts';
import type { Direction } from './direction.ts';

export type Side = 'a' | 'b';
/** `both`: a loopback or virtual link, on which frames pass from stack to stack unchanged. */
export type LocalSide = Side | 'both' | 'unknown';

export interface Sign {
  readonly local: Side;
  /** The other end could not have captured it. */
  readonly excludes: boolean;
  readonly why: string;
}

/** Microseconds of a round trip that scheduling alone would not explain, and how much longer than the other gap. */
const ROUND_TRIP = 50;
const MUCH_LONGER = 5;
const INITIAL_TTLS: readonly number[] = [64, 128, 255];

export function signs(connection: Connection): Sign[] {
  const { fromA, fromB, isSynthetic } = connection;
  return [
    ...signsOf(fromA, fromB, 'a', 'b', isSynthetic),
    ...signsOf(fromB, fromA, 'b', 'a', isSynthetic),
    ...handshakeSigns(connection),
  ];
}

/** Judges by the connection's own signs; `undefined` if there are none, or if they contradict each other. */
export function localSide({ fromA, fromB }: Connection, all: readonly Sign[]): LocalSide | undefined {
  if (isMarked(fromA) && isMarked(fromB) && fromA.markedOut > 0 && fromB.markedOut > 0) return 'both';
  const side = excludedBy(all);
  if (side !== undefined) return side;
  return hasUnfilled(fromA) && hasUnfilled(fromB) ? 'both' : undefined;
}

/** The other end. */
export function excludedBy(all: readonly Sign[]): Side | undefined {
  const [a, b] = (['a', 'b'] as const).map((side) => all.some(({ local, excludes }) => excludes && local === side));
  if (a === b) return undefined;
  return a === true ? 'a' : 'b';
}

function isMarked({ markedIn, markedOut }: Direction): boolean {
  return markedIn + markedOut > 0;
}

/** Frames of one segment whose checksum was left for later: only a sender's own, or a virtual link's. */
export function hasUnfilled({ checksums, wrongValues }: Direction): boolean {
  const patterns = wrongValues.patterns.reduce((sum, { count }) => sum + count, 0);
  const unfilled = checksums['pseudo-header'] + checksums.zero + Math.min(patterns, checksums.wrong);
  return unfilled > 0 && unfilled * 2 >= checksums.right + unfilled;
}

function signsOf(own: Direction, back: Direction, sender: Side, receiver: Side, isSynthetic: boolean): Sign[] {
  const found: Sign[] = [];
  const say = (local: Side, why: string, excludes = true): void => {
    found.push({ local, excludes, why });
  };
  if (own.markedOut > 0 && own.markedIn === 0) say(sender, 'the capture marks its frames as sent');
  if (own.markedIn > 0 && own.markedOut === 0) say(receiver, 'the capture marks the other side’s frames as received');
  // A virtual link fills nothing in, so the other end sees the same.
  if (hasUnfilled(own)) say(sender, 'it sends frames of one segment whose TCP checksum was not filled in', false);
  if (own.zeroLengthThatFits > 0) say(sender, 'it sends frames whose IP length was left for the NIC');
  if (own.recent.inside > 0) say(sender, 'its long frames are acknowledged in the middle: they travelled in pieces');
  if (!isSynthetic && own.unpadded > 0 && own.padded === 0 && back.padded > 0 && back.unpadded === 0) {
    say(sender, 'its short frames are not padded to Ethernet’s minimum yet, the other side’s arrive padded');
  }
  if (isInitial(own) && isDecremented(back)) say(sender, 'its TTL is an initial value, the other side’s is not');
  return found;
}

function isInitial({ lowestTtl, highestTtl }: Direction): boolean {
  return lowestTtl === highestTtl && INITIAL_TTLS.includes(lowestTtl);
}

function isDecremented({ frames, lowestTtl, highestTtl }: Direction): boolean {
  return frames > 0 && !INITIAL_TTLS.includes(lowestTtl) && !INITIAL_TTLS.includes(highestTtl);
}

/** At the client the server's answer takes a round trip and its own none; at the server it is the other way round. */
function handshakeSigns({ handshake }: Connection): Sign[] {
  if (handshake === undefined) return [];
  const { client, toServer, toClient } = handshake;
  const server = client === 'a' ? 'b' : 'a';
  if (toServer >= ROUND_TRIP && toServer > MUCH_LONGER * toClient && toClient >= 0) {
    return [{ local: client, excludes: true, why: 'in the handshake the round trip lies before the SYN ACK' }];
  }
  if (toClient >= ROUND_TRIP && toClient > MUCH_LONGER * toServer && toServer >= 0) {
    return [{ local: server, excludes: true, why: 'in the handshake the round trip lies after the SYN ACK' }];
  }
  return [];
}
