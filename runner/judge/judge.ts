/**
 * Judges what a target indicated against what arrived. It knows rules, not targets, and never throws on any indications.
 */

import { type ReferenceRun, referenceRun } from '../../reference-impl/reference-run.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { finished } from '../base/turns.ts';
import { type Capabilities, policyOf, timerOf } from '../capabilities/capabilities.ts';
import { OOB_KEYS, OOB_TABLE } from '../rsc-line/oob-keys.ts';
import { type Arrival, arrivalsOf } from './arrival.ts';
import { isSoft, verdictOf } from './finding.ts';
import { type Observed, observe } from './observed.ts';
import { checkStatistics } from './statistics.ts';
import { explainingTcp } from './tcp/explain-tcp.ts';
import type { TcpMatch } from './tcp/tcp-protocol.ts';
import type { Finding, JudgeInput, Judgement } from './types.ts';
import { explainingUdp } from './udp/explain-udp.ts';
import { splitUdp, usesUro } from './udp/udp-arrival.ts';
import { checkVirtio, isFromBefore, isOfHeader, lastReset } from './virtio.ts';

/** The results that depend on the steps and the capabilities alone. They are kept if many outputs of one vector are judged. */
export interface Prepared {
  readonly arrivals: readonly Arrival[];
  /** The number of merges of the reference. */
  readonly wanted: number;
}

/** `reference`: the result of the reference under the policy nearest to the target, if it was played. */
export function prepare(
  steps: readonly FrameStep[],
  capabilities: Capabilities,
  reference: ReferenceRun = referenceRun(steps, policyOf(capabilities), timerOf(capabilities)),
): Prepared {
  return {
    arrivals: arrivalsOf(steps, capabilities.vlan === 'stripped', capabilities.tunnels),
    wanted: reference.merges,
  };
}

const NO_DATAGRAMS = { matches: [], findings: [], repeated: new Map<number, readonly number[]>() } as const;

export function judge(input: JudgeInput, prepared: Prepared = prepare(input.steps, input.capabilities)): Judgement {
  return finished(judging(input, prepared));
}

/** The same, in pieces: many frames can take long. */
export function* judging(input: JudgeInput, prepared: Prepared): Generator<void, Judgement> {
  const { capabilities, steps } = input;
  const { arrivals: everything, wanted } = prepared;
  const isGro = capabilities.profile === 'gro';
  const stripTags = capabilities.vlan === 'stripped';
  const observed = input.indications.map((indication, number) =>
    observe(indication, number, stripTags, capabilities.tunnels),
  );
  // After a reset, a device need not indicate earlier arrivals.
  const reset = lastReset(steps);
  const arrivals = everything.filter(({ step }) => step > reset);
  const stale = new Set(observed.filter((one) => reset >= 0 && isFromBefore(one, everything, reset)));
  const due = observed.filter((one) => one.step > reset && !stale.has(one));
  const udp = usesUro(steps) ? splitUdp(steps, arrivals, due) : undefined;
  const others = udp?.otherArrivals ?? arrivals;
  const { matches, findings, repeated } = yield* explainingTcp(
    others,
    udp?.otherObserved ?? due,
    everything,
    capabilities,
  );
  const datagrams = udp === undefined ? NO_DATAGRAMS : yield* explainingUdp(udp, capabilities);
  const headers = isGro ? [] : virtioFindings(input, matches, everything, stale);
  const all = [
    ...matches.flatMap((match) => match.findings.filter((found) => !isOfHeader(found, headers))),
    ...findings,
    ...datagrams.matches.flatMap((match) => match.findings),
    ...datagrams.findings,
    ...headers.filter((found) => !isOfHeader(found, headers)),
  ];
  const isFaulty = all.some((found) => !isSoft(found));
  // No source says whether a unit that a reset drops was already counted.
  if (!isFaulty && !isGro && input.statistics !== undefined && reset < 0) {
    const runs = matches.map(({ run }) => run);
    all.push(...checkStatistics(runs, others, input.statistics));
  }
  const ofDatagrams = new Map(datagrams.matches.map(({ observed: { number }, run }) => [number, run]));
  const ofSegments = new Map(matches.map(({ observed: { number }, run }) => [number, run]));
  const attribution = observed.map(
    ({ number }) =>
      repeated.get(number) ??
      datagrams.repeated.get(number) ??
      (ofSegments.get(number) ?? ofDatagrams.get(number))?.map((arrival) => arrival.number) ??
      [],
  );
  const verdict = verdictOf(all);
  // Only right merges count.
  const right = [...matches, ...datagrams.matches].filter(({ findings: found }) => found.every(isSoft));
  const made = right.reduce((sum, { run }) => sum + run.length - 1, 0);
  return {
    verdict: verdict === 'pass' && made < wanted ? 'pass-less' : verdict,
    findings: all,
    attribution,
    ratio: wanted === 0 ? 1 : Math.min(1, made / wanted),
    // The profile promises only what the frames show.
    notObserved: isGro ? [] : notObserved(input),
  };
}

function virtioFindings(
  { indications, rules = [] }: JudgeInput,
  matches: readonly TcpMatch[],
  everything: readonly Arrival[],
  stale: ReadonlySet<Observed>,
): Finding[] {
  const found = (observed: Observed, run: readonly Arrival[]): Finding[] => {
    const virtio = indications[observed.number]?.virtio;
    return virtio === undefined ? [] : checkVirtio(observed, virtio, run, stale.has(observed), rules);
  };
  return [
    ...matches.flatMap(({ observed, run }) => found(observed, run)),
    ...[...stale].flatMap((observed) =>
      found(
        observed,
        everything.filter(({ connection }) => connection === observed.connection),
      ),
    ),
  ];
}

const HEADER_ROWS: ReadonlySet<string> = new Set(rulesOfKind('virtio').map(({ id }) => id));

const FIELDS = OOB_KEYS.filter((key) => OOB_TABLE[key].isUro !== true).map((key) => OOB_TABLE[key].field);
const URO_FIELDS = OOB_KEYS.filter((key) => OOB_TABLE[key].isUro === true).map((key) => OOB_TABLE[key].field);

function notObserved({ steps, indications, statistics, capabilities, rules }: JudgeInput): string[] {
  const missing: string[] = FIELDS.filter(
    (field) => indications.length > 0 && !indications.some(({ oob }) => field in oob),
  );
  if (rules?.some((rule) => HEADER_ROWS.has(rule)) && !indications.some(({ virtio }) => virtio !== undefined)) {
    missing.push('virtio headers (V)');
  }
  if (usesUro(steps) && indications.length > 0) {
    missing.push(...URO_FIELDS.filter((field) => !indications.some(({ oob }) => field in oob)));
  }
  if (statistics === undefined) missing.push('statistics');
  if (capabilities.boundary === 'none') missing.push('DPC boundaries');
  if (capabilities.addresses.length === 0) missing.push('forwarded segments (I6)');
  return missing;
}
