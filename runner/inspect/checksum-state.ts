import { fold, sumBytes, verifies } from '../../reference-impl/wire/checksum.ts';
import { Scratch } from '../../reference-impl/wire/scratch.ts';
import { TCP_PROTOCOL } from '../../reference-impl/wire/tcp.ts';
import { frameModule, Place } from '../../reference-impl/wire/wasm/frame-module.ts';
import type { Headers } from './headers.ts';

/**
 * What a TCP checksum field holds:
 * - `right`; or `unknown`, if the payload was cut or the final destination is not in the packet;
 * - `pseudo-header`: the sum that the NIC or a later layer was to complete (Linux: with the length; LSO on Windows: without
 *   it), or `zero`. Neither was ever filled in;
 * - `wrong`: anything else.
 */
export type ChecksumState = 'right' | 'unknown' | 'pseudo-header' | 'zero' | 'wrong';

/** Takes a sixth of the time, the copy included. */
const scratch = new Scratch(frameModule());
/** Shorter ones are summed in place. */
const WORTH_PLACING = 128;

/** The folded sum of the bytes in [start, start + length). */
function sumOf(frame: Uint8Array, start: number, length: number): number {
  const fits = start + length <= Place.frameEnd - Place.frame && (start & 1) === 0;
  if (length < WORTH_PLACING || !fits) return fold(sumBytes(frame, start, start + length));
  scratch.place(frame);
  return scratch.sum(start, length);
}

export function checksumState(frame: Uint8Array, headers: Headers): ChecksumState {
  if (headers.isSourceRouted) return 'unknown';
  const { checksum, isCut, tcpOffset, tcpLength } = headers;
  const addresses = addressSum(frame, headers);
  const pseudo = addresses + (tcpLength & 0xffff) + Math.floor(tcpLength / 0x1_0000);
  if (!isCut && verifies(pseudo + sumOf(frame, tcpOffset, tcpLength))) return 'right';
  if (checksum === fold(pseudo) || checksum === fold(addresses)) return 'pseudo-header';
  if (checksum === 0) return 'zero';
  return isCut ? 'unknown' : 'wrong';
}

/** How far a wrong checksum is off, in ones' complement: 1 to 65,534. -1: not all bytes are there. */
export function wrongBy(frame: Uint8Array, headers: Headers): number {
  const { isCut, tcpOffset, tcpLength } = headers;
  if (isCut) return -1;
  const length = (tcpLength & 0xffff) + Math.floor(tcpLength / 0x1_0000);
  return fold(addressSum(frame, headers) + length + sumOf(frame, tcpOffset, tcpLength));
}

/** The sum of the pseudo-header without its length. */
function addressSum(frame: Uint8Array, { addresses, addressLength }: Headers): number {
  return sumBytes(frame, addresses, addresses + 2 * addressLength) + TCP_PROTOCOL;
}
