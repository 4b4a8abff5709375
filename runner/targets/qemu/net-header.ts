/** The header before each frame in a receive buffer. Clause: virtio 1.2, 5.1.6, struct virtio_net_hdr. */

import type { VirtioHeader } from '../../../reference-impl/rules/rule.ts';

export const NET_HEADER = 12;

export const HeaderFlag = { needsCsum: 1, dataValid: 2, rscInfo: 4 } as const;
export const GSO_NONE = 0;

/** `bytes` holds at least NET_HEADER bytes. */
export function parseNetHeader(bytes: Buffer): VirtioHeader {
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
