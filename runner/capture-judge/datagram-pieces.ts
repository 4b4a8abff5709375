/** Datagrams that the sender's NIC may have cut up after the capture. */

import { equalBytes, i32 } from '../../reference-impl/wire/bytes.ts';
import type { Finding } from '../judge/types.ts';
import type { ReceivedDatagram, SentDatagram } from './datagram-frame.ts';

/** Whether pieces explain the finding. `run`: the datagrams it is attributed to; `sent`: all that it may consist of. */
export function mayBeOfPieces(
  { rule, field }: Finding,
  run: readonly SentDatagram[],
  received: ReceivedDatagram,
  sent: readonly SentDatagram[],
): boolean {
  return (rule === 'U2' && mayBeOfEqual(run)) || (OF_PIECES.includes(field) && isOfPieces(received, sent));
}

/** The fields that differ if only some pieces of longer datagrams arrived, or in another order. */
const OF_PIECES: readonly string[] = ['payload', 'merge'];

/** Number of datagrams that are searched for pieces, and the sizes of pieces: the largest fits a jumbo frame. */
const MOST_CUT = 32;
const SMALLEST_PIECE = 8;
const LARGEST_PIECE = 9000;

/** Whether the sender's NIC may have cut them into datagrams of one length, with a shorter last one. */
function mayBeOfEqual(run: readonly SentDatagram[]): boolean {
  const before = run.slice(0, -1).map(({ datagram }) => datagram.payloadLength);
  const size = Math.min(...before);
  return run.some(({ maySplit }) => maySplit) && size > 0 && before.every((length) => length % size === 0);
}

/** Whether it consists of equal pieces of datagrams that may have been cut up, in any order. */
function isOfPieces(received: ReceivedDatagram, sent: readonly SentDatagram[]): boolean {
  const { payloadOffset: from, payloadLength: length } = received.datagram;
  const cut = sent.filter(({ maySplit }) => maySplit).slice(-MOST_CUT);
  const isPiece = (at: number, size: number): boolean =>
    cut.some(({ frame, datagram }) => {
      for (let place = 0; place + size <= datagram.payloadLength; place += size)
        if (equalBytes(frame, datagram.payloadOffset + place, received.frame, at, size)) return true;
      return false;
    });
  const mayBePiece = pieceFilter(received, cut);
  const isWhole = (size: number): boolean => {
    for (let at = 0; at + size <= length; at += size) if (!mayBePiece(at, size)) return false;
    for (let at = 0; at + size <= length; at += size) if (!isPiece(from + at, size)) return false;
    const rest = length % size;
    return rest === 0 || cut.some((one) => endsWith(one, received, from + length - rest, rest));
  };
  const longest = Math.max(0, ...cut.map(({ datagram }) => datagram.payloadLength));
  const most = Math.min(length, longest - 1, LARGEST_PIECE);
  for (let size = most; size >= SMALLEST_PIECE; size--) if (isWhole(size)) return true;
  return false;
}

/** Rules most sizes out at little cost: whether all rows of 8 bytes of a piece of the payload are in one of these. */
function pieceFilter(
  { frame, datagram: { payloadOffset: from, payloadLength: length } }: ReceivedDatagram,
  cut: readonly SentDatagram[],
): (at: number, size: number) => boolean {
  const known = new Set<number>();
  for (const { frame: sent, datagram } of cut) {
    const last = datagram.payloadOffset + datagram.payloadLength - SMALLEST_PIECE;
    for (let at = datagram.payloadOffset; at <= last; at++) known.add(rowAt(sent, at));
  }
  // For each place, how many rows before it are in none.
  const unknown = new Uint32Array(length + 1);
  for (let at = 0; at < length; at++) {
    const isUnknown = at + SMALLEST_PIECE <= length && !known.has(rowAt(frame, from + at));
    unknown[at + 1] = (unknown[at] as number) + (isUnknown ? 1 : 0);
  }
  return (at, size) => unknown[at] === unknown[at + size - SMALLEST_PIECE + 1];
}

/** A number for 8 bytes. Different bytes can have the same. */
function rowAt(bytes: Uint8Array, at: number): number {
  return Math.imul(i32(bytes, at), 0x9e37_79b1) ^ i32(bytes, at + 4);
}

function endsWith({ frame, datagram }: SentDatagram, received: ReceivedDatagram, at: number, size: number): boolean {
  const { payloadOffset, payloadLength } = datagram;
  return size <= payloadLength && equalBytes(frame, payloadOffset + payloadLength - size, received.frame, at, size);
}
