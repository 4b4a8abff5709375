/** Merges of unrelated segments. */

import { connectionOf, isUnordered, parsed } from '../judge/arrival.ts';
import { withChecksums } from './alterations.ts';
import type { OwnIndication } from './subject.ts';

/** The second of two neighbours of one UDP flow is merged into the first. */
export function udpMerged(all: OwnIndication[]): OwnIndication[] {
  const out: OwnIndication[] = [];
  for (const one of all) {
    const before = out.at(-1);
    const at = udpOffset(one.frame);
    if (before === undefined || at === undefined || before.step !== one.step || udpOffset(before.frame) !== at) {
      out.push(one);
      continue;
    }
    const frame = Buffer.concat([before.frame, one.frame.subarray(at + 8)]);
    out[out.length - 1] = { ...before, frame: new Uint8Array(frame) };
  }
  return out;
}

/** Neighbours of two connections are merged, in the order in which they arrived. */
export function connectionsMixed(all: OwnIndication[]): OwnIndication[] {
  const out: OwnIndication[] = [];
  for (const one of all) {
    const before = out.at(-1);
    const [first, second] = [parsed(before?.frame ?? one.frame), parsed(one.frame)];
    const isMixed = !isUnordered(first) && !isUnordered(second) && connectionOf(first) !== connectionOf(second);
    const isInOrder = (before?.arrivals.at(-1) ?? 0) < (one.arrivals[0] ?? 0);
    if (before === undefined || before.step !== one.step || !isMixed || !isInOrder || second.payloadLength === 0) {
      out.push(one);
      continue;
    }
    const payload = one.frame.subarray(second.payloadOffset, second.ipEnd);
    const frame = Buffer.concat([before.frame.subarray(0, first.ipEnd), payload]);
    const length = frame.length - first.ipOffset - (first.ipVersion === 4 ? 0 : 40);
    frame.writeUInt16BE(Math.min(0xffff, length), first.ipOffset + (first.ipVersion === 4 ? 2 : 4));
    out[out.length - 1] = { ...before, frame: withChecksums(new Uint8Array(frame)) };
  }
  return out;
}

function udpOffset(frame: Uint8Array): number | undefined {
  if (frame[12] === 8 && frame[13] === 0 && frame[23] === 17) return 34;
  return frame[12] === 0x86 && frame[13] === 0xdd && frame[20] === 17 ? 54 : undefined;
}
