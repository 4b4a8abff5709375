/**
 * The reference coalescer: the registry's rules, in their order, over a flow table. It has no clock and does no I/O;
 * it copies what it keeps.
 */

import { FlowTable } from './flow-table.ts';
import type { Indication, OutOfBand } from './indication.ts';
import { Memory } from './memory.ts';
import { DEFAULT_POLICY, type Policy } from './policy.ts';
import { hasShortWay, joinsForCertain } from './predicted-segment.ts';
import { rxcsumOff } from './rules/checksum-offload.ts';
import { mergeData } from './rules/coalescing.ts';
import { groRules } from './rules/gro-rules.ts';
import { registry, rulesOfKind } from './rules/index.ts';
import { flushedOnDisable, withinDpc } from './rules/indication.ts';
import { actionLoop, exceptionLoop, fieldLoop, forbiddingLoop, oobLoop, statisticLoop } from './rules/looped.ts';
import type {
  ChecksumRule,
  Conditions,
  OuterRule,
  PairRule,
  Rule,
  SegmentRule,
  TableRule,
  UnitCounts,
  VerdictRule,
} from './rules/rule.ts';
import { REFERENCE_CHOICES } from './rules/statistics.ts';
import { updateOuter } from './rules/tunnels.ts';
import { uroFlushedOnDisable } from './rules/udp.ts';
import { addCounts, firstAction, firstException, firstForbidding, writeFields, writeOob } from './rules/unrolled.ts';
import type { Statistics } from './statistics.ts';
import type { Decision } from './trace.ts';
import { UdpCoalescer } from './udp/udp-coalescer.ts';
import type { Unit } from './unit.ts';
import { Scratch } from './wire/scratch.ts';
import { type ChecksumMark, isVerifiable, parseSegment, Segment, settle, verify } from './wire/segment.ts';
import type { TunnelReading } from './wire/tunnel.ts';
import { parseTunnelled } from './wire/tunnelled-segment.ts';
import { frameModule } from './wire/wasm/frame-module.ts';

/** The out-of-band marks of a frame. */
export interface ArrivalOob {
  readonly ipsec?: boolean;
  /** The mark of the TCP checksum (K1, K2); `none`, the default: it is verified. */
  readonly csum?: ChecksumMark;
}

/** Options outside the policy: a listener for decisions, and other rules. */
export interface CoalescerOptions {
  /** Called once for each arrival. */
  readonly onDecision?: (decision: Decision) => void;
  /** The rules to follow; only planted faults use other rules than the registry's. */
  readonly rules?: readonly Rule[];
}

/** Shared by all coalescers: a frame is in it from its arrival until it has joined, and nothing else runs in that time. */
const scratch = new Scratch(frameModule());
/** Shared by all coalescers: most of them leave only their indicated frames. */
const memory = new Memory();

/**
 * Coalesces Ethernet frames by the rules of the registry. It never throws: a frame that it cannot parse goes alone (I8).
 * Arrivals are numbered from 0 since the last `reset`.
 */
export class Coalescer {
  readonly #policy: Policy;
  readonly #onDecision: ((decision: Decision) => void) | undefined;
  readonly #firstException: typeof firstException;
  readonly #firstForbidding: typeof firstForbidding;
  readonly #firstAction: typeof firstAction;
  readonly #checksumRules: readonly ChecksumRule[];
  readonly #tableRules: readonly TableRule[];
  readonly #outerRules: readonly OuterRule[];
  readonly #writeFields: typeof writeFields;
  readonly #writeOob: typeof writeOob;
  readonly #addCounts: typeof addCounts;
  readonly #verdict: VerdictRule | undefined;

  /** Undefined: tunnels are not parsed. */
  readonly #tunnels: TunnelReading | undefined;
  readonly #segment = new Segment();
  /** The segment on the short path: only the fields that differ from the one before. */
  readonly #next = new Segment();
  readonly #table = new FlowTable(memory);
  #conditions: Conditions;
  /** Checksum rules are checked for every segment, even without a mark. */
  #asksAlways: boolean;
  readonly #hasOwnRules: boolean;
  readonly #udp: UdpCoalescer;
  #uro = false;
  #due: Indication[] = [];
  #arrivals = 0;
  #counters = { pkts: 0, octets: 0, events: 0, aborts: 0 };

  constructor(policy: Partial<Policy> = {}, options: CoalescerOptions = {}) {
    this.#policy = { ...DEFAULT_POLICY, ...policy };
    const rules = options.rules ?? (this.#policy.profile === 'gro' ? groRules : registry);
    const kinds = this.#policy.tunnels;
    this.#tunnels = kinds.length === 0 ? undefined : { kinds, lengths: 'checked' };
    this.#onDecision = options.onDecision;
    const own = rules !== registry;
    this.#hasOwnRules = own;
    this.#asksAlways = own;
    this.#firstException = own ? exceptionLoop(rulesOfKind('segment', rules)) : firstException;
    this.#firstForbidding = own ? forbiddingLoop(rulesOfKind('pair', rules)) : firstForbidding;
    this.#firstAction = own ? actionLoop(rulesOfKind('action', rules)) : firstAction;
    this.#checksumRules = rulesOfKind('checksum', rules);
    this.#tableRules = rulesOfKind('table', rules);
    this.#outerRules = rulesOfKind('outer', rules);
    this.#writeFields = own ? fieldLoop(rulesOfKind('field', rules)) : writeFields;
    this.#writeOob = own ? oobLoop(rulesOfKind('oob', rules)) : writeOob;
    this.#addCounts = own ? statisticLoop(rulesOfKind('statistic', rules)) : addCounts;
    this.#verdict = rulesOfKind('verdict', rules)[0];
    this.#conditions = this.#initialConditions();
    this.#udp = new UdpCoalescer(this.#policy, rules, {
      indicate: (indication) => this.#due.push(indication),
      decide: this.#onDecision,
    });
  }

  /** Takes a frame. The caller may reuse its memory at once. */
  receive(frame: Uint8Array, oob?: ArrivalOob): void {
    const arrival = this.#arrivals++;
    scratch.place(frame);
    if (oob === undefined && hasShortWay && !this.#asksAlways && this.#goesOn(arrival)) return;
    const segment =
      this.#tunnels === undefined
        ? parseSegment(frame, this.#segment)
        : parseTunnelled(frame, this.#segment, this.#tunnels);
    // A frame whose checksum must not be validated is never merged (K4).
    const takesDatagrams = this.#uro && this.#conditions.rxcsum;
    if (takesDatagrams && segment.kind === 'other' && this.#udp.receive(segment, arrival)) return;
    if (oob?.ipsec === true) segment.ipsec = true;
    if (isVerifiable(segment)) {
      verify(segment, scratch.sum(segment.payloadOffset, segment.payloadLength));
    }
    if (oob?.csum !== undefined) segment.csum = oob.csum;
    if (this.#asksAlways || segment.csum !== 'none') this.#settleChecksums(segment);
    const exception = this.#firstException(segment, this.#conditions);
    if (exception !== undefined) {
      this.#goAlone(segment, arrival, exception);
      return;
    }
    const unit = this.#table.find(segment);
    if (unit === undefined) {
      this.#start(segment, arrival, undefined);
      return;
    }
    const forbidding = this.#firstForbidding(unit, segment, this.#policy);
    if (forbidding === undefined) this.#merge(unit, segment, arrival);
    else {
      if (forbidding.aborts) this.#counters.aborts++;
      this.#finalize(unit, forbidding);
      this.#start(segment, arrival, forbidding);
    }
  }

  /** Ends a DPC: everything since the last call, in the order in which it was finalized. */
  endOfDpc(): Indication[] {
    return this.endStartedBefore(Number.POSITIVE_INFINITY);
  }

  /**
   * Ends the SCUs that began before an arrival of this number, as a timer does, and returns everything since the last call,
   * in the order in which it was finalized.
   */
  endStartedBefore(arrival: number): Indication[] {
    let unit = this.#table.oldest;
    for (; unit !== undefined && (unit.arrivals[0] as number) < arrival; unit = this.#table.oldest) {
      if (this.#udp.size > 0) this.#udp.endStartedBefore(unit.arrivals[0] as number, withinDpc);
      this.#finalize(unit, withinDpc);
    }
    if (this.#udp.size > 0) this.#udp.endStartedBefore(arrival - 1, withinDpc);
    return this.#take();
  }

  /** Switches RSC for an IP version (I4), or URO (U8), and returns the indications that are due. It does not end the DPC. */
  setRsc(setting: { readonly ipv4?: boolean; readonly ipv6?: boolean; readonly uro?: boolean }): Indication[] {
    this.#uro = setting.uro ?? this.#uro;
    const endsUro = !this.#uro && this.#udp.size > 0;
    this.#conditions = {
      ...this.#conditions,
      rsc4: setting.ipv4 ?? this.#conditions.rsc4,
      rsc6: setting.ipv6 ?? this.#conditions.rsc6,
    };
    let unit = this.#table.oldest;
    while (unit !== undefined) {
      const { newer } = unit;
      const isOn = unit.ipVersion === 4 ? this.#conditions.rsc4 : this.#conditions.rsc6;
      if (!isOn) {
        if (endsUro) this.#udp.endStartedBefore(unit.arrivals[0] as number, uroFlushedOnDisable);
        this.#finalize(unit, flushedOnDisable);
      }
      unit = newer;
    }
    if (endsUro) this.#udp.endStartedBefore(Number.POSITIVE_INFINITY, uroFlushedOnDisable);
    return this.#take();
  }

  /** Switches receive checksum offload on or off (K4): off ends every SCU. Returns the indications that are due. */
  setRxcsum(isOn: boolean): Indication[] {
    this.#conditions = { ...this.#conditions, rxcsum: isOn };
    this.#asksAlways = this.#hasOwnRules || !isOn;
    for (let unit = this.#table.oldest; unit !== undefined && !isOn; unit = this.#table.oldest) {
      if (this.#udp.size > 0) this.#udp.endStartedBefore(unit.arrivals[0] as number, rxcsumOff);
      this.#finalize(unit, rxcsumOff);
    }
    if (!isOn && this.#udp.size > 0) this.#udp.endStartedBefore(Number.POSITIVE_INFINITY, rxcsumOff);
    return this.#take();
  }

  /**
   * Gives an indicated frame's memory back, so that later SCUs need no fresh memory. Call this only after you have copied
   * what you keep: from then on the frame's bytes may change. Other frames never change, even in the same buffer.
   */
  recycle({ frame }: Indication): void {
    memory.giveBack(frame);
  }

  get statistics(): Statistics {
    return { ...this.#counters };
  }

  /** Restores the initial state: nothing pending, counters zero, RSC and checksum offload on, URO off. */
  reset(): void {
    this.#table.clear();
    this.#udp.reset();
    this.#uro = false;
    this.#conditions = this.#initialConditions();
    this.#asksAlways = this.#hasOwnRules;
    this.#due = [];
    this.#arrivals = 0;
    this.#counters = { pkts: 0, octets: 0, events: 0, aborts: 0 };
  }

  #initialConditions(): Conditions {
    return { policy: this.#policy, rsc4: true, rsc6: true, rxcsum: true };
  }

  /** The first checksum rule that applies decides, whatever verification found. */
  #settleChecksums(segment: Segment): void {
    for (let i = this.#checksumRules.length - 1; i >= 0; i--) {
      const rule = this.#checksumRules[i] as ChecksumRule;
      if (rule.appliesTo(segment, this.#conditions)) settle(segment, rule);
    }
  }

  #goAlone(segment: Segment, arrival: number, rule: SegmentRule | TableRule): void {
    if (rule.aborts) this.#counters.aborts++;
    if (rule.kind === 'segment' && rule.ends) this.#endBefore(segment, rule);
    this.#due.push({
      frame: new Uint8Array(segment.frame),
      oob: this.#loneOob(segment, 0),
      arrivals: [arrival],
      endedBy: rule.id,
      endedByName: rule.name,
    });
    this.#onDecision?.({ arrival, did: 'alone', rule });
  }

  /** A later fragment names no ports: it ends every SCU between its hosts. */
  #endBefore(segment: Segment, rule: Rule): void {
    if (segment.kind !== 'later-fragment') {
      const unit = this.#table.find(segment);
      if (unit !== undefined) this.#finalize(unit, rule);
      return;
    }
    for (const unit of this.#table.allByHosts(segment)) this.#finalize(unit, rule);
  }

  #start(segment: Segment, arrival: number, restartedBy: PairRule | undefined): void {
    const full = this.#tableRules.find((rule) => rule.forbids(this.#table.size, this.#policy));
    if (full !== undefined) {
      const { oldest } = this.#table;
      if (this.#policy.fullTable === 'alone' || oldest === undefined) {
        this.#goAlone(segment, arrival, full);
        return;
      }
      if (full.aborts) this.#counters.aborts++;
      this.#finalize(oldest, full);
    }
    const unit = this.#table.add(segment, arrival);
    if (segment.payloadLength > 0 && segment.csum === 'none' && isRight(segment)) unit.expectAlike(scratch);
    if (this.#onDecision === undefined) return;
    const rule = restartedBy ?? this.#firstAction(undefined, segment, this.#policy);
    if (rule !== undefined)
      this.#onDecision({ arrival, did: restartedBy === undefined ? 'started' : 'restarted', rule });
  }

  /** Joins the frame in `scratch` to its SCU if the short path applies. The result is the same as by the rules. */
  #goesOn(arrival: number): boolean {
    const unit = this.#table.findAlike(scratch);
    const segment = this.#next;
    if (unit === undefined || !joinsForCertain(scratch, unit, this.#policy, segment)) return false;
    unit.join(segment, scratch.payload(unit.payloadOffset, segment.payloadLength), 'data', arrival);
    this.#onDecision?.({ arrival, did: 'merged', rule: mergeData });
    return true;
  }

  #merge(unit: Unit, segment: Segment, arrival: number): void {
    const rule = this.#firstAction(unit, segment, this.#policy);
    if (rule === undefined || rule.does === 'start')
      throw new Error('no action applies to a segment that no rule forbids');
    unit.join(segment, scratch.payload(segment.payloadOffset, segment.payloadLength), rule.does, arrival);
    this.#onDecision?.({ arrival, did: 'merged', rule });
  }

  #finalize(unit: Unit, { id, name }: Rule): void {
    this.#count(unit);
    const frame = this.#frameOf(unit);
    const arrivals: number[] = [];
    for (let i = 0; i < unit.segments; i++) arrivals.push(unit.arrivals[i] as number);
    const oob = unit.isMerged ? this.#mergedOob(unit) : this.#loneOob(unit, this.#policy.loneSegCount);
    this.#due.push({ frame, oob, arrivals, endedBy: id, endedByName: name });
    this.#table.remove(unit);
  }

  #frameOf(unit: Unit): Uint8Array {
    // Nothing joined: an ordinary frame that goes alone.
    if (!unit.isMerged) return unit.bytes.slice(0, unit.firstFrameLength);
    this.#writeFields(unit, this.#policy);
    if (unit.outer.length > 0) updateOuter(unit.bytes, unit.outer, unit.end, this.#outerRules);
    return unit.take();
  }

  #mergedOob(unit: Unit): OutOfBand {
    const oob = this.#loneOob(unit, 0);
    this.#writeOob(unit, this.#policy, oob);
    return oob;
  }

  #loneOob(frame: Pick<Unit | Segment, 'ipChecksum' | 'tcpChecksum'>, segCount: number): OutOfBand {
    return {
      segCount,
      dupAckCount: 0,
      ipChecksum: ipVerdict(this.#verdict?.of(frame.ipChecksum)),
      tcpChecksum: this.#verdict?.of(frame.tcpChecksum) ?? 'none',
      valueInvalid: 0,
    };
  }

  #count(unit: Unit): void {
    const counts: UnitCounts = {
      segments: unit.segments,
      dataSegments: unit.dataSegments,
      windowUpdates: unit.windowUpdates,
      duplicates: unit.duplicates,
      octets: unit.payloadLength,
      firstOctets: unit.firstPayloadLength,
    };
    this.#addCounts(counts, REFERENCE_CHOICES, this.#counters);
  }

  #take(): Indication[] {
    const due = this.#due;
    this.#due = [];
    return due;
  }
}

/** An IPv4 header checksum is never partial; only a TCP checksum can be. */
function ipVerdict(verdict: 'ok' | 'bad' | 'none' | 'partial' = 'none'): OutOfBand['ipChecksum'] {
  return verdict === 'partial' ? 'none' : verdict;
}

function isRight({ ipVersion, ipChecksum, tcpChecksum }: Segment): boolean {
  return tcpChecksum === 'right' && (ipVersion === 6 || ipChecksum === 'right');
}
