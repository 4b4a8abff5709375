/** Bugs of real coalescers that a frame can show. The products are those of vectors/flag-meanings.ts. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { PairRule, Rule, SegmentRule } from '../../reference-impl/rules/rule.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { connectionOf, isUnordered, parsed, withoutTags } from '../judge/arrival.ts';
import { framesIn, made, onList, onMerged, reference, withChecksums } from './alterations.ts';
import type { Fault } from './fault.ts';
import { connectionsMixed, udpMerged } from './mixing.ts';
import { split } from './split.ts';
import { altered, alteredFrames, coalescerSubject, type OwnIndication, type Subject } from './subject.ts';

/** The reference with one rule changed. */
function with_<R extends Rule>(name: string, change: Partial<R>): Subject {
  return coalescerSubject(
    {},
    { rules: registry.map((rule) => (rule.name === name ? ({ ...rule, ...change } as Rule) : rule)) },
  );
}

const pair = (name: string, forbids: PairRule['forbids']): Subject => with_<PairRule>(name, { forbids });

/** Exceptions that are indicated at once, before the unit of their connection. */
const OVERTAKING: readonly string[] = registry
  .filter(
    (rule): rule is SegmentRule =>
      rule.kind === 'segment' && rule.ends && rule.level !== 'may' && rule.id.startsWith('E'),
  )
  .map(({ name }) => name);

export const FIELD_FAULTS: readonly Fault[] = [
  ...OVERTAKING.map((name) =>
    made(
      `field/overtakes/${name}`,
      'An exception is indicated at once, ahead of the unit in progress on its connection (QEMU).',
      with_<SegmentRule>(name, { ends: false }),
      'I1',
    ),
  ),
  made(
    'field/first-padding-kept',
    'A unit keeps the padding of its first frame in its stream (QEMU, Xen).',
    paddingKept(),
    'H1',
  ),
  made(
    'field/flags-of-last',
    'ECE and CWR are not compared; a unit has the last segment’s (QEMU).',
    flagsOfLast(),
    'E8b',
  ),
  made('field/psh-of-last', 'PSH is the last segment’s (QEMU).', lastArrival('tcp', 13, TcpFlag.psh), 'H5'),
  made('field/ttl-of-last', 'TTL is the last segment’s.', lastArrival('ttl', 0, 0xff), 'H4'),
  made('field/id-of-last', 'Identification is the last segment’s.', lastArrival('id', 5, 0xff), 'H3'),
  made(
    'field/ack-highest',
    'An older acknowledgment is merged, the highest kept.',
    pair('ack-not-older', () => false),
    'C4',
  ),
  made(
    'field/cwr-not-compared',
    'CWR is left out of the comparison (Linux GRO).',
    pair('ece-cwr-change', ecOnly),
    'E8b',
  ),
  made('field/cwr-cleared', 'CWR is cleared on a unit (hns3, mlx5).', onMerged(clearCwr), 'H6'),
  made(
    'field/reserved-bits-cleared',
    'The reserved bits are cleared on their way (FreeBSD).',
    alteredFrames(reference, clearReserved),
    'H1',
  ),
  made(
    'field/ipv6-ecn-misread',
    'IPv6 ECN is looked for in DSCP’s bits (QEMU).',
    pair('ecn-field-change', misread),
    'E8a',
  ),
  made(
    'field/hop-limit-as-flow',
    'A different hop limit counts as a different flow (Linux).',
    split((s) => `${connectionOf(s)} ${isUnordered(s) ? '' : s.ttl}`),
    'I1',
  ),
  made(
    'field/retransmission-swallowed',
    'A retransmission with another window passes for a window update (QEMU).',
    dropping(isSwallowed),
    'I7',
  ),
  made('field/window-updates-swallowed', 'Window updates vanish.', dropping(isWindowUpdate), 'C7', 'I7'),
  made(
    'field/duplicates-swallowed',
    'Duplicates vanish into a tracked ACK, uncounted (QEMU, NetKVM).',
    uncounted(),
    'C9',
    'I7',
  ),
  made(
    'field/duplicates-counted',
    'Duplicates are counted, though that makes NDIS switch RSC off.',
    coalescerSubject({ duplicateAcks: 'counted' }),
    'C8',
  ),
  made('field/data-offset-mended', 'A data offset under 5 is taken for 5 (QEMU).', arriving(offsetRepaired), 'I8'),
  made(
    'field/limit-plus-one',
    'A unit may have one byte too many: its length wraps to 0 (FreeBSD).',
    limit(65_536),
    'E7',
  ),
  made(
    'field/limit-on-payload',
    'The limit is held against the payload alone.',
    pair('datagram-too-long', (u, s) => u.payloadLength + s.payloadLength > 65_535),
    'E7',
  ),
  made(
    'field/bad-checksum-repaired',
    'A wrong checksum is put right on its way up.',
    alteredFrames(reference, repaired),
    'E2',
    'H7',
  ),
  made(
    'field/bad-checksum-dropped',
    'Frames with a wrong checksum are dropped, and no capability announces it.',
    onList((all) => all.filter((one) => !isBad(one))),
    'I7',
    'C9',
  ),
  made(
    'field/tags-lost',
    'Tags are lost; segments that only a tag distinguished are coalesced.',
    arriving(withoutTags),
    'H1',
  ),
  made(
    'field/tagged-said-bad',
    'Tagged frames are reported with bad checksums (NetKVM).',
    alteredFrames(
      reference,
      saysBad((s) => s.ipOffset > 14),
    ),
    'O4',
    'H8',
  ),
  made(
    'field/fragments-said-bad',
    'Fragments are reported with a bad checksum (82599, X540).',
    alteredFrames(
      reference,
      saysBad((s) => s.isFragment),
    ),
    'O4',
  ),
  made(
    'field/udp-merged',
    'UDP datagrams, tunnels among them, are merged like a stream (vmxnet3).',
    onList(udpMerged),
    'I8',
    'I7',
    'U4',
    'U10',
  ),
  made(
    'field/connections-mixed',
    'What comes next is appended, whatever connection it is of.',
    onList(connectionsMixed),
    'C11',
    'H1',
  ),
  {
    ...made('field/forwarded-coalesced', 'Segments to other hosts are coalesced (ixgbe, aQuantia).', reference, 'I6'),
    capabilities: { addresses: ['192.0.2.1', '2001:db8::1'] },
  },
];

function limit(most: number): Subject {
  return pair('datagram-too-long', (unit, segment) => unit.ipLengthWith(segment.payloadLength) > most);
}

function ecOnly(unit: { readonly flags: number }, segment: Segment): boolean {
  return ((unit.flags ^ segment.flags) & TcpFlag.ece) !== 0;
}

/** The bits under a mask of 0xc0 in IPv6's second byte: the low bits of DSCP. */
function misread(unit: { readonly trafficClass: number }, segment: Segment): boolean {
  const mask = segment.ipVersion === 6 ? 0xc : 3;
  return ((unit.trafficClass ^ segment.trafficClass) & mask) !== 0;
}

/** Bytes of a merged unit that come from the last arrival instead. */
function lastArrival(where: 'tcp' | 'ttl' | 'id', offset: number, mask: number, subject = reference): Subject {
  const place = ({ tcpOffset, ipOffset, ipVersion }: Segment): number | undefined => {
    if (where === 'tcp') return tcpOffset + offset;
    if (where === 'ttl') return ipOffset + (ipVersion === 4 ? 8 : 7);
    return ipVersion === 4 ? ipOffset + offset : undefined;
  };
  return altered(subject, (outcome, steps) => {
    const frames = framesIn(steps);
    const indications = outcome.indications.map((one) => {
      const last = frames[one.arrivals.at(-1) ?? 0];
      const frame = one.frame.slice();
      const [to, from] = [place(parsed(frame)), last === undefined ? undefined : place(parsed(last))];
      if (one.arrivals.length < 2 || to === undefined || from === undefined || last === undefined) return one;
      frame[to] = ((frame[to] as number) & ~mask) | ((last[from] as number) & mask);
      return { ...one, frame: withChecksums(frame) };
    });
    return { ...outcome, indications };
  });
}

function flagsOfLast(): Subject {
  return lastArrival(
    'tcp',
    13,
    TcpFlag.ece | TcpFlag.cwr,
    pair('ece-cwr-change', () => false),
  );
}

function paddingKept(): Subject {
  return altered(reference, (outcome, steps) => {
    const frames = framesIn(steps);
    const indications = outcome.indications.map((one) => {
      const first = parsed(frames[one.arrivals[0] ?? 0] as Uint8Array);
      const padding = first.frame.length - first.ipEnd;
      if (one.arrivals.length < 2 || padding === 0) return one;
      const { payloadOffset } = parsed(one.frame);
      const at = payloadOffset + first.payloadLength;
      const frame = one.frame.slice();
      frame.set(one.frame.subarray(at, Math.max(at, frame.length - padding)), Math.min(at + padding, frame.length));
      frame.fill(0, at, Math.min(at + padding, frame.length));
      return { ...one, frame: withChecksums(frame) };
    });
    return { ...outcome, indications };
  });
}

function clearCwr(frame: Uint8Array, one: OwnIndication): OwnIndication {
  const at = parsed(frame).tcpOffset + TcpAt.flags;
  frame[at] = (frame[at] as number) & ~TcpFlag.cwr;
  return { ...one, frame: withChecksums(frame) };
}

function clearReserved(one: OwnIndication): OwnIndication {
  const segment = parsed(one.frame);
  if (segment.kind !== 'segment' || segment.flags >> 8 === 0) return one;
  const frame = one.frame.slice();
  const at = segment.tcpOffset + TcpAt.dataOffset;
  frame[at] = (frame[at] as number) & 0xf0;
  return { ...one, frame: withChecksums(frame) };
}

/** Each frame as changed on arrival. */
function arriving(change: (frame: Uint8Array) => Uint8Array): Subject {
  return (steps) => reference(steps.map((step) => ('rx' in step ? { ...step, rx: change(step.rx) } : step)));
}

function offsetRepaired(frame: Uint8Array): Uint8Array {
  const { kind, reason, tcpOffset } = parsed(frame);
  if (kind !== 'other' || tcpOffset === 0 || reason !== 'data-offset' || frame.length < tcpOffset + TCP_HEADER)
    return frame;
  const repaired = frame.slice();
  repaired[tcpOffset + TcpAt.dataOffset] = 0x50;
  return withChecksums(repaired);
}

/** Arrivals that are never indicated; the test also sees the last one of the connection. */
function dropping(picks: (segment: Segment, before: Segment | undefined) => boolean): Subject {
  return (steps) => {
    const latest = new Map<string, Segment>();
    const kept = steps.map((step): FrameStep => {
      if (!('rx' in step)) return step;
      const segment = parseSegment(step.rx, new Segment());
      if (segment.kind !== 'segment') return step;
      const name = connectionOf(segment);
      const before = latest.get(name);
      latest.set(name, segment);
      return picks(segment, before) ? { wait: 0 } : step;
    });
    return reference(kept);
  };
}

function isWindowUpdate(segment: Segment, before: Segment | undefined): boolean {
  return (
    before !== undefined &&
    segment.isPureAck &&
    segment.seq === (before.seq + before.payloadLength) >>> 0 &&
    segment.ack === before.ack &&
    segment.window !== before.window
  );
}

function isSwallowed(segment: Segment, before: Segment | undefined): boolean {
  return (
    before !== undefined &&
    segment.payloadLength > 0 &&
    segment.seq === before.seq &&
    segment.ack === before.ack &&
    segment.window !== before.window
  );
}

function uncounted(): Subject {
  return alteredFrames(coalescerSubject({ duplicateAcks: 'counted' }), (one) => ({
    ...one,
    oob: { ...one.oob, dupAckCount: 0 },
  }));
}

function isBad({ frame }: OwnIndication): boolean {
  const { ipChecksum, tcpChecksum } = parsed(frame);
  return ipChecksum === 'wrong' || tcpChecksum === 'wrong';
}

function repaired(one: OwnIndication): OwnIndication {
  return isBad(one) ? { ...one, frame: withChecksums(one.frame.slice()) } : one;
}

function saysBad(of: (segment: Segment) => boolean): (one: OwnIndication) => OwnIndication {
  return (one) => (of(parsed(one.frame)) ? { ...one, oob: { ...one.oob, tcpChecksum: 'bad' } } : one);
}
