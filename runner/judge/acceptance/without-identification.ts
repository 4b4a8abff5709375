import { setU16 } from '../../../reference-impl/wire/bytes.ts';
import { Ipv4At } from '../../../reference-impl/wire/fields.ts';

export interface IpPlace {
  readonly ipVersion: 0 | 4 | 6;
  readonly ipOffset: number;
  readonly ipChecksum: string;
}

/** The frame without its IPv4 Identification, and without what that does to a right header checksum: nothing within a unit keeps it. */
export function withoutIdentification(frame: Uint8Array, { ipVersion, ipOffset, ipChecksum }: IpPlace): Uint8Array {
  if (ipVersion !== 4 || ipChecksum !== 'right') return frame;
  const copy = frame.slice();
  setU16(copy, ipOffset + Ipv4At.id, 0);
  setU16(copy, ipOffset + Ipv4At.checksum, 0);
  return copy;
}
