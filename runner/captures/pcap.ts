/**
 * Classic pcap (draft-ietf-opsawg-pcap).
 *
 *    0  magic           4   0xa1b2c3d4 microseconds, 0xa1b23c4d nanoseconds; in the writer's byte order
 *    4  version         2 + 2
 *    8  reserved        8
 *   16  snaplen         4
 *   20  link type       2   in the low 16 bits
 *
 * A record: seconds 4, fraction 4, captured length 4, original length 4, then the bytes captured.
 */

export const PCAP_HEADER = 24;
export const RECORD_HEADER = 16;
export const LINK_ETHERNET: number = 1;
/** More than any link carries: a longer record is a defect, not a reason to take the memory. */
export const MAX_RECORD: number = 16 * 1024 * 1024;

export interface PcapHeader {
  readonly littleEndian: boolean;
  readonly nanoseconds: boolean;
  readonly snaplen: number;
  readonly linkType: number;
}

const MICROSECONDS = 0xa1b2_c3d4;
const NANOSECONDS = 0xa1b2_3c4d;
const PCAPNG_BLOCK = 0x0a0d_0d0a;

/** The header, or what the first four bytes are instead. */
export function parsePcapHeader(bytes: DataView): PcapHeader | string {
  const magic = bytes.getUint32(0);
  const swapped = bytes.getUint32(0, true);
  const littleEndian = swapped === MICROSECONDS || swapped === NANOSECONDS;
  const native = littleEndian ? swapped : magic;
  if (native !== MICROSECONDS && native !== NANOSECONDS) {
    if (magic === PCAPNG_BLOCK) return 'pcapng, which is not read';
    return `magic 0x${magic.toString(16).padStart(8, '0')} of no capture format`;
  }
  return {
    littleEndian,
    nanoseconds: native === NANOSECONDS,
    snaplen: bytes.getUint32(16, littleEndian),
    linkType: bytes.getUint32(20, littleEndian) & 0xffff,
  };
}
