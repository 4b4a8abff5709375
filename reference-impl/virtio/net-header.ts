/** The header before each received frame. Clause: virtio 1.2, 5.1.6, struct virtio_net_hdr. */

import type { VirtioHeader } from '../rules/rule.ts';

/** Its length; a legacy device without MRG_RXBUF leaves num_buffers out. */
export const NET_HEADER = 12;
export const LEGACY_NET_HEADER = 10;

export const HeaderFlag = { needsCsum: 1, dataValid: 2, rscInfo: 4 } as const;
export const GsoType = { none: 0, tcp4: 1, udp: 3, tcp6: 4, udpL4: 5 } as const;
/** A bit next to the type: the unit has CWR set, and segmentation keeps it on the first segment only. */
export const GSO_ECN = 0x80;

/** gso_type without the bit next to it. */
export function gsoTypeOf({ gsoType }: VirtioHeader): number {
  return gsoType & ~GSO_ECN;
}

/** `bytes` has at least LEGACY_NET_HEADER bytes. If num_buffers is left out, it is 1. */
export function parseNetHeader(bytes: Uint8Array): VirtioHeader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    flags: view.getUint8(0),
    gsoType: view.getUint8(1),
    hdrLen: view.getUint16(2, true),
    gsoSize: view.getUint16(4, true),
    csumStart: view.getUint16(6, true),
    csumOffset: view.getUint16(8, true),
    numBuffers: bytes.length < NET_HEADER ? 1 : view.getUint16(10, true),
  };
}

/** Returns NET_HEADER bytes. */
export function netHeaderBytes(header: VirtioHeader): Uint8Array {
  const bytes = new Uint8Array(NET_HEADER);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, header.flags);
  view.setUint8(1, header.gsoType);
  view.setUint16(2, header.hdrLen, true);
  view.setUint16(4, header.gsoSize, true);
  view.setUint16(6, header.csumStart, true);
  view.setUint16(8, header.csumOffset, true);
  view.setUint16(10, header.numBuffers, true);
  return bytes;
}
