/** Replays the rules over a run of arrivals that a target merged: which merge do they forbid, and what does the SCU hold? */

import { DEFAULT_POLICY, type Policy } from '../../reference-impl/policy.ts';
import { isDuplicate } from '../../reference-impl/rules/coalescing.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { PairRule, RuleBase, SegmentRule } from '../../reference-impl/rules/rule.ts';
import { Unit } from '../../reference-impl/unit.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { Arrival } from './arrival.ts';
import { draft, nameArrivals, ruleNamed } from './finding.ts';
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
  const findings: Draft[] = [];
  const numbers = run.map(({ number }) => number);
  const softNames = new Set<string>();
  const duplicates: number[] = [];
  let isHard = false;
  const report = (rule: RuleBase, at: Arrival, message: () => string): void => {
    const hard = rule.level === 'must' || rule.level === 'derived';
    if (hard ? isHard : softNames.has(rule.name)) return;
    if (hard) isHard = true;
    else softNames.add(rule.name);
    const words = () => ['not merged', `merged into ${nameArrivals(numbers)}`, message()] as const;
    findings.push(draft(rule, [at.number], 'merge', words));
  };
  run.forEach((arrival, position) => {
    const { segment } = arrival;
    const conditions = { policy, rsc4: true, rsc6: true, rxcsum: arrival.rxcsumOn };
    if (!arrival.rscOn)
      report(ruleNamed('not-before-enabled'), arrival, () => `#${arrival.number} was merged while RSC is off.`);
    for (const rule of segmentRules) {
      if (rule.forbids(segment, conditions)) report(rule, arrival, forbidden(arrival, rule));
    }
    if (position === 0) {
      unit.start(segment, arrival.number);
      return;
    }
    for (const rule of pairRules) {
      if (rule.forbids(unit, segment, policy) && rule.isUndefined?.(unit, segment) !== true)
        report(rule, arrival, forbidden(arrival, rule));
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
  return { unit, findings, duplicates };
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
  return () => `#${number} must not be merged: ${rule.summary}`;
}
