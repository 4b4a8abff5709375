/** URO: coalesces UDP next to TCP, by the registry's rules for datagrams. Connections are independent of each other. */

import type { Indication, OutOfBand } from '../indication.ts';
import type { Policy } from '../policy.ts';
import { rulesOfKind } from '../rules/index.ts';
import type {
  DatagramActionRule,
  DatagramFieldRule,
  DatagramOobRule,
  DatagramPairRule,
  DatagramRule,
  Rule,
  TableRule,
  VerdictRule,
} from '../rules/rule.ts';
import type { Decision } from '../trace.ts';
import type { Segment } from '../wire/segment.ts';
import { Datagram, readDatagram } from './datagram.ts';
import { udpFields } from './udp-fields.ts';
import { UdpUnit } from './udp-unit.ts';

/** Receives finalized units, and the outcome of each arrival. */
export interface UdpSink {
  readonly indicate: (indication: Indication) => void;
  readonly decide: ((decision: Decision) => void) | undefined;
}

export class UdpCoalescer {
  readonly #policy: Policy;
  readonly #sink: UdpSink;
  readonly #datagramRules: readonly DatagramRule[];
  readonly #pairRules: readonly DatagramPairRule[];
  readonly #actionRules: readonly DatagramActionRule[];
  readonly #fieldRules: readonly DatagramFieldRule[];
  readonly #oobRules: readonly DatagramOobRule[];
  readonly #tableRules: readonly TableRule[];
  readonly #verdict: VerdictRule | undefined;
  readonly #datagram = new Datagram();
  /** By connection, in the order in which they were started. */
  readonly #units = new Map<string, UdpUnit>();

  constructor(policy: Policy, rules: readonly Rule[], sink: UdpSink) {
    this.#policy = policy;
    this.#sink = sink;
    this.#datagramRules = rulesOfKind('datagram', rules);
    this.#pairRules = rulesOfKind('datagram-pair', rules);
    this.#actionRules = rulesOfKind('datagram-action', rules);
    this.#fieldRules = rulesOfKind('datagram-field', rules);
    this.#oobRules = rulesOfKind('datagram-oob', rules);
    this.#tableRules = rulesOfKind('table', rules);
    this.#verdict = rulesOfKind('verdict', rules)[0];
  }

  /** Connections with an SCU in progress. */
  get size(): number {
    return this.#units.size;
  }

  /** Takes a frame that is not a TCP segment. False: it is not a UDP datagram either, and was left alone. */
  receive(segment: Segment, arrival: number): boolean {
    const datagram = readDatagram(segment, this.#datagram);
    if (datagram.kind === 'other') return false;
    const conditions = { policy: this.#policy, uro: true };
    const exception = this.#datagramRules.find((rule) => rule.forbids(datagram, conditions));
    if (exception !== undefined) {
      if (exception.ends) this.#endBefore(datagram, exception);
      this.#goAlone(datagram, arrival, exception);
      return true;
    }
    const unit = this.#units.get(datagram.connection);
    const forbidding = unit && this.#pairRules.find((rule) => rule.forbids(unit, datagram, this.#policy));
    if (unit !== undefined && forbidding === undefined) {
      unit.join(datagram, arrival);
      this.#decide(arrival, 'merged', this.#action(unit));
      return true;
    }
    if (unit !== undefined && forbidding !== undefined) this.#finalize(unit, forbidding);
    this.#start(datagram, arrival, forbidding);
    return true;
  }

  /** Finalizes the units that began before this arrival, in the order in which they began. */
  endStartedBefore(arrival: number, rule: Rule): void {
    for (const unit of this.#units.values()) {
      if ((unit.arrivals[0] as number) > arrival) return;
      this.#finalize(unit, rule);
    }
  }

  /** Drops the units in progress. */
  reset(): void {
    this.#units.clear();
  }

  /** A later fragment names no ports: it ends every SCU between its hosts. */
  #endBefore({ kind, hosts, connection }: Datagram, rule: Rule): void {
    for (const unit of this.#units.values()) {
      if (kind === 'later-fragment' ? unit.hosts === hosts : unit.connection === connection) {
        this.#finalize(unit, rule);
      }
    }
  }

  #goAlone(datagram: Datagram, arrival: number, rule: DatagramRule | TableRule): void {
    this.#sink.indicate({
      frame: new Uint8Array(datagram.frame),
      oob: this.#loneOob(datagram),
      arrivals: [arrival],
      endedBy: rule.id,
      endedByName: rule.name,
    });
    this.#decide(arrival, 'alone', rule);
  }

  #start(datagram: Datagram, arrival: number, restartedBy: DatagramPairRule | undefined): void {
    const full = this.#tableRules.find((rule) => rule.forbids(this.#units.size, this.#policy));
    if (full !== undefined) {
      const [oldest] = this.#units.values();
      if (this.#policy.fullTable === 'alone' || oldest === undefined) {
        this.#goAlone(datagram, arrival, full);
        return;
      }
      this.#finalize(oldest, full);
    }
    this.#units.set(datagram.connection, new UdpUnit(datagram, arrival));
    this.#decide(arrival, restartedBy === undefined ? 'started' : 'restarted', restartedBy ?? this.#action(undefined));
  }

  #action(unit: UdpUnit | undefined): Rule | undefined {
    return this.#actionRules.find((rule) => rule.applies(unit));
  }

  #decide(arrival: number, did: Decision['did'], rule: Rule | undefined): void {
    if (rule !== undefined) this.#sink.decide?.({ arrival, did, rule });
  }

  #finalize(unit: UdpUnit, { id, name }: Rule): void {
    this.#units.delete(unit.connection);
    this.#sink.indicate({
      frame: this.#frameOf(unit),
      oob: unit.isMerged ? this.#mergedOob(unit) : this.#loneOob(unit),
      arrivals: unit.arrivals,
      endedBy: id,
      endedByName: name,
    });
  }

  #frameOf(unit: UdpUnit): Uint8Array {
    if (!unit.isMerged) return new Uint8Array(unit.bytes.subarray(0, unit.firstFrameLength));
    for (const rule of this.#fieldRules) {
      const access = udpFields[rule.field];
      if (access.has(unit)) access.write(unit.bytes, unit, rule.expected(unit));
    }
    return new Uint8Array(unit.bytes.subarray(0, unit.end));
  }

  #mergedOob(unit: UdpUnit): OutOfBand {
    const oob: { -readonly [K in keyof OutOfBand]?: unknown } = { ...this.#loneOob(unit) };
    for (const rule of this.#oobRules) oob[rule.field] = rule.expected(unit);
    return oob as OutOfBand;
  }

  #loneOob({ ipChecksum, udpChecksum }: Pick<Datagram, 'ipChecksum' | 'udpChecksum'>): OutOfBand {
    return {
      segCount: 0,
      dupAckCount: 0,
      ipChecksum: this.#of(ipChecksum),
      tcpChecksum: this.#of(udpChecksum),
      valueInvalid: 0,
    };
  }

  /** No datagram is marked partial: K1 is about TCP. */
  #of(state: Datagram['udpChecksum']): 'ok' | 'bad' | 'none' {
    const verdict = this.#verdict?.of(state) ?? 'none';
    return verdict === 'partial' ? 'none' : verdict;
  }
}
