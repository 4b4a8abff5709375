import { u16 } from '../../reference-impl/wire/bytes.ts';
import { fold, sumBytes, verifies } from '../../reference-impl/wire/checksum.ts';
import { UdpAt } from '../../reference-impl/wire/fields.ts';
import { UDP_HEADER, UDP_PROTOCOL } from '../../reference-impl/wire/udp.ts';
import { Evidence } from './evidence.ts';
import type { Headers } from './headers.ts';
import type { UdpReport } from './report.ts';

/** The payload that fits a 1,500-byte MTU after the UDP header and an IP header without options. */
const LARGEST: { readonly 4: number; readonly 6: number } = { 4: 1472, 6: 1452 };

/** What the datagrams of a capture show of offloads. */
export class UdpTraffic {
  #frames = 0;
  #largest = 0;
  readonly #long = new Evidence();
  readonly #unfilled = new Evidence();

  add(number: number, frame: Uint8Array, headers: Headers): void {
    const { payloadLength, ipVersion } = headers;
    this.#frames++;
    if (payloadLength > this.#largest) this.#largest = payloadLength;
    if (payloadLength > LARGEST[ipVersion]) this.#long.add(number);
    if (isUnfilled(frame, headers)) this.#unfilled.add(number);
  }

  report(): UdpReport {
    const { count, frames } = this.#long;
    return {
      frames: this.#frames,
      largestPayload: this.#largest,
      long: { count, frames: [...frames] },
      unfilled: { count: this.#unfilled.count, frames: [...this.#unfilled.frames] },
    };
  }
}

/** The field holds the pseudo-header's sum, and that is not right. */
function isUnfilled(
  frame: Uint8Array,
  { addresses, addressLength, tcpOffset, payloadLength, checksum, isCut }: Headers,
): boolean {
  const length = payloadLength + UDP_HEADER;
  const pseudo = sumBytes(frame, addresses, addresses + 2 * addressLength) + UDP_PROTOCOL + (length & 0xffff);
  if (checksum !== fold(pseudo) || u16(frame, tcpOffset + UdpAt.checksum) === 0) return false;
  return isCut || !verifies(pseudo + sumBytes(frame, tcpOffset, tcpOffset + length));
}
