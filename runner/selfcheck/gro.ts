/** Coalescers under profile `gro`, wrong and right: each fault must be caught, and no variant may fail. */

import type { Policy } from '../../reference-impl/policy.ts';
import { groRules } from '../../reference-impl/rules/gro-rules.ts';
import type { DatagramPairRule, PairRule, Rule } from '../../reference-impl/rules/rule.ts';
import type { UdpUnit } from '../../reference-impl/udp/udp-unit.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { equalBytes, setU16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { IPV4_HEADER } from '../../reference-impl/wire/ipv4.ts';
import { IPV6_HEADER } from '../../reference-impl/wire/ipv6.ts';
import { pseudoHeaderSum, type Segment } from '../../reference-impl/wire/segment.ts';
import { parsed } from '../judge/arrival.ts';
import { isMerged, isUdp, onTopOf } from './alterations.ts';
import type { Fault } from './fault.ts';
import { DATAGRAM_CHANGES, datagramsSwapped, onDatagrams, partialDatagram } from './gro-datagrams.ts';
import {
  altered,
  alteredFrames,
  coalescerSubject,
  type Implementation,
  type OwnIndication,
  type Subject,
} from './subject.ts';
import { TRAFFIC_FAULTS } from './traffic-faults.ts';

const GRO: Partial<Policy> = { profile: 'gro' };
const CAPABILITIES = { profile: 'gro' } as const;
const base = coalescerSubject(GRO);

function following(rules: readonly Rule[]): Subject {
  return coalescerSubject(GRO, { rules });
}

/** A segment that its rule lets pass must join somehow: it joins like data, without bytes if it has none. */
function without(broken: Rule): readonly Rule[] {
  return groRules
    .filter((rule) => rule !== broken)
    .map((rule) =>
      rule.kind === 'action' && rule.does === 'data' ? { ...rule, applies: (unit?: Unit) => unit !== undefined } : rule,
    );
}

/** Rows that a verdict may name instead of the broken one, by the name or the id of the rule. */
const BLAMED: Readonly<Record<string, readonly string[]>> = {
  // It may leave no trace in a unit: then it never came out.
  'gro-no-payload': ['R1', 'I7'],
  I8: ['I8', 'R1', 'I7', 'E2', 'C11'],
  E2: ['E2', 'R1'],
  E6: ['E6', 'I1', 'I7', 'R1'],
};

/**
 * Rules whose absence does not show under this profile: RSC and checksum offload are not switched; segmentation also gives back
 * SYN, RST or URG on every segment; a frame that is not a whole segment has no payload, and goes alone for that reason.
 */
const UNJUDGED: readonly string[] = ['rsc-off', 'rxcsum-off-nothing-merged', 'gro-syn-rst-urg', 'not-a-whole-segment'];

/** Nothing is switched. */
const UNJUDGED_DATAGRAMS: readonly string[] = ['uro-off'];

function removed(rule: Rule): Fault[] {
  if (rule.kind !== 'segment' && rule.kind !== 'pair') return [];
  const isSilent =
    rule.level === 'may' ||
    rule.scope !== undefined ||
    (rule.kind === 'segment' && (rule.isOutOfBand === true || UNJUDGED.includes(rule.name))) ||
    (rule.kind === 'pair' && rule.isLimit === true);
  if (isSilent) return [];
  return [
    {
      name: `gro/${rule.name}/removed`,
      summary: `removed: ${rule.summary}`,
      subject: following(without(rule)),
      capabilities: CAPABILITIES,
      broken: rule.id === 'I8' || rule.id === 'E2' || rule.id === 'E6' ? rule.id : 'R1',
      blames: BLAMED[rule.name] ?? BLAMED[rule.id] ?? ['R1'],
    },
  ];
}

function made(name: string, summary: string, subject: Subject, ...blames: readonly string[]): Fault {
  return { name: `gro/${name}`, summary, subject, capabilities: CAPABILITIES, broken: blames[0] ?? 'R1', blames };
}

/** Changes a merged TCP frame. */
function onUnits(change: (frame: Uint8Array, segment: Segment) => void): Subject {
  return alteredFrames(base, (one) => {
    if (!isMerged(one) || isUdp(one.frame)) return one;
    const frame = one.frame.slice();
    change(frame, parsed(frame));
    return { ...one, frame };
  });
}

const flag = (bit: number, how: 'set' | 'clear') =>
  onUnits((frame, { tcpOffset }) => {
    const at = tcpOffset + TcpAt.flags;
    frame[at] = how === 'set' ? (frame[at] as number) | bit : (frame[at] as number) & ~bit;
  });

/** Rules whose absence does not show: URO off, and rules that other rules cover. */
function removedOfDatagrams(rule: Rule): Fault[] {
  if (rule.kind !== 'datagram' && rule.kind !== 'datagram-pair') return [];
  if (rule.level === 'may' || rule.scope !== undefined || UNJUDGED_DATAGRAMS.includes(rule.name)) return [];
  const subject = following(groRules.filter((other) => other !== rule));
  return [made(`${rule.name}/removed`, `removed: ${rule.summary}`, subject, 'R1', 'R2', 'E2', 'E6', 'I1', 'I7', 'C11')];
}

export const GRO_FAULTS: readonly Fault[] = [
  ...groRules.flatMap(removed),
  ...TRAFFIC_FAULTS.filter(({ broken }) => ['I1', 'I7'].includes(broken)).map((fault) => ({
    ...fault,
    name: `gro/${fault.name}`,
    subject: onTopOf(base, fault.subject),
    capabilities: CAPABILITIES,
    blames: [...fault.blames, 'R1', 'R2'],
  })),
  made('psh-lost', 'PSH of the last segment is lost.', flag(8, 'clear'), 'R1'),
  made('psh-made-up', 'Every merged frame has PSH.', flag(8, 'set'), 'R1'),
  made('fin-lost', 'FIN of the last segment is lost.', flag(1, 'clear'), 'R1'),
  made(
    'id-of-last',
    'The Identification is the last segment’s.',
    alteredFrames(base, (one, _, steps) => {
      const last = steps.filter((step) => 'rx' in step)[one.arrivals.at(-1) ?? 0];
      if (!isMerged(one) || isUdp(one.frame) || last === undefined || !('rx' in last)) return one;
      const [merged, own] = [parsed(one.frame), parsed(last.rx)];
      if (merged.ipVersion !== 4) return one;
      const frame = one.frame.slice();
      setU16(frame, merged.ipOffset + Ipv4At.id, own.ipId);
      return { ...one, frame };
    }),
    'R1',
  ),
  made(
    'window-zero',
    'The window of a merged frame is zero.',
    onUnits((frame, { tcpOffset }) => setU16(frame, tcpOffset + TcpAt.window, 0)),
    'R1',
  ),
  made(
    'ttl-lower',
    'TTL of a merged frame is lower by one.',
    onUnits((frame, { ipOffset, ipVersion }) => {
      const at = ipOffset + (ipVersion === 4 ? Ipv4At.ttl : Ipv6At.hopLimit);
      frame[at] = ((frame[at] as number) - 1) & 0xff;
    }),
    'R1',
  ),
  made(
    'payload-altered',
    'The last payload byte of a merged frame is wrong.',
    onUnits((frame, { ipEnd }) => {
      frame[ipEnd - 1] = (frame[ipEnd - 1] as number) ^ 1;
    }),
    'R1',
    'I7',
  ),
  made(
    'length-of-first',
    'The IP length of a merged frame is too short by one.',
    onUnits((frame, { ipOffset, ipVersion, ipEnd }) =>
      setU16(
        frame,
        ipOffset + (ipVersion === 4 ? Ipv4At.totalLength : Ipv6At.payloadLength),
        ipEnd - ipOffset - (ipVersion === 6 ? 40 : 0) - 1,
      ),
    ),
    'R1',
    'I7',
  ),
  ...groRules.flatMap(removedOfDatagrams),
  ...[...DATAGRAM_CHANGES].map(([name, [summary, change]]) =>
    made(name, summary, onDatagrams(base, change), 'R1', 'I7'),
  ),
  made(
    'datagrams-swapped',
    'Of two frames of datagrams the later one comes first.',
    datagramsSwapped(base),
    'I1',
    'R1',
    'R2',
  ),
  made('as-rsc', 'Follows Microsoft’s rules instead: merges what cannot be cut again.', coalescerSubject(), 'R1'),
];

function variant(
  name: string,
  summary: string,
  subject: Subject,
  more: Partial<Implementation['capabilities']> = {},
): Implementation {
  return { name: `gro/${name}`, summary, subject, capabilities: { ...CAPABILITIES, ...more } };
}

/** Merges less if this is true. */
function stopping(when: (unit: Unit, segment: Segment) => boolean): Subject {
  return following(
    groRules.map((rule) =>
      rule.kind === 'pair' && rule.name === 'gro-in-sequence'
        ? { ...rule, forbids: ((...all) => when(all[0], all[1]) || rule.forbids(...all)) satisfies PairRule['forbids'] }
        : rule,
    ),
  );
}

function changing(name: string, change: (rule: Rule) => Rule): Subject {
  return following(groRules.map((rule) => ('name' in rule && rule.name === name ? change(rule) : rule)));
}

const byPolicy = (policy: Partial<Policy>): Subject => coalescerSubject({ ...GRO, ...policy });

const oob = (change: (one: OwnIndication) => OwnIndication): Subject => alteredFrames(base, change);

export const GRO_VARIANTS: readonly Implementation[] = [
  variant('as-it-is', 'The reference.', base),
  variant('pairs', 'At most two segments.', byPolicy({ maxSegments: 2 })),
  variant('seventeen', 'At most 17 segments, as Linux has fragments.', byPolicy({ maxSegments: 17 })),
  variant('few-bytes', 'At most 1,000 bytes.', byPolicy({ maxBytes: 1000 })),
  variant('one-connection', 'One connection at a time.', byPolicy({ maxConnections: 1 })),
  variant(
    'eight-evicting',
    'Eight connections; the oldest makes room.',
    byPolicy({ maxConnections: 8, fullTable: 'evict' }),
  ),
  variant('tagged-alone', 'Tagged frames alone.', byPolicy({ tagged: 'alone' }), { vlan: 'off' }),
  variant('nothing', 'Merges nothing.', byPolicy({ maxSegments: 1 })),
  variant(
    'id-counts',
    'Merges only where the Identification counts, DF or not.',
    stopping((u, s) => u.ipVersion === 4 && s.ipId !== ((u.ipId + u.segments) & 0xffff)),
  ),
  variant(
    'no-timestamps',
    'Merges nothing with timestamps.',
    stopping((_, s) => s.hasTimestamps),
  ),
  variant(
    'no-options',
    'Merges nothing with TCP options.',
    stopping((_, s) => s.payloadOffset - s.tcpOffset > 20),
  ),
  variant(
    'no-ecn',
    'Merges nothing that carries ECN marks.',
    stopping((_, s) => s.ecn !== 0 || (s.flags & 0xc0) !== 0),
  ),
  variant(
    'no-fin',
    'FIN goes alone.',
    stopping((_, s) => (s.flags & 1) !== 0),
  ),
  variant(
    'no-df-clear',
    'Without DF it merges nothing.',
    stopping((u) => u.ipVersion === 4 && (u.ipFlags & 0x4000) === 0),
  ),
  variant(
    'cwr-first',
    'Merges after a first segment with CWR, as older kernels cut it.',
    changing('gro-same-flags', (rule) => ({
      ...(rule as Extract<Rule, { kind: 'pair' }>),
      forbids: (unit: Unit, segment: Segment) =>
        (segment.flags & 0x80) !== 0 && (unit.flags & 0x80) === 0
          ? true
          : unit.segments > 1 && (segment.flags & 0x80) !== (unit.lastFlags & 0x80)
            ? true
            : ((segment.flags ^ unit.flags) & ~0x89) !== 0,
    })),
  ),
  variant(
    'ip-options',
    'Merges equal IPv4 options and extension headers.',
    following(
      groRules
        .filter((rule) => rule.id !== 'E5')
        .map((rule) =>
          rule.kind === 'pair' && rule.name === 'gro-in-sequence'
            ? {
                ...rule,
                forbids: ((...all) =>
                  !hasSameExtras(all[0], all[1]) || rule.forbids(...all)) satisfies PairRule['forbids'],
              }
            : rule,
        ),
    ),
  ),
  variant(
    'partial-checksums',
    'The TCP checksum of a merged frame is the pseudo-header’s sum (Linux).',
    onUnits((frame, segment) =>
      setU16(
        frame,
        segment.tcpOffset + TcpAt.checksum,
        fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset)),
      ),
    ),
  ),
  variant(
    'checksums-left',
    'Checksums of merged frames are left unchanged, and announced as unknown.',
    onUnits((frame, { tcpOffset }) => setU16(frame, tcpOffset + TcpAt.checksum, 0x1234)),
    { checksums: 'unknown' },
  ),
  variant(
    'datagram-checksums-partial',
    'The UDP checksum of a unit is the pseudo-header’s sum, its IPv4 header checksum right (Linux).',
    onDatagrams(base, partialDatagram),
  ),
  variant(
    'datagrams-in-pairs',
    'Of datagrams at most two.',
    changing('uro-stop-early', (rule) => ({
      ...(rule as DatagramPairRule),
      forbids: ({ datagrams }: UdpUnit) => datagrams >= 2,
    })),
  ),
  variant(
    'id-of-its-own',
    'With DF, a merged frame has an Identification of its own.',
    onUnits((frame, { ipVersion, ipOffset, ipFlags }) => {
      if (ipVersion !== 4 || (ipFlags & 0x4000) === 0) return;
      setU16(frame, ipOffset + Ipv4At.id, 0);
      setU16(frame, ipOffset + Ipv4At.checksum, 0);
      setU16(frame, ipOffset + Ipv4At.checksum, 0xffff - sumOf(frame, ipOffset));
    }),
  ),
  variant(
    'oob-nonsense',
    'What it says out of band is nonsense.',
    oob((one) => ({ ...one, oob: { segCount: 0, dupAckCount: 7, timestampDelta: 9 } })),
  ),
  variant(
    'late',
    'Everything comes a DPC late.',
    altered(base, (outcome, steps) => ({
      ...outcome,
      indications: outcome.indications.map((one) => ({ ...one, step: steps.length })),
    })),
  ),
  variant(
    'counters-nonsense',
    'Its counters count something else.',
    altered(base, (outcome) => ({ ...outcome, statistics: { pkts: 1, octets: 2, events: 3, aborts: 4 } })),
  ),
];

function hasSameExtras(unit: Unit, segment: Segment): boolean {
  const length = unit.tcpOffset - unit.ipOffset;
  const header = unit.ipVersion === 4 ? IPV4_HEADER : IPV6_HEADER;
  const next = unit.ipOffset + Ipv6At.nextHeader;
  return (
    length === segment.tcpOffset - segment.ipOffset &&
    (unit.ipVersion === 4 || unit.bytes[next] === segment.frame[segment.ipOffset + Ipv6At.nextHeader]) &&
    equalBytes(unit.bytes, unit.ipOffset + header, segment.frame, segment.ipOffset + header, length - header)
  );
}

function sumOf(frame: Uint8Array, at: number): number {
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += ((frame[at + i] as number) << 8) | (frame[at + i + 1] as number);
  return fold(sum);
}
