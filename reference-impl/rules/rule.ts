/** The shapes of a rule. A rule is one object: its name, its source and a pure function. */

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

/** The properties of every rule. */
export interface RuleBase {
  /** The row of the catalogue, E2. Several rules can be in one row. */
  readonly id: string;
  /** Unique among all rules. */
  readonly name: string;
  /** Never `must` if the clause is derived. A derived *should*: the host's TCP does not notice a breach. */
  readonly level: Level;
  readonly clause: Clause;
  /** The other place, if the sources disagree. A finding names both. */
  readonly disagreement?: Disagreement;
  readonly summary: string;
  /** What a coalescer that breaks it does: the title of a cause. A *may* has none. */
  readonly whenBroken?: string;
  /** More precise titles, by the field of a finding, or by `never`, `again` or `foreign` where frames were counted. */
  readonly whenBrokenBy?: Readonly<Record<string, string>>;
  /** Many faults end in its findings. `payload`: other bytes come out. `frames`: other frames come out. */
  readonly symptom?: 'payload' | 'frames';
  /**
   * Where it applies. Left out: in the reference under its default policy. `other-policy`: in the reference under another
   * one. `targets`: never in the reference, which cannot break it. `tools`: to tools that replay captures.
   */
  readonly scope?: 'other-policy' | 'targets' | 'tools';
  /** What the target must show, or declare about its host, so that the rule is judged. Left out: the frames are enough. */
  readonly needs?: 'virtio-header' | 'host-addresses';
}

/** The settings while a segment is judged. */
export interface Conditions {
  readonly policy: Policy;
  readonly rsc4: boolean;
  readonly rsc6: boolean;
  /** Receive checksum offload (K4). */
  readonly rxcsum: boolean;
}

/** Looks at one segment. If forbidden, it goes alone. */
export interface SegmentRule extends RuleBase {
  readonly kind: 'segment';
  /** Whether it ends the SCU before it. */
  readonly ends: boolean;
  /** Whether it counts as an abort (S4). */
  readonly aborts: boolean;
  /** It looks only at out-of-band data of the segment. */
  readonly isOutOfBand?: true;
  readonly forbids: (segment: Segment, conditions: Conditions) => boolean;
}

/** Looks at the SCU and a segment of its connection. If forbidden, the segment does not join, but starts the next. */
export interface PairRule extends RuleBase {
  readonly kind: 'pair';
  readonly aborts: boolean;
  /** It limits the size of an SCU. A target may stop earlier. */
  readonly isLimit?: true;
  /**
   * `duplicate-ack`: the judge looks at merges of duplicates together with the count that the target reports. `rising`: a number that
   * never falls; it falls, too, if segments were put into the order of their sequence numbers.
   */
  readonly concerns?: 'duplicate-ack' | 'rising';
  /** Half the number space apart there is no order: the reference obeys, but the judge does not blame a target. */
  readonly isUndefined?: (unit: Unit, segment: Segment) => boolean;
  readonly forbids: (unit: Unit, segment: Segment, policy: Policy) => boolean;
}

/** What a segment does if nothing forbids it. */
export interface ActionRule extends RuleBase {
  readonly kind: 'action';
  readonly does: 'start' | JoinKind;
  readonly applies: (unit: Unit | undefined, segment: Segment, policy: Policy) => boolean;
}

/** Looks at the flow table. If forbidden, the segment must not start an SCU. */
export interface TableRule extends RuleBase {
  readonly kind: 'table';
  readonly aborts: boolean;
  readonly forbids: (openUnits: number, policy: Policy) => boolean;
}

/** What a header field of a merged SCU must be. */
export interface FieldRule extends RuleBase {
  readonly kind: 'field';
  readonly field: HeaderField;
  /** It depends on the bytes of the whole SCU, so it is compared apart from the other fields. */
  readonly follows?: 'length' | 'checksum';
  /** The first segment already has the value: a write changes nothing. */
  readonly isFirsts?: true;
  /** The value; undefined if the field keeps the first segment's. Checksums come last and read `unit.bytes`. */
  readonly expected: (unit: Unit, policy: Policy) => number | undefined;
}

/** What a field in the tunnel headers must be, if the SCU is inside a tunnel. */
export interface OuterRule extends RuleBase {
  readonly kind: 'outer';
  readonly field: 'outer.length' | 'outer.checksum';
  /** Offset of the field, 16 bits; undefined: the header has none. */
  readonly at: (bytes: Uint8Array, header: OuterHeader) => number | undefined;
  /** `outer`: all headers. `end`: the end of the SCU. Everything after the header is already right. */
  readonly expected: (bytes: Uint8Array, header: OuterHeader, outer: readonly OuterHeader[], end: number) => number;
}

/** A key of out-of-band data. */
export type OobField = keyof Indication['oob'];

/** A value that a target reports out of band, and the expected one. */
export interface Reported {
  readonly value: number;
  /** From the unit. */
  readonly expected: number;
  /** Undefined: not observed. */
  readonly segCount: number | undefined;
  /** A flow table may have tracked it: it was no exception, and RSC was on. */
  readonly mayBeTracked: boolean;
}

/** Judges a reported value if the sources demand less, or more, than the right value. */
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

/** S: what counts. */
export interface CountChoices {
  readonly firstSegment: boolean;
  readonly loneUnit: boolean;
  readonly pureAcks: boolean;
  readonly trackedPureAck: boolean;
}

/** Evidence that only the whole stream shows. Numbers are positions of arrivals, indications and DPCs. */
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
  /** It finalizes SCUs in progress. */
  readonly ends?: true;
  readonly breached: (evidence: StreamEvidence) => boolean;
}

/** The reference's checksum verdict for a lone frame, given the result of verification. */
export interface VerdictRule extends RuleBase {
  readonly kind: 'verdict';
  readonly of: (state: ChecksumState) => 'ok' | 'bad' | 'none' | 'partial';
}

/** Decides how a segment's checksums are treated, whatever verification would find. */
export interface ChecksumRule extends RuleBase {
  readonly kind: 'checksum';
  readonly appliesTo: (segment: Segment, conditions: Conditions) => boolean;
  readonly tcp: ChecksumState;
  /** Left out: the IPv4 header's checksum is treated as verification found it. */
  readonly ip?: ChecksumState;
}

/** The reported status of an indicated frame's TCP checksum, and the contents of its field. */
export interface StatusEvidence {
  readonly reported: 'ok' | 'bad' | 'none' | 'partial' | undefined;
  readonly field: 'whole' | 'pseudo-header' | 'neither';
  /** Reported as invalid. */
  readonly isFlagged: boolean;
  /** A frame in it was marked as validated, whatever the field contains. */
  readonly isVouched: boolean;
}

/** Judges the reported checksum status of an indicated frame. */
export interface StatusRule extends RuleBase {
  readonly kind: 'status';
  readonly breached: (evidence: StatusEvidence) => boolean;
}

/** Payload bytes that come from another arrival than they should. */
export interface BufferEvidence {
  /** The other arrival is a copy of the same sequence range of the same connection. */
  readonly isSameRange: boolean;
  readonly cameAfterIndication: boolean;
}

/** Judges stale bytes. */
export interface BufferRule extends RuleBase {
  readonly kind: 'buffer';
  readonly breached: (evidence: BufferEvidence) => boolean;
}

/** Judges the bytes of an SCU that no field rule covers. */
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

/** A header, and what to compare it with. */
export interface VirtioEvidence {
  readonly header: VirtioHeader;
  readonly has: (feature: VirtioFeature) => boolean;
  /** 0: no IP. */
  readonly ipVersion: 0 | 4 | 6;
  /** Payload lengths of the data segments that the frame is made of. */
  readonly segmentLengths: readonly number[];
  /** Of the indicated frame; undefined if it is not a TCP segment. */
  readonly checksumField: number | undefined;
  readonly pseudoHeaderSum: number | undefined;
  readonly tcpChecksum: ChecksumState;
  /** Where a partial checksum is filled in, as csum_start and csum_offset; undefined: neither TCP nor UDP. */
  readonly checksumPlace: { readonly start: number; readonly offset: number } | undefined;
  /** Bytes before the payload; undefined: neither TCP nor UDP. */
  readonly headersLength: number | undefined;
  readonly isCwr: boolean;
  /** Receive buffers that the frame took; undefined: not shown. */
  readonly buffers: number | undefined;
  /** How full each of them is; undefined: not shown. */
  readonly fills: readonly BufferFill[] | undefined;
  readonly isFromBeforeReset: boolean;
}

/** A receive buffer of the driver: bytes written, header included, and its size. */
export interface BufferFill {
  readonly used: number;
  readonly size: number;
}

/** What is wrong with a header, in words. */
export interface VirtioBreach {
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
}

/** Judges a virtio header. Only a virtio device shows one. */
export interface VirtioRule extends RuleBase {
  readonly kind: 'virtio';
  readonly breach: (evidence: VirtioEvidence) => VirtioBreach | undefined;
}

/** Only allows a choice: which policy makes it. */
export interface ChoiceRule extends RuleBase {
  readonly kind: 'choice';
  readonly taken: (policy: Policy) => boolean;
}

/** The settings while a datagram is judged. */
export interface DatagramConditions {
  readonly policy: Policy;
  readonly uro: boolean;
}

/** Looks at one datagram. If forbidden, it goes alone. */
export interface DatagramRule extends RuleBase {
  readonly kind: 'datagram';
  /** Whether it ends the SCU before it. */
  readonly ends: boolean;
  readonly forbids: (datagram: Datagram, conditions: DatagramConditions) => boolean;
}

/** Looks at the SCU and a datagram of its connection. If forbidden, it does not join, but starts the next. */
export interface DatagramPairRule extends RuleBase {
  readonly kind: 'datagram-pair';
  /** It limits the size of an SCU. A target may stop earlier. */
  readonly isLimit?: true;
  readonly forbids: (unit: UdpUnit, datagram: Datagram, policy: Policy) => boolean;
}

/** What a datagram does if nothing forbids it. */
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

/** The out-of-band data of an SCU of datagrams. */
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
  | ChoiceRule
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
