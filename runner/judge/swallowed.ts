/** Units that hold bytes of a frame that is no segment: of a later fragment, of a packet cut short. */

import { toHex } from '../../reference-impl/wire/bytes.ts';
import { type Arrival, isLoose } from './arrival.ts';
import type { Match } from './attribute.ts';
import { finding, nameArrivals, ruleNamed, WEIGHT } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Finding } from './types.ts';

const SHOWN_BYTES = 20;
/** Where a payload would start behind option-less headers: enough to recognise bytes of a frame that is no segment. */
const USUAL_PAYLOAD = { 0: 54, 4: 54, 6: 74 } as const;

/** The indication as this run's, with one of the lost frames in it; undefined if none of them is. */
export function swallowedBy(
  observed: Observed,
  run: readonly Arrival[],
  lost: Iterable<Arrival>,
): { readonly arrival: Arrival; readonly match: Match } | undefined {
  const arrival = [...lost].find((one) => isLoose(one.segment) && holdsBytesOf(observed, one));
  if (arrival === undefined) return undefined;
  const explanation = { cost: WEIGHT.forbiddenMerge, findings: [swallowedFinding(arrival, run)] };
  return { arrival, match: { observed, run: [...run, arrival], explanation } };
}

function holdsBytesOf({ frame }: Observed, { frame: swallowed, segment }: Arrival): boolean {
  const bytes = swallowed.subarray(USUAL_PAYLOAD[segment.ipVersion], USUAL_PAYLOAD[segment.ipVersion] + SHOWN_BYTES);
  return bytes.length >= 4 && toHex(frame).includes(toHex(bytes));
}

function swallowedFinding(swallowed: Arrival, run: readonly Arrival[]): Finding {
  const rule = ruleNamed(
    swallowed.segment.kind === 'other'
      ? 'not-a-whole-segment'
      : swallowed.segment.ipVersion === 4
        ? 'ipv4-fragment'
        : 'ipv6-extension-header',
  );
  const into = nameArrivals(run.map(({ number }) => number));
  const message = `Bytes of #${swallowed.number} were merged into the unit of ${into}: ${rule.summary}`;
  return finding(rule, [swallowed.number], 'merge', 'not merged', `merged with ${into}`, message);
}
