/**
 * Extra frames among those of a vector: fences show how far the device has come, resets end the unit of a connection. Both
 * have a source address that no vector uses.
 */

import { equalBytes, setU16, setU32, u16, u32 } from '../../../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../../../reference-impl/wire/checksum.ts';

const ETHERNET = 14;
const SHORTEST = 60;
/** For local experiments (IEEE 802): no coalescer parses it. */
const FENCE_TYPE = 0x88b5;
const SOURCE = [0x06, 0x52, 0x53, 0x43, 0x00, 0x00];
const UNICAST = [0x06, 0x52, 0x53, 0x43, 0x00, 0x01];
/** A frame to a group takes another way through macvtap: only a fence to a group follows it. */
const GROUP = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const TCP = 6;
const TCP_HEADER = 20;

export function fenceFrame(number: number, toGroup: boolean): Uint8Array {
  const frame = new Uint8Array(SHORTEST);
  frame.set([...(toGroup ? GROUP : UNICAST), ...SOURCE]);
  setU16(frame, 12, FENCE_TYPE);
  setU32(frame, ETHERNET, number);
  return frame;
}

/** A returned frame, if it is such a marker: a fence's number, or a reset. */
export function readMarker(frame: Uint8Array): { readonly fence: number } | 'reset' | undefined {
  if (frame.length < SHORTEST || !SOURCE.every((byte, i) => frame[6 + i] === byte)) return undefined;
  return u16(frame, 12) === FENCE_TYPE ? { fence: u32(frame, ETHERNET) } : 'reset';
}

/** Where a plain header has its addresses and ports: the key of a coalescer that parses no further. */
interface Layout {
  readonly addresses: number;
  readonly ports: number;
  readonly addressBytes: number;
}

const LAYOUTS: Readonly<Record<number, Layout>> = {
  [IPV4]: { addresses: ETHERNET + 12, ports: ETHERNET + 20, addressBytes: 8 },
  [IPV6]: { addresses: ETHERNET + 8, ports: ETHERNET + 40, addressBytes: 32 },
};

/** A reset for each connection that these frames name, in the order of first appearance. */
export function resetFrames(frames: readonly Uint8Array[]): Uint8Array[] {
  const resets: Uint8Array[] = [];
  for (const frame of frames) {
    if (frame.length < ETHERNET) continue;
    const type = u16(frame, 12);
    const layout = LAYOUTS[type];
    if (layout === undefined || frame.length < layout.ports + 4) continue;
    const isKnown = resets.some(
      (reset) =>
        u16(reset, 12) === type &&
        equalBytes(reset, layout.addresses, frame, layout.addresses, layout.addressBytes) &&
        equalBytes(reset, layout.ports, frame, layout.ports, 4),
    );
    if (!isKnown) resets.push(resetOf(frame, type, layout));
  }
  return resets;
}

/** A plain segment, so that any coalescer of the connection sees it. */
function resetOf(frame: Uint8Array, type: number, layout: Layout): Uint8Array {
  const end = layout.ports + TCP_HEADER;
  const reset = new Uint8Array(Math.max(end, SHORTEST));
  reset.set([...UNICAST, ...SOURCE]);
  setU16(reset, 12, type);
  if (type === IPV4) {
    reset.set([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, TCP], ETHERNET);
    setU16(reset, ETHERNET + 2, end - ETHERNET);
  } else {
    reset.set([0x60, 0, 0, 0, 0, TCP_HEADER, TCP, 64], ETHERNET);
  }
  reset.set(frame.subarray(layout.addresses, layout.addresses + layout.addressBytes), layout.addresses);
  reset.set(frame.subarray(layout.ports, layout.ports + 4), layout.ports);
  setU16(reset, layout.ports + 12, 0x5014);
  if (type === IPV4) setU16(reset, ETHERNET + 10, finish(sumBytes(reset, ETHERNET, ETHERNET + 20)));
  const pseudo = sumBytes(reset, layout.addresses, layout.addresses + layout.addressBytes) + TCP + TCP_HEADER;
  setU16(reset, layout.ports + 16, finish(sumBytes(reset, layout.ports, end) + pseudo));
  return reset;
}
