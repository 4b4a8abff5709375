/** What two captures held and how much of it was judged, for a terminal. */

import type { PairTotals } from './capture-pair.ts';
import type { ConnectionResult } from './connection.ts';

/** `judged`: those of the `results` that were. Whole lines. */
export function pairSummary(
  totals: PairTotals,
  results: readonly ConnectionResult[],
  judged: readonly ConnectionResult[],
): string {
  const sum = (of: readonly ConnectionResult[], count: (result: ConnectionResult) => number): number =>
    of.reduce((all, result) => all + count(result), 0);
  const onlySent = results.filter(({ counts }) => counts.frames === 0);
  const onlyReceived = results.filter(({ counts }) => counts.segments === 0);
  const lines = [
    `Sent:      ${totals.sentPackets} packets, ${totals.sentIgnored} of them no TCP segment`,
    `Received:  ${totals.receivedPackets} packets, ${totals.receivedIgnored} of them no TCP segment`,
    `Judged:    ${judged.length} of ${results.length} connections (one direction each), ${sum(judged, ({ counts }) => counts.segments - counts.outside)} segments in ${sum(judged, ({ counts }) => counts.frames)} frames`,
    `Ignored:   ${onlySent.length} connections only in the sent, ${onlyReceived.length} only in the received, ${results.length - judged.length - onlySent.length - onlyReceived.length} from the host`,
    `Missing:   ${sum(judged, ({ counts, acknowledged }) => counts.lost - acknowledged)} between the captures, ${sum(judged, ({ acknowledged }) => acknowledged)} that the host acknowledged and the received capture lacks, ${sum(judged, ({ counts }) => counts.unsent)} received frames that the sent capture lacks`,
  ];
  if (judged.length === 0) lines.push('Nothing was judged: no TCP connection is in both captures.');
  return `${lines.join('\n')}\n`;
}
