/** The header before each frame in a receive buffer. Clause: virtio 1.2, 5.1.6, struct virtio_net_hdr. */

export const NET_HEADER = 12;

export const HeaderFlag = { needsCsum: 1, dataValid: 2, rscInfo: 4 } as const;
export const GsoType = { none: 0, tcpv4: 1, udp: 3, tcpv6: 4, ecn: 0x80 } as const;

export interface NetHeader {
  readonly flags: number;
  readonly gsoType: number;
  readonly hdrLen: number;
  readonly gsoSize: number;
  /** With RSC_INFO: how many segments were coalesced. */
  readonly csumStart: number;
  /** With RSC_INFO: how many duplicate ACKs. */
  readonly csumOffset: number;
  readonly numBuffers: number;
}

/** `bytes` holds at least NET_HEADER bytes. */
export function parseNetHeader(bytes: Buffer): NetHeader {
  return {
    flags: bytes.readUInt8(0),
    gsoType: bytes.readUInt8(1),
    hdrLen: bytes.readUInt16LE(2),
    gsoSize: bytes.readUInt16LE(4),
    csumStart: bytes.readUInt16LE(6),
    csumOffset: bytes.readUInt16LE(8),
    numBuffers: bytes.readUInt16LE(10),
  };
}
