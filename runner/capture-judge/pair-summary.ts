/** The contents of two captures and how much of them was judged, for a terminal. */

import type { CaptureSideEvent, CapturesEvent } from '../../reports/events.ts';
import { countText } from '../../vectors/count-text.ts';
import type { PairTotals } from './capture-pair.ts';
import type { ConnectionResult } from './connection.ts';
import { howFarJudged } from './how-far-judged.ts';
import type { PairPlaces } from './packet-places.ts';
import { factLines, packetsText } from './side-text.ts';

/** Connections to list with what was not judged of them. */
const LISTED = 8;

/** `judged`: the `results` that are in both captures and towards the host. Whole lines. */
export function pairSummary(
  totals: PairTotals,
  results: readonly ConnectionResult[],
  judged: readonly ConnectionResult[],
  { facts, places }: { readonly facts: CapturesEvent; readonly places: PairPlaces },
): string {
  const sum = (count: (result: ConnectionResult) => number): number =>
    judged.reduce((all, result) => all + count(result), 0);
  const extents = judged.map((result) => ({ result, ...howFarJudged(result, places) }));
  const some = extents.filter(({ extent }) => extent !== 'not');
  const partly = extents.filter(({ extent }) => extent === 'partly');
  const not = extents.filter(({ extent }) => extent === 'not');
  const onlySent = results.filter(({ counts }) => counts.frames === 0).length;
  const onlyReceived = results.filter(({ counts }) => counts.segments === 0).length;
  const lost = sum(({ counts, acknowledged }) => counts.lost - acknowledged);
  const parts = partly.length === 0 ? '' : `, ${partly.length} of them in part`;
  const lines = [
    `Sent:      ${held(totals.sent, totals.sentKinds.text)}`,
    `Received:  ${held(totals.received, totals.receivedKinds.text)}`,
    `Judged:    ${some.length} of ${countText(results.length, 'connection')} (one direction each)${parts}, ${explained(judged)}`,
    `Ignored:   ${countText(onlySent, 'connection')} only in the sent, ${onlyReceived} only in the received, ${results.length - judged.length - onlySent - onlyReceived} from the host`,
    `Missing:   ${lost} between the captures, ${sum(({ acknowledged }) => acknowledged)} that the host acknowledged and the received capture lacks, ${sum(({ counts }) => counts.unsent)} received frames that the sent capture lacks`,
    ...factLines(facts),
    ...listed('In part:   ', partly, 'not judged: '),
    ...listed('Not:       ', not, ''),
  ];
  if (some.length === 0) lines.push(whyNothing(totals, results, judged));
  return `${lines.join('\n')}\n`;
}

/** "12 segments in 3 frames, 8 datagrams in 2 frames". */
function explained(judged: readonly ConnectionResult[]): string {
  const texts = (['tcp', 'udp'] as const).flatMap((protocol) => {
    const own = judged.filter((result) => result.protocol === protocol);
    const segments = own.reduce((sum, { counts }) => sum + counts.explained, 0);
    const frames = own.reduce((sum, { counts }) => sum + counts.explainedFrames, 0);
    const unit = protocol === 'udp' ? 'datagram' : 'segment';
    return own.length > 0 || protocol === 'tcp'
      ? [`${countText(segments, unit)} in ${countText(frames, 'frame')}`]
      : [];
  });
  return texts.join(', ');
}

function held(side: CaptureSideEvent, others: string): string {
  return `${packetsText(side)}${others === '' ? '' : `, among them ${others}`}`;
}

function listed(
  head: string,
  connections: readonly { readonly result: ConnectionResult; readonly left: readonly string[] }[],
  before: string,
): string[] {
  const lines = connections
    .slice(0, LISTED)
    .map(({ result, left }) => `${head}${result.name}: ${before}${left.join('; ')}`);
  const more = connections.length - lines.length;
  if (more > 0) lines.push(`${head}${more} more connections; all of them are in the reports`);
  return lines;
}

function whyNothing(
  { sent, received, sentKinds, receivedKinds }: PairTotals,
  results: readonly ConnectionResult[],
  judged: readonly ConnectionResult[],
): string {
  if (results.length === 0)
    return `Nothing was judged: neither capture has TCP or UDP that can be judged; the sent one has ${sentKinds.text || packetsText(sent)}, the received ${receivedKinds.text || packetsText(received)}.`;
  const exchanged = judged.flatMap((result) => result.exchanged ?? []);
  if (exchanged.some(({ isSure }) => isSure))
    return 'Nothing was judged: the two captures are exchanged; give --sent the one that is now --received.';
  if (exchanged.length > 0)
    return 'Nothing was judged: merged frames are on the sent side only. Exchange the two captures, or turn the sender’s segmentation offload off.';
  if (judged.some(({ twofold }) => twofold !== undefined))
    return 'Nothing was judged: a capture of several interfaces has the same traffic in several forms; choose one interface.';
  if (judged.length > 0) return 'Nothing was judged: what came out is not made of what was sent.';
  const isCommon = results.some(({ counts }) => counts.segments > 0 && counts.frames > 0);
  if (isCommon) return 'Nothing was judged: no connection in both captures is one towards the host (--host).';
  return 'Nothing was judged: no TCP or UDP connection is in both captures.';
}
