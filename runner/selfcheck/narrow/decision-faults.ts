/** Forbidden merges, and exceptions that end nothing: a rule of the registry that does not apply. */

import { DEFAULT_POLICY } from '../../../reference-impl/policy.ts';
import { registry } from '../../../reference-impl/rules/index.ts';
import type { Conditions, PairRule, Rule, SegmentRule } from '../../../reference-impl/rules/rule.ts';
import type { Unit } from '../../../reference-impl/unit.ts';
import type { Segment } from '../../../reference-impl/wire/segment.ts';
import { TcpFlag } from '../../../reference-impl/wire/tcp.ts';
import type { DecisionFault } from './narrow-fault.ts';

/** Names of rules that the reference applies, and whose absence a verdict can name. */
const ofKind = <K extends 'segment' | 'pair'>(kind: K, leave: readonly string[]): string[] =>
  registry
    .filter((rule) => rule.kind === kind && rule.level !== 'may' && !leave.includes(rule.name))
    .map(({ name }) => name);

/** Rules that are split below, and rules that are never applied. */
const SEGMENT_RULES = ofKind('segment', [
  'exceptional-flag',
  'not-a-whole-segment',
  'forwarded-segment',
  'tunnel-announced',
]);
const PAIR_RULES = ofKind('pair', [
  'one-connection',
  'reserved-bits-differ',
  // A segment without ACK is an exception before any SCU is looked at; `ack-not-set-joins` turns both rules off.
  'ack-differs',
  'duplicate-onto-data',
  'in-sequence',
  'outer-headers-equal',
  'outer-length-limit',
]);

function ruleCalled(name: string): Rule {
  const rule = registry.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`no rule is called ${name}`);
  return rule;
}

function silentSegment(name: string, suffix = '', only: (segment: Segment) => boolean = () => true): DecisionFault {
  const { id, summary } = ruleCalled(name);
  return {
    kind: 'decision',
    name: `${id}-${name}${suffix}`,
    summary: `Merges it nevertheless: ${summary}`,
    broken: id,
    plant: (rule, strikes) =>
      rule.kind !== 'segment' || rule.name !== name
        ? rule
        : changed(rule, {
            forbids: {
              value: (segment: Segment, conditions: Conditions) =>
                rule.forbids(segment, conditions) && !(only(segment) && strikes()),
              enumerable: true,
            },
          }),
  };
}

function silentPair(
  name: string,
  suffix = '',
  only: (unit: Unit, segment: Segment) => boolean = () => true,
): DecisionFault {
  const { id, summary } = ruleCalled(name);
  return {
    kind: 'decision',
    name: `${id}-${name}${suffix}`,
    summary: `Merges it nevertheless: ${summary}`,
    broken: id,
    plant: (rule, strikes) =>
      rule.kind !== 'pair' || rule.name !== name
        ? rule
        : {
            ...rule,
            forbids: (...all: Parameters<PairRule['forbids']>) =>
              rule.forbids(...all) && !(only(all[0], all[1]) && strikes()),
          },
  };
}

/** The exception is indicated at once; its connection's SCU continues. */
function overtaking(name: string): DecisionFault {
  const { id, summary } = ruleCalled(name);
  return {
    kind: 'decision',
    name: `${id}-${name}-overtakes`,
    summary: `Is indicated ahead of the SCU before it: ${summary}`,
    broken: 'I1',
    plant: (rule, strikes) =>
      rule.kind !== 'segment' || rule.name !== name
        ? rule
        : changed(rule, { ends: { get: () => rule.ends && !strikes(), enumerable: true } }),
  };
}

/** Several faults may be planted in one rule, in any order: the changes of the others stay. */
function changed(rule: SegmentRule, change: PropertyDescriptorMap): SegmentRule {
  return Object.defineProperties({}, { ...Object.getOwnPropertyDescriptors(rule), ...change }) as SegmentRule;
}

/**
 * Pair rules that would also stop what the missing rule lets through: a driver without the rule does not have these
 * either.
 */
const ALONG: Readonly<Record<string, string>> = {
  'reserved-bit': 'reserved-bits-differ',
  'ack-not-set': 'ack-differs',
  'malformed-options': 'timestamps-in-all-or-none',
  'other-option': 'timestamps-in-all-or-none',
  'ipv4-fragment': 'dont-fragment-equal',
};

/** None of these rules reads them. */
const USUALLY: Conditions = { policy: DEFAULT_POLICY, rsc4: true, rsc6: true, rxcsum: true };

function joining(name: string, along: string): DecisionFault {
  const { id } = ruleCalled(name);
  const asks = ruleCalled(name) as SegmentRule;
  const silent = silentSegment(name);
  return {
    ...silent,
    name: `${id}-${name}-joins`,
    plant: (rule, strikes) => {
      if (rule.kind !== 'pair' || rule.name !== along) return silent.plant(rule, strikes);
      return {
        ...rule,
        forbids: (...all: Parameters<PairRule['forbids']>) =>
          rule.forbids(...all) && !(asks.forbids(all[1], USUALLY) && strikes()),
      };
    },
  };
}

/** A duplicate joins whatever unit there is. */
const DUPLICATE_RULES = ['duplicate-ack-alone', 'duplicate-onto-data'];
const duplicateJoins: DecisionFault = {
  kind: 'decision',
  name: 'C8-duplicate-ack-joins',
  summary: 'Merges a duplicate ACK, onto data, too',
  broken: 'C8',
  plant: (rule, strikes) =>
    rule.kind !== 'pair' || !DUPLICATE_RULES.includes(rule.name)
      ? rule
      : { ...rule, forbids: (...all: Parameters<PairRule['forbids']>) => rule.forbids(...all) && !strikes() },
};

const flag = (bit: number) => (segment: Segment) => (segment.flags & bit) !== 0;
const ahead = (unit: Unit, segment: Segment): number => (segment.seq - unit.nxt) | 0;

export const DECISION_FAULTS: readonly DecisionFault[] = [
  ...SEGMENT_RULES.map((name) => silentSegment(name)),
  silentSegment('exceptional-flag', '-syn', flag(TcpFlag.syn)),
  silentSegment('exceptional-flag', '-fin', flag(TcpFlag.fin)),
  silentSegment('exceptional-flag', '-rst', flag(TcpFlag.rst)),
  silentSegment('exceptional-flag', '-urg', flag(TcpFlag.urg)),
  ...Object.entries(ALONG).map(([name, along]) => joining(name, along)),
  ...PAIR_RULES.map((name) => silentPair(name)),
  duplicateJoins,
  silentPair('in-sequence', '-gap', (unit, segment) => ahead(unit, segment) > 0),
  silentPair('in-sequence', '-overlap', (unit, segment) => {
    const distance = ahead(unit, segment);
    return distance < 0 && distance + segment.payloadLength > 0;
  }),
  silentPair('in-sequence', '-old', (unit, segment) => ahead(unit, segment) + segment.payloadLength <= 0),
  ...SEGMENT_RULES.filter((name) => /^E/.test(ruleCalled(name).id)).map(overtaking),
  overtaking('exceptional-flag'),
];
