/** Units with other padding around the timestamps than the first segment, which the host's TCP does not notice. */

import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import { TCP_HEADER } from '../../reference-impl/wire/tcp.ts';
import { parsed } from '../judge/arrival.ts';
import { made, reference, withChecksums } from './alterations.ts';
import type { Fault } from './fault.ts';
import { alteredFrames, type OwnIndication } from './subject.ts';

const NOP = 1;
const EOL = 0;
const LONGEST = 0xffff;

/** All options of a unit, built from its timestamps option. */
type Options = (option: Uint8Array) => readonly number[];

function laidOut(name: string, summary: string, options: Options): Fault {
  return made(
    `layout/${name}`,
    summary,
    alteredFrames(reference, (one) => withOptions(one, options)),
    'H1',
  );
}

function withOptions(one: OwnIndication, options: Options): OwnIndication {
  const segment = parsed(one.frame);
  if (one.arrivals.length < 2 || !segment.hasTimestamps) return one;
  const { tcpOffset, payloadOffset, timestampsOffset, ipOffset, ipVersion, ipEnd } = segment;
  const bytes = Uint8Array.from(options(one.frame.subarray(timestampsOffset - 2, timestampsOffset + 8)));
  const grown = tcpOffset + TCP_HEADER + bytes.length - payloadOffset;
  const length = ipEnd - ipOffset - (ipVersion === 6 ? IPV6_HEADER : 0) + grown;
  if (length > LONGEST) return one;
  const parts = [one.frame.subarray(0, tcpOffset + TCP_HEADER), bytes, one.frame.subarray(payloadOffset)];
  const frame = new Uint8Array(Buffer.concat(parts));
  frame[tcpOffset + TcpAt.dataOffset] = ((TCP_HEADER + bytes.length) / 4) << 4;
  setU16(frame, ipOffset + (ipVersion === 4 ? Ipv4At.totalLength : Ipv6At.payloadLength), length);
  return { ...one, frame: withChecksums(frame) };
}

export const LAYOUT_FAULTS: readonly Fault[] = [
  laidOut('timestamps-first', 'Puts timestamps of an SCU ahead of their padding.', (option) => [...option, NOP, NOP]),
  laidOut('padded-more', 'Pads timestamps of an SCU by four bytes more.', (option) => [
    ...Array.from({ length: 6 }, () => NOP),
    ...option,
  ]),
  laidOut('ended', 'Pads timestamps of an SCU with EOL.', (option) => [...option, EOL, EOL]),
];
