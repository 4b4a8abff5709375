/** The shapes of a rule. A rule is one object: what it is called, where it comes from, and a pure function. */

import type { Indication } from '../indication.ts';
import type { Policy } from '../policy.ts';
import type { Datagram } from '../udp/datagram.ts';
import type { UdpField } from '../udp/udp-fields.ts';
import type { UdpUnit } from '../udp/udp-unit.ts';
import type { JoinKind, Unit } from '../unit.ts';
import type { HeaderField } from '../wire/fields.ts';
import type { ChecksumState, Segment } from '../wire/segment.ts';
import type { OuterHeader } from '../wire/tunnel.ts';
import type { Disagreement } from './disagreements.ts';
import type { Clause } from './documents.ts';

/** The sources' words; `derived` follows from their stated aim. */
export type Level = 'must' | 'should' | 'may' | 'derived';

/** What every rule says of itself. */
export interface RuleBase {
  /** The row of the catalogue, E2. Several rules can be in one row. */
  readonly id: string;
  /** Unique among all rules. */
  readonly name: string;
  /** Never `must` where the clause is derived; a derived *should* is one whose breach the host's TCP does not notice. */
  readonly level: Level;
  readonly clause: Clause;
  /** The other place, where the sources disagree: a finding names both. */
  readonly disagreement?: Disagreement;
  readonly summary: string;
  /** What a coalescer does that breaks it, in the words of whoever has to mend it: the title of a cause. Liberties have none. */
  readonly whenBroken?: string;
  /**
   * Where it speaks; left out: in the reference under its default policy. `other-policy`: in the reference under another
   * one. `targets`: never in the reference, which cannot come to break it. `tools`: of what replays captures.
   */
  readonly scope?: 'other-policy' | 'targets' | 'tools';
  /** What a target has to show, or to say of its host, for the rule to be judged; left out: the frames are enough. */
  readonly needs?: 'virtio-header' | 'host-addresses';
}

/** What holds while a segment is judged. */
export interface Conditions {
  readonly policy: Policy;
  readonly rsc4: boolean;
  readonly rsc6: boolean;
  /** Receive checksum offload (K4). */
  readonly rxcsum: boolean;
}

/** Looks at one segment: it goes alone if forbidden. */
export interface SegmentRule extends RuleBase {
  readonly kind: 'segment';
  /** Whether it ends the SCU before it. */
  readonly ends: boolean;
  /** Whether it counts as an abort (S4). */
  readonly aborts: boolean;
  /** It speaks of what is known of a segment out of band alone. */
  readonly isOutOfBand?: true;
  readonly forbids: (segment: Segment, conditions: Conditions) => boolean;
}

/** Looks at the SCU and a segment of its connection: the segment does not join if forbidden, but starts the next. */
export interface PairRule extends RuleBase {
  readonly kind: 'pair';
  readonly aborts: boolean;
  /** It bounds how much an SCU may hold: whatever forbids more is legal. */
  readonly isLimit?: true;
  /** It speaks of duplicate ACKs, whose merging the judge looks at with the count that the target reports. */
  readonly concerns?: 'duplicate-ack';
  /** Half the number space apart no order exists: it forbids, but nothing is held against a target. */
  readonly isUndefined?: (unit: Unit, segment: Segment) => boolean;
  readonly forbids: (unit: Unit, segment: Segment, policy: Policy) => boolean;
}

/** What a segment that nothing forbids does. */
export interface ActionRule extends RuleBase {
  readonly kind: 'action';
  readonly does: 'start' | JoinKind;
  readonly applies: (unit: Unit | undefined, segment: Segment, policy: Policy) => boolean;
}

/** Looks at the flow table: the segment may not start an SCU if forbidden. */
export interface TableRule extends RuleBase {
  readonly kind: 'table';
  readonly aborts: boolean;
  readonly forbids: (openUnits: number, policy: Policy) => boolean;
}

/** What a header field of a merged SCU must be. */
export interface FieldRule extends RuleBase {
  readonly kind: 'field';
  readonly field: HeaderField;
  /** It follows from the bytes of the whole SCU, so that it is compared apart from the other fields. */
  readonly follows?: 'length' | 'checksum';
  /** The first segment has the value already: writing it changes nothing. */
  readonly isFirsts?: true;
  /** The value; undefined where the field keeps what the first segment had. Checksums come last and read `unit.bytes`. */
  readonly expected: (unit: Unit, policy: Policy) => number | undefined;
}

/** What a field in the headers of a tunnel must be, of an SCU inside of it. */
export interface OuterRule extends RuleBase {
  readonly kind: 'outer';
  readonly field: 'outer.length' | 'outer.checksum';
  /** Offset of the field, 16 bits; undefined: the header has none. */
  readonly at: (bytes: Uint8Array, header: OuterHeader) => number | undefined;
  /** `outer`: all headers. `end`: where the SCU ends. What is after the header is right already. */
  readonly expected: (bytes: Uint8Array, header: OuterHeader, outer: readonly OuterHeader[], end: number) => number;
}

/** A key of what goes with a frame out of band. */
export type OobField = keyof Indication['oob'];

/** A value that a target reports out of band, beside what it should be. */
export interface Reported {
  readonly value: number;
  /** What the unit makes it. */
  readonly expected: number;
  /** Undefined: not observed. */
  readonly segCount: number | undefined;
  /** A flow table may have tracked it: no exception, and RSC was on. */
  readonly mayBeTracked: boolean;
}

/** Judges a reported value where the sources ask for less than the right one, or for more. */
export interface ReportedRule extends RuleBase {
  readonly kind: 'reported';
  readonly field: 'segCount' | 'dupAckCount' | 'timestampDelta';
  readonly breached: (reported: Reported) => boolean;
}

/** What an out-of-band value must be. */
export interface OobRule extends RuleBase {
  readonly kind: 'oob';
  readonly field: OobField;
  readonly expected: (unit: Unit, policy: Policy) => Indication['oob'][OobField];
}

/** What a statistics counter adds for one finalized SCU; `choices` settles what the sources leave open. */
export interface StatisticRule extends RuleBase {
  readonly kind: 'statistic';
  readonly counter: 'pkts' | 'octets' | 'events' | 'aborts';
  readonly adds: (unit: UnitCounts, choices: CountChoices) => number;
}

/** What statistics need to know of an SCU; octets are those of its data segments in order. */
export interface UnitCounts {
  readonly segments: number;
  readonly dataSegments: number;
  readonly windowUpdates: number;
  readonly duplicates: number;
  readonly octets: number;
  readonly firstOctets: number;
}

/** S: whether these count. */
export interface CountChoices {
  readonly firstSegment: boolean;
  readonly loneUnit: boolean;
  readonly pureAcks: boolean;
  readonly trackedPureAck: boolean;
}

/** Evidence of what only the whole stream shows. Numbers are positions: of arrivals, indications, DPCs. */
export interface StreamEvidence {
  readonly earlierArrival: number;
  readonly laterArrival: number;
  readonly arrivalDpc: number;
  readonly indicationDpc: number;
  readonly rscOn: boolean;
  readonly segments: number;
  readonly timesIndicated: number;
  readonly mayBeDropped: boolean;
}

/** Judges what only the whole stream shows. */
export interface StreamRule extends RuleBase {
  readonly kind: 'stream';
  /** SCUs in progress are finalized by it. */
  readonly ends?: true;
  readonly breached: (evidence: StreamEvidence) => boolean;
}

/** What a lone frame's checksum verdict is in the reference, given what verification found. */
export interface VerdictRule extends RuleBase {
  readonly kind: 'verdict';
  readonly of: (state: ChecksumState) => 'ok' | 'bad' | 'none' | 'partial';
}

/** Says what a segment's checksums are taken to be, whatever verifying would find. */
export interface ChecksumRule extends RuleBase {
  readonly kind: 'checksum';
  readonly speaks: (segment: Segment, conditions: Conditions) => boolean;
  readonly tcp: ChecksumState;
  /** Left out: the IPv4 header's stays as it was found. */
  readonly ip?: ChecksumState;
}

/** What is said of an indicated frame's TCP checksum, and what its field holds. */
export interface StatusEvidence {
  readonly said: 'ok' | 'bad' | 'none' | 'partial' | undefined;
  readonly field: 'whole' | 'pseudo-header' | 'neither';
  /** Said to be invalid. */
  readonly isFlagged: boolean;
  /** The mark of a frame in it vouches for the bytes, whatever the field holds. */
  readonly isVouched: boolean;
}

/** Judges what an indicated frame's checksum is said to be. */
export interface StatusRule extends RuleBase {
  readonly kind: 'status';
  readonly breached: (evidence: StatusEvidence) => boolean;
}

/** Payload bytes that are not those of their own arrival, but those of another. */
export interface BufferEvidence {
  /** The other one is a copy of the same sequence range of the same connection. */
  readonly isSameRange: boolean;
  readonly cameAfterIndication: boolean;
}

/** Names stale bytes. */
export interface BufferRule extends RuleBase {
  readonly kind: 'buffer';
  readonly breached: (evidence: BufferEvidence) => boolean;
}

/** Speaks of the bytes of an SCU that no field rule names. */
export interface ContentRule extends RuleBase {
  readonly kind: 'content';
  readonly breached: (expected: Uint8Array, actual: Uint8Array) => boolean;
}

/** Features of a virtio network device that its headers depend on. Clause: virtio 1.2, 5.1.3. */
export type VirtioFeature = 'GUEST_CSUM' | 'GUEST_TSO4' | 'GUEST_TSO6' | 'GUEST_ECN' | 'RSC_EXT' | 'MRG_RXBUF';

/** The header before a received frame. Clause: virtio 1.2, 5.1.6. */
export interface VirtioHeader {
  readonly flags: number;
  readonly gsoType: number;
  readonly hdrLen: number;
  readonly gsoSize: number;
  /** With RSC_INFO: how many segments were coalesced. */
  readonly csumStart: number;
  /** With RSC_INFO: how many duplicate ACKs. */
  readonly csumOffset: number;
  readonly numBuffers: number;
}

/** A header, and what there is to compare it with. */
export interface VirtioEvidence {
  readonly header: VirtioHeader;
  readonly has: (feature: VirtioFeature) => boolean;
  /** 0: no IP. */
  readonly ipVersion: 0 | 4 | 6;
  /** Payload lengths of the data segments that the frame is made of. */
  readonly segmentLengths: readonly number[];
  /** Of the frame as it came out; undefined where it is no TCP segment. */
  readonly checksumField: number | undefined;
  readonly pseudoHeaderSum: number | undefined;
  readonly tcpChecksum: ChecksumState;
  /** Where a partial checksum is filled in, as csum_start and csum_offset; undefined: neither TCP nor UDP. */
  readonly checksumPlace: { readonly start: number; readonly offset: number } | undefined;
  /** Bytes before the payload; undefined: neither TCP nor UDP. */
  readonly headersLength: number | undefined;
  readonly isCwr: boolean;
  /** Receive buffers that the frame really took; undefined: not shown. */
  readonly buffers: number | undefined;
  /** How far each of them is filled; undefined: not shown. */
  readonly fills: readonly BufferFill[] | undefined;
  readonly isFromBeforeReset: boolean;
}

/** A receive buffer of the driver's: bytes written, header included, and bytes that it holds. */
export interface BufferFill {
  readonly used: number;
  readonly size: number;
}

/** What is wrong with a header: which of its fields, in words. */
export interface VirtioBreach {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** Judges a header; only a virtio device shows one. */
export interface VirtioRule extends RuleBase {
  readonly kind: 'virtio';
  readonly breach: (evidence: VirtioEvidence) => VirtioBreach | undefined;
}

/** Grants a liberty and nothing else: which policy takes it. */
export interface LibertyRule extends RuleBase {
  readonly kind: 'liberty';
  readonly taken: (policy: Policy) => boolean;
}

/** What holds while a datagram is judged. */
export interface DatagramConditions {
  readonly policy: Policy;
  readonly uro: boolean;
}

/** Looks at one datagram: it goes alone if forbidden. */
export interface DatagramRule extends RuleBase {
  readonly kind: 'datagram';
  /** Whether it ends the SCU before it. */
  readonly ends: boolean;
  readonly forbids: (datagram: Datagram, conditions: DatagramConditions) => boolean;
}

/** Looks at the SCU and a datagram of its connection: it does not join if forbidden, but starts the next. */
export interface DatagramPairRule extends RuleBase {
  readonly kind: 'datagram-pair';
  /** It bounds how much an SCU may hold: whatever forbids more is legal. */
  readonly isLimit?: true;
  readonly forbids: (unit: UdpUnit, datagram: Datagram, policy: Policy) => boolean;
}

/** What a datagram that nothing forbids does. */
export interface DatagramActionRule extends RuleBase {
  readonly kind: 'datagram-action';
  readonly applies: (unit: UdpUnit | undefined) => boolean;
}

/** What a header field of a merged SCU of datagrams must be. */
export interface DatagramFieldRule extends RuleBase {
  readonly kind: 'datagram-field';
  readonly field: UdpField;
  readonly expected: (unit: UdpUnit) => number;
}

/** What goes with an SCU of datagrams. */
export interface DatagramOobRule extends RuleBase {
  readonly kind: 'datagram-oob';
  readonly field: OobField;
  readonly expected: (unit: UdpUnit) => Indication['oob'][OobField];
}

/** Any rule; `kind` tells them apart. */
export type Rule =
  | DatagramRule
  | DatagramPairRule
  | DatagramActionRule
  | DatagramFieldRule
  | DatagramOobRule
  | VerdictRule
  | ContentRule
  | ChecksumRule
  | StatusRule
  | BufferRule
  | LibertyRule
  | VirtioRule
  | SegmentRule
  | PairRule
  | ActionRule
  | TableRule
  | FieldRule
  | OuterRule
  | OobRule
  | ReportedRule
  | StatisticRule
  | StreamRule;
