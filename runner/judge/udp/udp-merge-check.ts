/** Replays the rules over a run of datagrams that a target merged: which merge do they forbid, what does the SCU hold? */

import { DEFAULT_POLICY } from '../../../reference-impl/policy.ts';
import { rulesOfKind } from '../../../reference-impl/rules/index.ts';
import type { RuleBase } from '../../../reference-impl/rules/rule.ts';
import { UdpUnit } from '../../../reference-impl/udp/udp-unit.ts';
import { draft, nameArrivals, ruleNamed } from '../finding.ts';
import type { Draft } from '../types.ts';
import type { UdpArrival } from './udp-arrival.ts';

const datagramRules = rulesOfKind('datagram').filter(({ level }) => level !== 'may');
const pairRules = rulesOfKind('datagram-pair').filter(({ level }) => level !== 'may');

/** K4 covers everything that is merged. */
const unvalidated = ruleNamed('rxcsum-off-nothing-merged');

export interface UdpMergeCheck {
  /** The SCU that these arrivals make. */
  readonly unit: UdpUnit;
  /** The first rule that forbids the merge; none if it is right. */
  readonly findings: readonly Draft[];
}

/** `run` has at least one arrival. */
export function checkUdpMerge(run: readonly UdpArrival[]): UdpMergeCheck {
  const numbers = run.map(({ number }) => number);
  const findings: Draft[] = [];
  const report = (rule: RuleBase, { number }: UdpArrival, message: string): void => {
    if (findings.length > 0) return;
    const words = () => ['not merged', `merged into ${nameArrivals(numbers)}`, message] as const;
    findings.push(draft(rule, [number], 'merge', words));
  };
  const [first] = run;
  if (first === undefined) throw new Error('no arrivals to merge');
  const unit = new UdpUnit(first.datagram, first.number);
  run.forEach((arrival, position) => {
    const { datagram, uroOn: uro, number, rxcsumOn } = arrival;
    if (!rxcsumOn) report(unvalidated, arrival, `#${number} must not be merged: ${unvalidated.summary}`);
    for (const rule of datagramRules) {
      if (rule.forbids(datagram, { policy: DEFAULT_POLICY, uro }))
        report(rule, arrival, `#${number} must not be merged: ${rule.summary}`);
    }
    if (position === 0) return;
    for (const rule of pairRules) {
      if (rule.forbids(unit, datagram, DEFAULT_POLICY))
        report(rule, arrival, `#${number} must not be merged: ${rule.summary}`);
    }
    unit.join(datagram, number);
  });
  const last = run[run.length - 1] as UdpArrival;
  if (first.rxcsumOn && first.rxcsumSwitched < last.step) {
    const message = `${nameArrivals(numbers)} were merged across a switch-off of receive checksum offload.`;
    report(unvalidated, last, message);
  }
  if (first.uroOff < last.step) {
    const message = `${nameArrivals(numbers)} were merged across a switch-off of URO.`;
    report(ruleNamed('uro-flushed-on-disable'), last, message);
  }
  return { unit, findings };
}
