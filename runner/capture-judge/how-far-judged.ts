/** How much of a connection was judged, and what was not, with the reason. What was not judged has not passed. */

import { countText } from '../../vectors/count-text.ts';
import type { ConnectionResult, Exchanged } from './connection.ts';
import { type PairPlaces, PLAIN_PLACES } from './packet-places.ts';

export type Extent = 'judged' | 'partly' | 'not';

export interface HowFar {
  readonly extent: Extent;
  /** What was not judged and why, in words; for `not`, why nothing was. */
  readonly left: readonly string[];
}

export function howFarJudged(result: ConnectionResult, places: PairPlaces = PLAIN_PLACES): HowFar {
  const { counts, incidents, oversized, isSplitUp, protocol, twofold, exchanged, isMergedOutside } = result;
  if (twofold !== undefined) return { extent: 'not', left: [twofoldReason(twofold)] };
  if (exchanged !== undefined) return { extent: 'not', left: [exchangedReason(exchanged)] };
  if (isMergedOutside === true) return { extent: 'not', left: [OUTSIDE] };
  if (oversized > 0) return { extent: 'not', left: [oversizedReason(oversized)] };
  if (isSplitUp === true) return { extent: 'not', left: [SPLIT_UP] };
  const left = leftOut(result, places);
  if (counts.explainedFrames === 0 && incidents.length === 0) {
    if (counts.left > 0) return { extent: 'not', left: ['interrupted before it was judged'] };
    const why = `none of its ${counts.frames} received frames is made of the ${counts.segments} ${protocol === 'udp' ? 'datagrams' : 'segments'} that were sent`;
    return { extent: 'not', left: [why] };
  }
  return { extent: left.length > 0 ? 'partly' : 'judged', left };
}

const OUTSIDE = 'the datagrams that carry it were merged (URO), which is judged only where both captures are files';

const SPLIT_UP =
  'received frames begin or end within frames of the sent side: the sender’s NIC cut these up after the capture, ' +
  'into sizes that neither capture shows (--mtu says the largest packet of the path)';

function exchangedReason({ isSure, why }: Exchanged): string {
  const what = 'merged frames are on the sent side only';
  return isSure
    ? `the two captures are exchanged: ${what}, and ${why}`
    : `${what}: the two captures are exchanged, or the sender’s NIC segmented after the capture (--allow-sender-offload judges that)`;
}

function twofoldReason(side: 'sent' | 'received'): string {
  return (
    `the ${side} capture has it at several interfaces in different forms, segmented at one and merged at another: ` +
    `--${side}-interface chooses one`
  );
}

function oversizedReason(oversized: number): string {
  return (
    `${countText(oversized, 'frame')} on the sent side ${oversized === 1 ? 'is' : 'are'} larger than the link carries: the sender’s NIC segmented ${oversized === 1 ? 'it' : 'them'} after ` +
    'the capture, or this direction was captured at its receiver (--allow-sender-offload, or --mtu, judges it)'
  );
}

function leftOut(
  { counts, before, after, unsent, amongUnsent, acknowledged }: ConnectionResult,
  { sent, received }: PairPlaces,
): string[] {
  const left: string[] = [];
  if (before.count > 0) left.push(`${before.text(sent)}, from before the first that came out`);
  if (after.count > 0) left.push(`${after.text(sent)}, from after the received capture`);
  if (unsent.count > 0) left.push(`${unsent.text(received)}: the sent capture lacks what they are made of`);
  if (amongUnsent.count > 0) left.push(`${amongUnsent.text(sent)}, whose bytes came in such frames`);
  if (acknowledged > 0)
    left.push(`${countText(acknowledged, 'segment')} that the host acknowledged and the received capture lacks`);
  if (counts.left > 0) left.push(`${countText(counts.left, 'packet')} read, and not judged when it was interrupted`);
  if (counts.cut > 0) left.push(`bytes of ${countText(counts.cut, 'frame')} that a capture cut`);
  return left;
}
