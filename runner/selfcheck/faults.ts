/** Planted faults: each rule removed or inverted, each field and out-of-band value wrong, and bugs from the field. */

import type { Policy } from '../../reference-impl/policy.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import type { Conditions, DatagramPairRule, DatagramRule, PairRule, Rule } from '../../reference-impl/rules/rule.ts';
import type { UdpUnit } from '../../reference-impl/udp/udp-unit.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { BUFFER_FAULTS } from './buffer-faults.ts';
import { CHECKSUM_FAULTS } from './checksum-faults.ts';
import type { Fault } from './fault.ts';
import { FIELD_FAULTS } from './field-faults.ts';
import { HAND_MADE_FAULTS } from './hand-made-faults.ts';
import { HEADER_FAULTS } from './header-faults.ts';
import { CONNECTION_FAULTS } from './key-subjects.ts';
import { LAYOUT_FAULTS } from './layout-faults.ts';
import { OUT_OF_BAND_FAULTS } from './out-of-band-faults.ts';
import { coalescerSubject } from './subject.ts';
import { TABLE_FAULTS } from './table-faults.ts';
import { TRAFFIC_FAULTS } from './traffic-faults.ts';
import { TUNNEL_FAULTS } from './tunnel-faults.ts';
import { URO_FAULTS } from './uro-faults.ts';

type Mutation = 'removed' | 'inverted' | 'wrong';

/**
 * By row, and by mutation where only that one needs it: rows that overlap for some frames, so that a breach of one may be reported as the other. Where one rule alone explains what came out, it is
 * the only one.
 */
const BLAMED: Readonly<Record<string, readonly string[]>> = {
  // A frame counts although none should: the counters show it first.
  I8: ['I8', 'S2'],
  E5: ['E5', 'S2'],
  E6: ['E6', 'S2'],
  // A pure ACK leaves no byte in a unit if the next segment has the same fields: it never came out, and the finding names the rule;
  // a duplicate vanished uncounted.
  E2: ['E2', 'I7'],
  C3: ['C3', 'I7', 'C9'],
  C6: ['C6', 'I7'],
  C8: ['C8', 'I7', 'C9'],
  H6: ['H6', 'I7'],
  // Segments that merge while RSC is off wait for the end of the DPC, and are overtaken.
  I3: ['I3', 'I1'],
  // A frame that is verified although verification is off is judged like any other.
  K4: ['K4', 'E2', 'I1'],
  // A wrong verdict on a frame that went alone; for an unmarked frame, a wrong merge is E2.
  'K1/inverted': ['K1', 'O4'],
  'K2/inverted': ['K2', 'E2', 'O4'],
  // A frame that names no ports.
  'U10/inverted': ['U10', 'I8'],
};

export function faults(): Fault[] {
  return [
    ...generated(),
    ...HEADER_FAULTS,
    ...LAYOUT_FAULTS,
    ...OUT_OF_BAND_FAULTS,
    ...TRAFFIC_FAULTS,
    ...FIELD_FAULTS,
    ...URO_FAULTS,
    ...HAND_MADE_FAULTS,
    ...CHECKSUM_FAULTS,
    ...BUFFER_FAULTS,
    ...TABLE_FAULTS,
    ...CONNECTION_FAULTS,
    ...TUNNEL_FAULTS,
  ];
}

function generated(): Fault[] {
  return registry.flatMap((rule) => mutationsOf(rule).map((mutation) => fault(rule, mutation)));
}

function mutationsOf(rule: Rule): Mutation[] {
  // Removing a rule that only allows a choice, or never applies here, breaks nothing. Faults by hand break it.
  if (rule.level === 'may' || rule.scope !== undefined) return [];
  if (rule.kind === 'segment' || rule.kind === 'checksum') return ['removed', 'inverted'];
  // Inverted, it merges less than it may, which is legal.
  if ((rule.kind === 'pair' || rule.kind === 'datagram-pair') && rule.isLimit === true) return ['removed'];
  if (rule.kind === 'datagram' || rule.kind === 'datagram-pair') return ['removed', 'inverted'];
  if (rule.kind === 'datagram-field') return ['removed', 'wrong'];
  if (rule.kind === 'datagram-oob') return ['wrong'];
  if (rule.kind === 'pair') return ['removed', 'inverted'];
  if (rule.kind === 'field') return rule.isFirsts === true ? ['wrong'] : ['removed', 'wrong'];
  return rule.kind === 'oob' || rule.kind === 'verdict' ? ['wrong'] : [];
}

function fault(rule: Rule, mutation: Mutation): Fault {
  const kept = mutation === 'removed' ? registry.filter((other) => other !== rule) : registry;
  const rules = kept.map((other) => (other === rule ? broken(rule, mutation) : mergingAcks(other, rule)));
  return {
    name: `${rule.id}/${rule.name}/${mutation}`,
    summary: `${mutation}: ${rule.summary}`,
    subject: coalescerSubject({}, { rules }),
    broken: rule.id,
    blames: BLAMED[`${rule.id}/${mutation}`] ?? BLAMED[rule.id] ?? [rule.id],
  };
}

/** A pure ACK that its rule lets pass must join somehow: it joins like a window update. */
function mergingAcks(other: Rule, broken: Rule): Rule {
  if (broken.kind !== 'pair' || other.kind !== 'action' || other.does !== 'window-update') return other;
  mergingAny ??= { ...other, applies: (unit, segment) => unit !== undefined && segment.isPureAck };
  return mergingAny;
}

/** Shared, so that two such faults fit into one coalescer. */
let mergingAny: Rule | undefined;

function broken(rule: Rule, mutation: Mutation): Rule {
  if (mutation === 'inverted') {
    if (rule.kind === 'segment')
      return {
        ...rule,
        forbids: (segment: Segment, conditions: Conditions) =>
          segment.kind === 'segment' && !rule.forbids(segment, conditions),
      };
    if (rule.kind === 'checksum')
      return {
        ...rule,
        appliesTo: (segment: Segment, conditions: Conditions) =>
          segment.kind === 'segment' && !rule.appliesTo(segment, conditions),
      };
    if (rule.kind === 'pair')
      return { ...rule, forbids: (...all: Parameters<PairRule['forbids']>) => !rule.forbids(...all) };
    if (rule.kind === 'datagram')
      return { ...rule, forbids: (...all: Parameters<DatagramRule['forbids']>) => !rule.forbids(...all) };
    if (rule.kind === 'datagram-pair')
      return { ...rule, forbids: (...all: Parameters<DatagramPairRule['forbids']>) => !rule.forbids(...all) };
  }
  if (rule.kind === 'datagram-field') return { ...rule, expected: (unit: UdpUnit) => rule.expected(unit) ^ 2 };
  if (rule.kind === 'datagram-oob') return { ...rule, expected: (unit: UdpUnit) => wrongOob(rule.expected(unit)) };
  if (rule.kind === 'field') {
    return {
      ...rule,
      expected: (unit: Unit, policy: Policy) => wrongField(rule.field, rule.expected(unit, policy) ?? 0),
    };
  }
  if (rule.kind === 'oob')
    return { ...rule, expected: (unit: Unit, policy: Policy) => wrongOob(rule.expected(unit, policy)) };
  if (rule.kind === 'verdict') return { ...rule, of: (state) => (state === 'wrong' ? 'ok' : 'bad') };
  return rule;
}

function wrongField(field: string, value: number): number {
  if (field === 'tcp.psh') return value ^ 8;
  if (field === 'tcp.ece-cwr') return value ^ 0x40;
  if (field === 'ip.ecn') return value ^ 1;
  return value ^ 2;
}

function wrongOob(value: unknown): never {
  if (typeof value === 'number') return (value + 3) as never;
  if (value === 'ok') return 'none' as never;
  return (value === 'none' ? 'bad' : value) as never;
}
