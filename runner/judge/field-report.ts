/** Turns a field that differs into a finding: what it is, what it must be, and whose values these are. */

import type { RuleBase } from '../../reference-impl/rules/rule.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { type FieldAccess, headerFields } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { FIELD_PLACES, rangeOf } from './field-places.ts';
import { beText, bytesText, fieldName, isOrAre, valueText } from './field-words.ts';
import { draft, mustOf, nameArrivals } from './finding.ts';

import type { Draft } from './types.ts';

export const RULED_FLAGS: number = TcpFlag.psh | TcpFlag.ece | TcpFlag.cwr;

/** The expected side: the first segment, or the SCU. `bytes` up to `end` are the frame without trailer. */
export interface Expected {
  readonly unit: Unit;
  readonly first: Segment;
  readonly arrivals: readonly number[];
  /** The segments that it is made of, one for each arrival. */
  readonly segments: readonly Segment[];
  /** Fields that a forbidden merge leaves open: the value of any of its segments is accepted. */
  readonly open: readonly string[];
  /** Bytes of Ethernet padding in the payload, which are reported apart. */
  readonly padding: number | undefined;
  /** Its TCP checksum is judged by K3: frames in it were marked out of band. */
  readonly isMarked: boolean;
}

/** The bytes are formatted only when the finding is read, so they must not be overwritten. */
type Value = string | number | Uint8Array | (() => string);
/** `sentence`: the finding in words; left out: "The window is 7, must be 8." */
export type Report = (rule: RuleBase, field: string, wanted: Value, was: Value, sentence?: () => string) => void;

export function reporter({ arrivals, segments, unit: { ipVersion }, open }: Expected, findings: Draft[]): Report {
  const owners = (field: string, shown: string): readonly number[] =>
    arrivals.filter((_, i) => valueIn(segments[i] as Segment, field) === shown);
  const isLeftOpen = (field: string, was: Value): boolean =>
    open.includes(field) &&
    (ANYTHING.includes(field) ||
      owners(field, textOf(field, was)).length > 0 ||
      (field === 'tcp.flags' && isBetween(Number(was), segments)));
  const have = (field: string, shown: string): string => {
    // Whose flag is set says something, whose is not does not.
    const whose = segments.length > 1 && field !== 'tcp.psh' ? owners(field, shown) : [];
    return whose.length === 1 ? `#${whose[0]}’s (${shown})` : shown;
  };
  return (rule, field, wanted, was, sentence) => {
    if (isLeftOpen(field, was)) return;
    const words = (): readonly [string, string, string] => {
      const [must, shown] = [textOf(field, wanted), textOf(field, was)];
      if (sentence !== undefined) return [must, shown, sentence()];
      const whose = segments.length > 1 ? ROLES[rule.name]?.(must, owners(field, must)) : undefined;
      const unchanged = segments.length === 1 && field.endsWith('.checksum') ? ', as it arrived' : '';
      return [
        must,
        shown,
        `The ${fieldName(field, ipVersion)} ${isOrAre(field)} ${have(field, shown)}, ${mustOf(rule)} ${beText(whose ?? must)}${unchanged}.`,
      ];
    };
    findings.push(draft(asItCame(rule, segments), arrivals, field, words));
  };
}

/** The sources disagree about units only: a lone frame is unchanged. */
function asItCame(rule: RuleBase, segments: readonly Segment[]): RuleBase {
  const { disagreement: _, ...own } = rule;
  return segments.length > 1 || rule.disagreement === undefined ? rule : own;
}

function textOf(field: string, value: Value): string {
  if (value instanceof Uint8Array) return bytesText(field, value);
  return typeof value === 'function' ? value() : valueText(field, value);
}

/** If one of these is open, all are. */
const ANYTHING = [
  'ipv4.total-length',
  'ipv6.payload-length',
  'ipv4.checksum',
  'tcp.checksum',
  'outer.header',
  'outer.ipv4.id',
  'outer.length',
  'outer.checksum',
];

/** Bits that all segments have are set, and no bit that none has. */
function isBetween(flags: number, segments: readonly Segment[]): boolean {
  const any = segments.reduce((bits, segment) => bits | segment.flags, 0) | RULED_FLAGS;
  const all = segments.reduce((bits, segment) => bits & segment.flags, ~RULED_FLAGS);
  return (flags & ~any) === 0 && (all & ~flags) === 0;
}

type Role = (must: string, owners: readonly number[]) => string;
const ofFirst: Role = (must) => `the first segment’s (${must})`;
const ofLast: Role = (must) => `the last segment’s (${must})`;

/** By the name of a rule, the value that a field must have, and whose it is. */
const ROLES: Readonly<Record<string, Role>> = {
  'ipv4-identification': ofFirst,
  'seq-of-first': ofFirst,
  'ack-of-last': ofLast,
  'window-of-last': ofLast,
  'latest-tsval': ofLast,
  'tsecr-of-latest': ofLast,
  'smallest-ttl': (must) => `the smallest (${must})`,
  'psh-or': (must, owners) =>
    must === 'set'
      ? `set: ${nameArrivals(owners)} ${owners.length > 1 ? 'have' : 'has'} it`
      : `${must}: no segment has it`,
};

/** The value as the message shows it. */
export function valueIn(segment: Segment, field: string): string | undefined {
  const access = (headerFields as Partial<Record<string, FieldAccess>>)[field];
  if (access !== undefined)
    return access.has(segment) ? valueText(field, access.read(segment.frame, segment)) : 'absent';
  if (field === 'tcp.flags') return valueText(field, segment.flags);
  if (field === 'tcp.data-offset') return valueText(field, segment.tcpHeaderLength / 4);
  if (field === 'ip.dscp') return valueText(field, segment.dscp);
  const range = FIELD_PLACES[field]?.(segment);
  return range === undefined ? undefined : bytesText(field, rangeOf(field, segment.frame, range));
}
