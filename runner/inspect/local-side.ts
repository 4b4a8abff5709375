/**
 * Which end of a connection ran the capture. Only that tells a frame that was not yet segmented from one that was
 * already coalesced. No single sign is sure, so each has a weight, and a side is named only where the signs agree.
 */

import type { Connection } from './connection.ts';
import type { Direction } from './direction.ts';

export type Side = 'a' | 'b';
/** `both`: a loopback or virtual link, on which frames go from stack to stack as they are. */
export type LocalSide = Side | 'both' | 'unknown';

export interface Sign {
  readonly local: Side;
  readonly weight: number;
  readonly why: string;
}

const ENOUGH = 3;
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

/** Judges by the connection's own signs; `undefined` where they say too little. */
export function localSide(connection: Connection, all: readonly Sign[]): LocalSide | undefined {
  const { fromA, fromB } = connection;
  if (isMarked(fromA) && isMarked(fromB) && fromA.markedOut > 0 && fromB.markedOut > 0) return 'both';
  if (hasUnfilled(fromA) && hasUnfilled(fromB)) return 'both';
  const a = weightOf(all, 'a');
  const b = weightOf(all, 'b');
  if (a >= ENOUGH && a >= 2 * b) return 'a';
  return b >= ENOUGH && b >= 2 * a ? 'b' : undefined;
}

export function weightOf(all: readonly Sign[], side: Side): number {
  return all.reduce((sum, { local, weight }) => sum + (local === side ? weight : 0), 0);
}

function isMarked({ markedIn, markedOut }: Direction): boolean {
  return markedIn + markedOut > 0;
}

/** Frames of one segment whose checksum was left for later: only a sender's own, or a virtual link's. */
function hasUnfilled({ checksums, wrongValues }: Direction): boolean {
  const patterns = wrongValues.patterns.reduce((sum, { count }) => sum + count, 0);
  const unfilled = checksums['pseudo-header'] + checksums.zero + Math.min(patterns, checksums.wrong);
  return unfilled > 0 && unfilled * 2 >= checksums.right + unfilled;
}

function signsOf(own: Direction, back: Direction, sender: Side, receiver: Side, isSynthetic: boolean): Sign[] {
  const found: Sign[] = [];
  const say = (local: Side, weight: number, why: string): void => {
    found.push({ local, weight, why });
  };
  if (own.markedOut > 0 && own.markedIn === 0) say(sender, 100, 'the capture marks its frames as sent');
  if (own.markedIn > 0 && own.markedOut === 0)
    say(receiver, 100, 'the capture marks the other side’s frames as received');
  if (hasUnfilled(own)) say(sender, 8, 'it sends frames of one segment whose TCP checksum was not filled in');
  if (own.zeroLengthThatFits > 0) say(sender, 6, 'it sends frames whose IP length was left for the NIC');
  if (own.recent.inside > 0) say(sender, 6, 'its long frames are acknowledged in the middle: they travelled in pieces');
  if (own.superChecksums.right > 0) say(receiver, 2, 'it gets long frames whose TCP checksum was computed anew');
  if (!isSynthetic && own.unpadded > 0 && own.padded === 0 && back.unpadded === 0) {
    say(sender, 3, 'its short frames are not padded to Ethernet’s minimum yet');
  }
  if (own.padded > 0 && back.padded === 0) say(receiver, 3, 'the other side’s short frames arrive padded');
  if (isInitial(own) && isDecremented(back)) {
    say(sender, 3, 'its TTL is an initial value, the other side’s is not');
  }
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
    return [{ local: client, weight: 3, why: 'in the handshake the round trip lies before the SYN ACK' }];
  }
  if (toClient >= ROUND_TRIP && toClient > MUCH_LONGER * toServer && toServer >= 0) {
    return [{ local: server, weight: 3, why: 'in the handshake the round trip lies behind the SYN ACK' }];
  }
  return [];
}
