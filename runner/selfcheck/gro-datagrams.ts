/** Wrong and right ways in which a coalescer under profile `gro` can treat datagrams. */

import { Datagram, parseDatagram } from '../../reference-impl/udp/datagram.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { fold, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, Ipv6At, UdpAt } from '../../reference-impl/wire/fields.ts';
import { UDP_PROTOCOL } from '../../reference-impl/wire/udp.ts';
import { isUdp } from './alterations.ts';
import { altered, alteredFrames, type Subject } from './subject.ts';

type Change = (frame: Uint8Array, datagram: Datagram) => void;

/** Changes a frame of several datagrams. */
export function onDatagrams(base: Subject, change: Change): Subject {
  return alteredFrames(base, (one) => {
    if (one.arrivals.length < 2 || !isUdp(one.frame)) return one;
    const frame = one.frame.slice();
    change(frame, parseDatagram(frame, new Datagram()));
    return { ...one, frame };
  });
}

/** By name: what it does to every unit, and how. */
export const DATAGRAM_CHANGES: ReadonlyMap<string, readonly [string, Change]> = new Map([
  ['datagram-ttl', ['TTL of a unit of datagrams is lower by one.', lowerTtl]],
  ['datagram-payload', ['The last payload byte of a unit of datagrams is wrong.', alterLast]],
  ['datagram-length', ['The UDP length of a unit of datagrams is too short by one.', shortenUdp]],
  ['datagram-port', ['The source port of a unit of datagrams is wrong.', alterPort]],
]);

function lowerTtl(frame: Uint8Array, { ipOffset, ipVersion }: Datagram): void {
  const at = ipOffset + (ipVersion === 4 ? Ipv4At.ttl : Ipv6At.hopLimit);
  frame[at] = ((frame[at] as number) - 1) & 0xff;
}

function alterLast(frame: Uint8Array, { ipEnd }: Datagram): void {
  frame[ipEnd - 1] = (frame[ipEnd - 1] as number) ^ 1;
}

function shortenUdp(frame: Uint8Array, { udpOffset, udpLength }: Datagram): void {
  setU16(frame, udpOffset + UdpAt.length, udpLength - 1);
}

function alterPort(frame: Uint8Array, { udpOffset }: Datagram): void {
  const at = udpOffset + UdpAt.sourcePortLow;
  frame[at] = (frame[at] as number) ^ 1;
}

/** Two neighbours that were indicated at the same time change places. */
export function datagramsSwapped(base: Subject): Subject {
  return altered(base, (outcome) => {
    const indications = [...outcome.indications];
    const at = indications.findIndex((one, i) => {
      const next = indications[i + 1];
      return next !== undefined && isUdp(one.frame) && isUdp(next.frame) && one.step === next.step;
    });
    if (at >= 0) indications.splice(at, 2, ...indications.slice(at, at + 2).reverse());
    return { ...outcome, indications };
  });
}

/** Checksums as Linux leaves them: IPv4's is right, UDP's is only the pseudo-header's sum. */
export function partialDatagram(
  frame: Uint8Array,
  { ipVersion, ipOffset: ip, udpOffset: udp, udpLength }: Datagram,
): void {
  const addresses = ip + (ipVersion === 4 ? Ipv4At.source : 8);
  const sum = sumBytes(frame, addresses, addresses + (ipVersion === 4 ? 8 : 32)) + UDP_PROTOCOL + udpLength;
  setU16(frame, udp + UdpAt.checksum, fold(sum));
  if (ipVersion === 4) setU16(frame, ip + Ipv4At.checksum, 0xffff - fold(sumBytes(frame, ip, udp)));
}
