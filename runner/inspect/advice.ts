/** Statements about a capture, and the commands after which a capture shows the wire as it is. */

import { hostCommands } from './host-commands.ts';
import type {
  ConnectionReport,
  DirectionReport,
  InspectReport,
  Shown,
  Statement,
  SuperFrameKind,
  UdpReport,
} from './report.ts';

type Counts = Pick<
  InspectReport,
  'tcp' | 'udp' | 'cut' | 'headersCut' | 'fragments' | 'broken' | 'beyondLimit' | 'encapsulated'
>;

export function advise(
  connections: readonly ConnectionReport[],
  counts: Counts,
  name: string,
): Pick<InspectReport, 'statements' | 'verdict' | 'commands'> {
  const statements = [
    ...longFrames(connections),
    ...checksums(connections),
    ...udpStatements(counts.udp),
    ...order(connections),
    ...limits(connections, counts),
  ];
  if (counts.tcp === 0) statements.unshift(nothing(noSegment(counts)));
  else if (!statements.some(({ filter }) => filter !== '')) statements.unshift(nothing(UNTOUCHED));
  return {
    statements,
    verdict: statements.map(({ text }) => text).join(' '),
    commands: hostCommands(connections, name),
  };
}

const UNTOUCHED =
  'Offloads left no trace: no frame is longer than a segment, and every TCP checksum that can be verified is right.';

/** A fragment, a frame with cut headers, or one that contradicts itself may be TCP. */
function noSegment({ fragments, headersCut, broken }: Counts): string {
  return fragments + headersCut + broken > 0
    ? 'There is no TCP segment in this capture that can be read.'
    : 'There is no TCP segment in this capture.';
}

function nothing(text: string): Statement {
  return { text, shown: { count: 0, frames: [] }, filter: '' };
}

interface Found {
  readonly connection: ConnectionReport;
  readonly direction: DirectionReport;
  readonly isSent: boolean;
}

function directionsOf(connections: readonly ConnectionReport[]): Found[] {
  return connections.flatMap((connection) =>
    connection.directions.map((direction, i) => ({
      connection,
      direction,
      isSent: connection.capturedAt === 'both' || connection.capturedAt === (i === 0 ? 'a' : 'b'),
    })),
  );
}

/** One statement for several directions, or none. `all`: a filter that matches all of the frames. */
function statement(of: readonly Shown[], all: string, text: (frames: string, count: number) => string): Statement[] {
  const count = of.reduce((sum, shown) => sum + shown.count, 0);
  if (count === 0) return [];
  const frames = of
    .flatMap((shown) => shown.frames)
    .sort((a, b) => a - b)
    .slice(0, 5);
  const filter = count <= frames.length || all === '' ? `frame.number in {${frames.join(', ')}}` : all;
  return [{ text: text(count === 1 ? '1 frame' : `${count} frames`, count), shown: { count, frames }, filter }];
}

function longFrames(connections: readonly ConnectionReport[]): Statement[] {
  const of = (kind: SuperFrameKind): { shown: Shown[]; segments: number; filter: string; stale: number } => {
    const found = directionsOf(connections).filter(({ direction }) => direction.superFrames?.kind === kind);
    const long = found.flatMap(({ direction: { superFrames } }) => superFrames ?? []);
    return {
      shown: long.map(({ shown }) => shown),
      segments: long.reduce((sum, { segments }) => sum + segments, 0),
      filter: `tcp.len > ${Math.min(...found.map(({ connection: { mss } }) => mss.value))}`,
      stale: long.reduce(
        (sum, { checksums: { zero, wrong, ...rest } }) => sum + zero + wrong + rest['pseudo-header'],
        0,
      ),
    };
  };
  const sent = of('unsegmented-send');
  const received = of('coalesced-receive');
  const whole = of('passed-whole');
  const unknown = of('unknown');
  return [
    ...statement(
      sent.shown,
      sent.filter,
      (frames, n) =>
        `${frames} that the capturing host sent ${is(n)} longer than a segment: the capture lies before the place where they are cut (GSO in the kernel, TSO in the NIC), and on the wire they were about ${sent.segments} segments.`,
    ),
    ...statement(
      received.shown,
      received.filter,
      (frames, n) =>
        `${frames} that it received ${is(n)} longer than a segment: GRO, LRO or RSC merged them before the capture, out of about ${received.segments} segments.${stale(received.stale)}`,
    ),
    ...statement(
      whole.shown,
      whole.filter,
      (frames) =>
        `${frames} longer than a segment went over a loopback or virtual link whole: both ends hand them to each other as they are.`,
    ),
    ...statement(
      unknown.shown,
      unknown.filter,
      (frames, n) =>
        `${frames} ${is(n)} longer than a segment, but the capture does not tell which side made ${n === 1 ? 'it' : 'them'}: either the sender had not cut ${n === 1 ? 'it' : 'them'} yet (TSO, GSO), or the receiver had merged ${n === 1 ? 'it' : 'them'} (GRO, LRO, RSC).`,
    ),
  ];
}

function is(n: number): string {
  return n === 1 ? 'is' : 'are';
}

function stale(n: number): string {
  if (n === 0) return '';
  return ` The TCP checksum of ${n === 1 ? 'one of these' : `${n} of these`} was not recomputed after the merge, which says nothing about the segments.`;
}

function checksums(connections: readonly ConnectionReport[]): Statement[] {
  const all = directionsOf(connections);
  const unfilled = all.flatMap(({ direction }) => unfilledOf(direction));
  const wrong = (isSent: boolean): Shown[] =>
    all.filter((each) => each.isSent === isSent).map(({ direction }) => wrongOf(direction));
  const rewritten = all.flatMap(({ direction }) => rewrittenOf(direction));
  return [
    ...statement(
      unfilled,
      '',
      (frames) =>
        `The TCP checksum of ${frames} was never filled in: transmit checksum offload does that after the capture, so “checksum incorrect” is no fault here.`,
    ),
    ...statement(
      rewritten,
      '',
      (frames) =>
        `The TCP checksum of ${frames} is off by one and the same difference in each direction: addresses or ports were rewritten (NAT, or a tool that makes captures anonymous), and the checksums were left as they were.`,
    ),
    ...statement(
      wrong(false),
      '',
      (frames) =>
        `The TCP checksum of ${frames} is really wrong: no offload explains it, so the data were damaged before the capture.`,
    ),
    ...statement(
      wrong(true),
      '',
      (frames, n) =>
        `${frames} that the capturing host sent ${n === 1 ? 'has' : 'have'} a TCP checksum that fits no known way of leaving it to the NIC; capture at the other end to see what left.`,
    ),
  ];
}

/** A coalescer in software leaves the pseudo-header sum, too: that is not transmit offload. */
function unfilledOf({
  checksums: { patterns, rewrites, unfilledFrames, wrongFrames },
  superFrames,
}: DirectionReport): Shown[] {
  const count = patterns.reduce((sum, pattern) => sum + pattern.count, 0);
  const long = superFrames?.kind === 'coalesced-receive' ? 0 : longUnfilled(superFrames);
  return [
    unfilledFrames,
    { count: long, frames: long === 0 ? [] : (superFrames?.shown.frames ?? []) },
    { count, frames: rewrites.length > 0 || count === 0 ? [] : wrongFrames.frames },
  ];
}

function longUnfilled(superFrames: DirectionReport['superFrames']): number {
  return superFrames === undefined ? 0 : superFrames.checksums['pseudo-header'] + superFrames.checksums.zero;
}

function rewrittenOf({ checksums: { rewrites, wrongFrames } }: DirectionReport): Shown[] {
  const count = rewrites.reduce((sum, rewrite) => sum + rewrite.count, 0);
  return count === 0 ? [] : [{ count, frames: wrongFrames.frames }];
}

function wrongOf({ checksums: { reallyWrong, wrongFrames } }: DirectionReport): Shown {
  return { count: reallyWrong, frames: reallyWrong === 0 ? [] : wrongFrames.frames };
}

/** Signs of offloads in datagrams. */
export function udpStatements({ long, unfilled, largestPayload }: UdpReport): Statement[] {
  return [
    ...statement(
      [long],
      'udp.length > 1480',
      (frames, n) =>
        `${frames} ${n === 1 ? 'is a UDP datagram' : 'are UDP datagrams'} longer than a 1,500-byte link carries (up to ${largestPayload} bytes of payload), and ${n === 1 ? 'not a fragment' : 'not fragments'}: segmentation offload at the sender (USO, UDP GSO), receive offload at the receiver (URO, UDP GRO), or a link with a larger MTU.`,
    ),
    ...statement(
      [unfilled],
      '',
      (frames) =>
        `The UDP checksum of ${frames} was never filled in: transmit checksum offload does that after the capture.`,
    ),
  ];
}

function order(connections: readonly ConnectionReport[]): Statement[] {
  const all = directionsOf(connections).map(({ direction }) => direction.order);
  const firsts = all.flatMap(({ changed }) => changed.firstCopies);
  return [
    ...statement(
      all.map(({ changed }) => changed),
      '',
      (frames, n) =>
        `${frames} ${n === 1 ? 'is a retransmission that carries' : 'are retransmissions that carry'} other bytes than the first copy (frame${firsts.length === 1 ? '' : 's'} ${firsts.join(', ')}), with right checksums: the data changed after the first copy was sent, as when a buffer is used again before it is acknowledged. Compare with scatter/gather switched off at the sender (Linux: ethtool -K IF sg off).`,
    ),
    ...statement(
      all.map(({ retransmissions }) => retransmissions),
      'tcp.analysis.retransmission || tcp.analysis.spurious_retransmission',
      (frames, n) => `${frames} ${n === 1 ? 'is a retransmission' : 'are retransmissions'}.`,
    ),
    ...statement(
      all.map(({ filled }) => filled),
      'tcp.analysis.out_of_order || tcp.analysis.retransmission',
      (frames) => `${frames} came after later data of the same connection: reordered, or sent again after a loss.`,
    ),
    ...statement(
      all.map(({ unseen }) => unseen),
      'tcp.analysis.ack_lost_segment',
      (frames, n) =>
        `${frames} acknowledge${n === 1 ? 's' : ''} data that the capture does not hold: the capture dropped packets.`,
    ),
    ...statement(
      all.map(({ duplicateAcks }) => duplicateAcks),
      'tcp.analysis.duplicate_ack',
      (frames, n) => `${frames} ${n === 1 ? 'is a duplicate ACK' : 'are duplicate ACKs'}.`,
    ),
  ];
}

function limits(connections: readonly ConnectionReport[], counts: Counts): Statement[] {
  const { cut, headersCut, beyondLimit } = counts;
  const unverified = directionsOf(connections).reduce(
    (sum, { direction: { checksums: of, superFrames } }) => sum + of.unknown + (superFrames?.checksums.unknown ?? 0),
    0,
  );
  const kinds = Object.entries(counts.encapsulated).map(
    ([kind, n]) => `${kind} (${n === 1 ? '1 frame' : `${n} frames`})`,
  );
  return [
    kinds.length > 0 &&
      `Packets lie in other packets: ${kinds.join('; ')}. What is said of TCP is said of the packets inside.`,
    cut > 0 &&
      unverified > 0 &&
      `Of ${countOf(unverified)} the capture does not hold all bytes: their checksums cannot be verified.`,
    headersCut > 0 &&
      `${countOf(headersCut)} ${is(headersCut)} cut off within the headers: capture with a larger snaplen.`,
    beyondLimit > 0 &&
      `${countOf(beyondLimit)} belong${beyondLimit === 1 ? 's' : ''} to more connections than are kept apart and ${beyondLimit === 1 ? 'was' : 'were'} not examined.`,
  ]
    .filter((text) => text !== false)
    .map(nothing);
}

function countOf(n: number): string {
  return n === 1 ? '1 frame' : `${n} frames`;
}
