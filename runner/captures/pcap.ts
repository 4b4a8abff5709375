/**
 * Classic pcap (draft-ietf-opsawg-pcap).
 *
 *    0  magic           4   0xa1b2c3d4 microseconds, 0xa1b23c4d nanoseconds; in the writer's byte order
 *    4  version         2 + 2
 *    8  reserved        8
 *   16  snaplen         4   often a lie: not used
 *   20  link type       4   the low 26 bits; the others tell of a frame check sequence
 *
 * A record: seconds 4, fraction 4, captured length 4, original length 4, then the bytes captured.
 */

export const PCAP_HEADER: number = 24;
export const PCAP_RECORD: number = 16;
export const MICROSECONDS: number = 0xa1b2_c3d4;
export const NANOSECONDS: number = 0xa1b2_3c4d;
/** The longest frame that libpcap reads. */
export const PCAP_SNAPLEN: number = 262_144;

export interface PcapHeader {
  readonly littleEndian: boolean;
  readonly isNano: boolean;
  readonly major: number;
  readonly linkType: number;
}

/** Whether four bytes are the magic of classic pcap. */
export function isPcap(view: DataView, at: number): boolean {
  const big = view.getUint32(at);
  const little = view.getUint32(at, true);
  return [big, little].some((magic) => magic === MICROSECONDS || magic === NANOSECONDS);
}

/** For bytes that begin with the magic. */
export function parsePcapHeader(view: DataView, at: number): PcapHeader {
  const little = view.getUint32(at, true);
  const littleEndian = little === MICROSECONDS || little === NANOSECONDS;
  return {
    littleEndian,
    isNano: view.getUint32(at, littleEndian) === NANOSECONDS,
    major: view.getUint16(at + 4, littleEndian),
    linkType: view.getUint32(at + 20, littleEndian) & 0x03ff_ffff,
  };
}
