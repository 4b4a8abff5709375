/** From what was counted: the verdict in words, and the commands that would show what is on the wire. */

import type { ConnectionReport, InspectReport, SuperFrameKind } from './report.ts';

type Counts = Pick<InspectReport, 'tcp' | 'cut' | 'headersCut' | 'beyondLimit'>;

interface Totals {
  readonly superFrames: Readonly<Record<SuperFrameKind, { frames: number; segments: number }>>;
  unfilled: number;
  wrong: number;
  wrongSent: number;
  stale: number;
}

export function advise(
  connections: readonly ConnectionReport[],
  counts: Counts,
  name: string,
): Pick<InspectReport, 'verdict' | 'commands'> {
  const totals = sum(connections);
  return { verdict: verdict(totals, counts), commands: commands(totals, name) };
}

function sum(connections: readonly ConnectionReport[]): Totals {
  const none = (): { frames: number; segments: number } => ({ frames: 0, segments: 0 });
  const superFrames = {
    'unsegmented-send': none(),
    'coalesced-receive': none(),
    'passed-whole': none(),
    unknown: none(),
  };
  const totals: Totals = { superFrames, unfilled: 0, wrong: 0, wrongSent: 0, stale: 0 };
  for (const { capturedAt, directions } of connections) {
    for (const [i, { checksums, superFrames: long }] of directions.entries()) {
      totals.unfilled += checksums['pseudo-header'] + checksums.zero + checksums.wrong - checksums.reallyWrong;
      const isSent = capturedAt === 'both' || capturedAt === (i === 0 ? 'a' : 'b');
      if (isSent) totals.wrongSent += checksums.reallyWrong;
      else totals.wrong += checksums.reallyWrong;
      if (long === undefined) continue;
      const of = superFrames[long.kind];
      of.frames += long.frames;
      of.segments += long.segments;
      const unfilled = long.checksums['pseudo-header'] + long.checksums.zero;
      // A coalescer that merges in software leaves the pseudo-header sum, too: that is not transmit offload.
      if (long.kind !== 'coalesced-receive') totals.unfilled += unfilled;
      else totals.stale += unfilled + long.checksums.wrong;
    }
  }
  return totals;
}

function verdict(totals: Totals, { tcp, cut, headersCut, beyondLimit }: Counts): string {
  if (tcp === 0) return 'There is no TCP segment in this capture for an offload to have touched.';
  const { superFrames, unfilled, wrong, wrongSent, stale } = totals;
  const sent = superFrames['unsegmented-send'];
  const received = superFrames['coalesced-receive'];
  const whole = superFrames['passed-whole'];
  const { unknown } = superFrames;
  const parts = [
    sent.frames > 0 &&
      `${frames(sent.frames)} that the capturing host sent ${sent.frames === 1 ? 'is' : 'are'} longer than a segment: the capture lies before the place where they are cut (GSO in the kernel, TSO in the NIC), and on the wire they were about ${sent.segments} segments.`,
    received.frames > 0 &&
      `${frames(received.frames)} that it received ${received.frames === 1 ? 'is' : 'are'} longer than a segment: GRO, LRO or RSC merged them before the capture, out of about ${received.segments} segments.`,
    stale > 0 &&
      `The TCP checksum of ${stale === 1 ? 'one of these' : `${stale} of these`} was not computed anew when they were merged, which says nothing about the segments.`,
    whole.frames > 0 &&
      `${frames(whole.frames)} longer than a segment went over a loopback or virtual link whole: both ends hand them to each other as they are.`,
    unknown.frames > 0 &&
      `${frames(unknown.frames)} ${unknown.frames === 1 ? 'is' : 'are'} longer than a segment, but the capture does not tell which side made it: either the sender had not cut them yet (TSO, GSO), or the receiver had merged them (GRO, LRO, RSC).`,
    unfilled > 0 &&
      `The TCP checksum of ${frames(unfilled)} was never filled in: transmit checksum offload does that behind the capture, so “checksum incorrect” is no fault here.`,
    wrong > 0 &&
      `The TCP checksum of ${frames(wrong)} is really wrong: no offload explains it, so the data were damaged before the capture.`,
    wrongSent > 0 &&
      `${frames(wrongSent)} that the capturing host sent ${wrongSent === 1 ? 'has' : 'have'} a TCP checksum that fits no known way of leaving it to the NIC; capture at the other end to see what left.`,
  ].filter((part) => part !== false);
  if (parts.length === 0) {
    parts.push(
      'Offloads left no trace: no frame is longer than a segment, and every TCP checksum that can be verified is right.',
    );
  }
  if (cut > 0)
    parts.push(`Of ${frames(cut)} the capture holds the headers only in full; their checksums cannot be verified.`);
  if (headersCut > 0)
    parts.push(`${frames(headersCut)} are cut off within the headers: capture with a larger snaplen.`);
  if (beyondLimit > 0)
    parts.push(`${frames(beyondLimit)} belong to more connections than are kept apart and were not looked into.`);
  return parts.join(' ');
}

function frames(count: number): string {
  return count === 1 ? '1 frame' : `${count} frames`;
}

function commands({ superFrames, unfilled, wrongSent }: Totals, name: string): InspectReport['commands'] {
  const isEither = superFrames.unknown.frames + superFrames['passed-whole'].frames > 0;
  const sends = isEither || superFrames['unsegmented-send'].frames > 0;
  const receives = isEither || superFrames['coalesced-receive'].frames > 0;
  const checksums = unfilled + wrongSent > 0;
  if (!sends && !receives && !checksums) return { linux: [], windows: [] };
  const features = [
    ...(receives ? ['gro', 'lro', 'rx-gro-hw'] : []),
    ...(sends ? ['tso', 'gso'] : []),
    ...(checksums ? ['tx'] : []),
  ];
  return {
    linux: [`ethtool -K ${name} ${features.map((feature) => `${feature} off`).join(' ')}`],
    windows: [
      ...(receives ? [`Disable-NetAdapterRsc -Name "${name}"`] : []),
      ...(sends ? [`Set-NetAdapterLso -Name "${name}" -IPv4Enabled $false -IPv6Enabled $false`] : []),
      ...(checksums ? [`Disable-NetAdapterChecksumOffload -Name "${name}" -TcpIPv4 -TcpIPv6`] : []),
    ],
  };
}
