/** Replays the rules over a run of arrivals that a target merged: which merge do they forbid, and what does the SCU hold? */

import { DEFAULT_POLICY, type Policy } from '../../reference-impl/policy.ts';
import { isDuplicate } from '../../reference-impl/rules/coalescing.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { PairRule, RuleBase, SegmentRule } from '../../reference-impl/rules/rule.ts';
import { firstException, firstForbidding } from '../../reference-impl/rules/unrolled.ts';
import { Unit } from '../../reference-impl/unit.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from './arrival.ts';
import { valueIn } from './field-report.ts';
import { fieldName, isOrAre } from './field-words.ts';
import { draft, isSoft, mustOf, nameArrivals, ruleNamed } from './finding.ts';
import type { Draft } from './types.ts';

const segmentRules = rulesOfKind('segment').filter(({ level }) => level !== 'may');
/** Duplicates are judged apart: what is right depends on whether they are counted. C12 is never a breach. */
const pairRules = rulesOfKind('pair').filter(({ level, concerns }) => level !== 'may' && concerns !== 'duplicate-ack');

/** Where the target may choose, the widest limits of the rules: it is judged only by what they demand. */
export function judgingPolicy(capabilities: Capabilities): Policy {
  let policy = policies.get(capabilities);
  if (policy === undefined) {
    policy = {
      ...DEFAULT_POLICY,
      duplicateAcks: 'counted',
      paddingOptions: 'merged',
      ipv6Limit: capabilities.ipv6limit ?? 'payload',
      tunnels: capabilities.tunnels,
      hostAddresses: capabilities.addresses,
    };
    policies.set(capabilities, policy);
  }
  return policy;
}

/** Needed for every merge. */
const policies = new WeakMap<Capabilities, Policy>();

interface Named {
  readonly name: string;
  readonly draft: Draft;
}

/** By the name of a rule that breaks a must, milder rules that the same bits break: one fault, one finding. */
const WEAKER: Readonly<Record<string, readonly string[]>> = {
  'one-connection': ['link-header-equal'],
  'reserved-bits-differ': ['reserved-bit'],
  'ack-differs': ['ack-not-set'],
};

function withoutWeaker(findings: readonly Named[], weaker: readonly string[]): Draft[] {
  return findings.flatMap(({ name, draft: found }) => (weaker.includes(name) ? [] : [found]));
}

/** Whether a *must* keeps it out of every merged unit, whatever the others are. */
export function isNeverMerged({ segment, rxcsumOn }: Arrival, capabilities: Capabilities): boolean {
  const conditions = { policy: judgingPolicy(capabilities), rsc4: true, rsc6: true, rxcsum: rxcsumOn };
  return segmentRules.some((rule) => !isSoft(rule) && rule.forbids(segment, conditions));
}

export interface MergeCheck {
  /** The SCU that these arrivals make; reused by the next check. */
  readonly unit: Unit;
  readonly findings: readonly Draft[];
  /** Numbers of the duplicate ACKs among them. */
  readonly duplicates: readonly number[];
}

const unit = new Unit();

/** If a merge is forbidden, the first rule that forbids it is the finding. Softer rules are listed in addition. */
export function checkMerge(run: readonly Arrival[], capabilities: Capabilities): MergeCheck {
  const policy = judgingPolicy(capabilities);
  const findings: Named[] = [];
  let weaker: readonly string[] = [];
  const numbers = run.map(({ number }) => number);
  const softNames = new Set<string>();
  const duplicates: number[] = [];
  let isHard = false;
  const report = (rule: RuleBase, at: Arrival, message: () => string, value?: () => string | undefined): void => {
    const hard = !isSoft(rule);
    if (hard ? isHard : softNames.has(rule.name)) return;
    if (hard) weaker = WEAKER[rule.name] ?? [];
    else softNames.add(rule.name);
    const words = (): readonly [string, string, string] => {
      const shown = value?.();
      const into = `merged into ${nameArrivals(numbers)}`;
      return ['not merged', shown === undefined ? into : `${into}: ${shown}`, message()];
    };
    const found = { name: rule.name, draft: draft(rule, [at.number], 'merge', words) };
    // What breaks a must is named first.
    if (hard) findings.unshift(found);
    else findings.push(found);
    if (hard) isHard = true;
  };
  run.forEach((arrival, position) => {
    const { segment } = arrival;
    const conditions = { policy, rsc4: true, rsc6: true, rxcsum: arrival.rxcsumOn };
    if (!arrival.rscOn)
      report(ruleNamed('not-before-enabled'), arrival, () => `#${arrival.number} was merged while RSC is off.`);
    // Mostly no rule at all forbids it, and then the unrolled check is enough: the loops take several times as long.
    if (firstException(segment, conditions) !== undefined) {
      for (const rule of segmentRules) {
        if (rule.forbids(segment, conditions))
          report(rule, arrival, forbidden(arrival, rule), () => valueText(rule.name, segment));
      }
    }
    if (position === 0) {
      unit.start(segment, arrival.number);
      return;
    }
    if (firstForbidding(unit, segment, policy) !== undefined) {
      for (const rule of pairRules) {
        if (rule.forbids(unit, segment, policy) && rule.isUndefined?.(unit, segment) !== true)
          report(rule, arrival, forbidden(arrival, rule), () => valueText(rule.name, segment, run[position - 1]));
      }
    }
    if (join(arrival, capabilities, report)) duplicates.push(arrival.number);
  });
  const [first] = run;
  const last = run[run.length - 1];
  if (first !== undefined && last !== undefined && first.switchedOff < last.step) {
    report(
      ruleNamed('flushed-on-disable'),
      last,
      () => `${nameArrivals(numbers)} were merged across a switch-off of RSC.`,
    );
  }
  if (first?.rxcsumOn === true && last !== undefined && first.rxcsumSwitched < last.step) {
    const message = () => `${nameArrivals(numbers)} were merged across a switch-off of receive checksum offload.`;
    report(ruleNamed('rxcsum-off-nothing-merged'), last, message);
  }
  return { unit, findings: withoutWeaker(findings, weaker), duplicates };
}

/** Whether it was a duplicate. */
function join(
  arrival: Arrival,
  capabilities: Capabilities,
  report: (rule: RuleBase, at: Arrival, message: () => string) => void,
): boolean {
  const { segment } = arrival;
  const duplicate = isDuplicate(unit, segment);
  if (duplicate) {
    const ontoData = unit.dataSegments > 0;
    if (ontoData)
      report(
        ruleNamed('duplicate-onto-data'),
        arrival,
        () => `Duplicate ACK #${arrival.number} joined an SCU that holds data.`,
      );
    else if (capabilities.duplicateacks !== 'counted') {
      report(
        ruleNamed('duplicate-ack-alone'),
        arrival,
        () => `Duplicate ACK #${arrival.number} was merged: a count above 0 turns RSC off.`,
      );
    }
  }
  const payload = segment.frame.subarray(segment.payloadOffset, segment.ipEnd);
  unit.join(segment, payload, duplicate ? 'duplicate' : segment.isPureAck ? 'window-update' : 'data', arrival.number);
  return duplicate;
}

function forbidden({ number }: Arrival, rule: SegmentRule | PairRule): () => string {
  return () => `#${number} ${mustOf(rule)} not be merged: ${rule.summary}`;
}

/** By the name of a rule, the field that it looks at. */
const FIELDS: Readonly<Record<string, string>> = {
  'exceptional-flag': 'tcp.flags',
  'reserved-bit': 'tcp.flags',
  'ack-not-set': 'tcp.flags',
  'malformed-options': 'tcp.options',
  'other-option': 'tcp.options',
  'ecn-field-change': 'ip.ecn',
  'ece-cwr-change': 'tcp.ece-cwr',
  'reserved-bits-differ': 'tcp.flags',
  'ack-differs': 'tcp.flags',
  'pure-ack-alone': 'tcp.ack',
  'in-sequence': 'tcp.seq',
  'ack-not-older': 'tcp.ack',
  'traffic-class-equal': 'ip.dscp',
  'dont-fragment-equal': 'ipv4.flags-offset',
  'reserved-flag-equal': 'ipv4.flags-offset',
  'flow-label-equal': 'ipv6.class-label',
  'link-header-equal': 'ethernet',
  'timestamp-not-older': 'tcp.tsval',
};

/** "its ECN field is CE, #1’s is ECT(0)". `before`: the arrival before it in the unit, if the rule compares the two. */
function valueText(rule: string, segment: Segment, before?: Arrival): string | undefined {
  const field = FIELDS[rule];
  const own = field === undefined ? undefined : valueIn(segment, field);
  if (field === undefined || own === undefined) return undefined;
  const text = `its ${fieldName(field, segment.ipVersion)} ${isOrAre(field)} ${own}`;
  if (before === undefined) return text;
  if (field === 'tcp.seq')
    return `${text}, the next one is ${(before.segment.seq + before.segment.payloadLength) >>> 0}`;
  return `${text}, #${before.number}’s ${isOrAre(field)} ${valueIn(before.segment, field)}`;
}
