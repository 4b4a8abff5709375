/** An IND line, as the judge needs it. */

import type { VirtioFeature, VirtioHeader } from '../../../reference-impl/rules/rule.ts';
import {
  HeaderFlag,
  LEGACY_NET_HEADER,
  NET_HEADER,
  parseNetHeader,
} from '../../../reference-impl/virtio/net-header.ts';
import { fromHex } from '../../../reference-impl/wire/bytes.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { keepsLinkHeader, withLinkHeader } from '../../capabilities/link-header.ts';
import type { ObservedIndication } from '../../judge/types.ts';
import { VNET } from '../../rsc-line/answers.ts';
import { BUFFERS, readFills } from '../../rsc-line/buffer-fills.ts';
import { type OobKey, readOob } from '../../rsc-line/oob-keys.ts';
import { outOfBandOf } from '../../rsc-line/virtio-oob.ts';
import type { Indicated } from './conversation.ts';

interface Context {
  readonly step: number;
  readonly reported: ReadonlySet<OobKey>;
  readonly capabilities: Capabilities;
  /** The features negotiated by then. */
  readonly features: readonly VirtioFeature[];
  /** A frame that arrived; undefined if none did. */
  readonly like: Uint8Array | undefined;
}

/** With offsets from the beginning of the frame, after `added` bytes of link-layer header were put before the packet. */
function atFrame(header: VirtioHeader, added: number): VirtioHeader {
  const { flags, hdrLen, csumStart } = header;
  const isPlace = (flags & HeaderFlag.needsCsum) !== 0 && (flags & HeaderFlag.rscInfo) === 0;
  return {
    ...header,
    hdrLen: hdrLen === 0 ? 0 : hdrLen + added,
    csumStart: isPlace ? csumStart + added : csumStart,
  };
}

/** A string: why the line is impossible. An explicit key takes precedence over the virtio header. */
export function observedIndication({ frame: bytes, keys }: Indicated, context: Context): ObservedIndication | string {
  const { step, reported, capabilities, features, like } = context;
  const oob = readOob(keys, reported);
  if (typeof oob === 'string') return oob;
  if (!capabilities.link && keepsLinkHeader(bytes))
    return 'a frame with a link-layer header, though link=off was announced';
  const frame = capabilities.link || like === undefined ? bytes : withLinkHeader(bytes, like);
  if (!capabilities.vnet) return { step, frame, oob };
  const text = keys.get(VNET);
  if (text === undefined) return `no ${VNET}, which was announced`;
  const header = fromHex(text);
  if (header === undefined || (header.length !== LEGACY_NET_HEADER && header.length !== NET_HEADER))
    return `${VNET}=${text}, which is no header of ${LEGACY_NET_HEADER} or ${NET_HEADER} bytes`;
  const virtio = atFrame(parseNetHeader(header), frame.length - bytes.length);
  const buffers = keys.get(BUFFERS);
  const fills = buffers === undefined ? undefined : readFills(buffers);
  if (buffers !== undefined && fills === undefined)
    return `${BUFFERS}=${buffers}, which is not bytes written of the size, buffer by buffer (4096/4096,120/4096)`;
  return {
    step,
    frame,
    oob: { ...outOfBandOf(virtio, features.includes('RSC_EXT')), ...oob },
    virtio: { header: virtio, features, ...(fills === undefined ? {} : { fills }) },
  };
}
