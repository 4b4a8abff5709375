/**
 * What became of arrivals that never came out, where the output shows it. Segments without payload may have been merged into a
 * unit that shows nothing of them: the host cannot tell, and the finding says both.
 */

import { isSoft, nameArrivals } from '../finding.ts';
import type { Arrived, Indicated, Match, Protocol } from '../protocol.ts';
import type { Finding } from '../types.ts';
import { afterPacket } from './after-packet.ts';
import { isClean } from './cost.ts';
import { payloadLength } from './payload-length.ts';

/** Arrivals of one finding, and units that are looked at. */
const MOST = 8;

/** `lost`: findings on what never came out. */
export function withHints<A extends Arrived, I extends Indicated>(
  lost: readonly Finding[],
  gone: readonly A[],
  matches: readonly Match<A, I>[],
  protocol: Protocol<A, I>,
): Finding[] {
  return lost.map((found) => {
    const own = gone.filter(({ number }) => found.arrivals.includes(number));
    if (own.length > MOST) return found;
    const hint = afterPacket(own, matches, protocol) ?? withoutTrace(own, matches, protocol);
    return hint === undefined ? found : { ...found, message: `${found.message} ${hint}` };
  });
}

/** The rule that would forbid a merge that shows nothing of them, where there is one. */
function withoutTrace<A extends Arrived, I extends Indicated>(
  own: readonly A[],
  matches: readonly Match<A, I>[],
  protocol: Protocol<A, I>,
): string | undefined {
  if (!own.every((arrival) => payloadLength(arrival, { protocol }) === 0)) return undefined;
  const isUnit = ({ run, observed }: Match<A, I>): boolean => run.length > 1 || protocol.countIn(observed) > 0;
  const units = matches
    .filter((one) => isUnit(one) && isClean(one.findings) && isOf(one.run, own, protocol))
    .slice(0, MOST);
  const [first] = units.flatMap(({ run, observed }) => forbiddenWith(run, own, observed, protocol) ?? []);
  return first;
}

function isOf<A extends Arrived, I extends Indicated>(
  run: readonly A[],
  own: readonly A[],
  protocol: Protocol<A, I>,
): boolean {
  const stream = protocol.streamOf(own[0] as A);
  return run.every((arrival) => protocol.streamOf(arrival) === stream);
}

/** The unit with them, if that breaks nothing but the rule against the merge. */
function forbiddenWith<A extends Arrived, I extends Indicated>(
  run: readonly A[],
  own: readonly A[],
  observed: I,
  protocol: Protocol<A, I>,
): string | undefined {
  const whole = [...run, ...own].sort((a, b) => a.number - b.number);
  const hard = protocol.findingsOf(whole, observed)?.filter((found) => !isSoft(found));
  const [only, ...more] = hard ?? [];
  if (only?.field !== 'merge' || more.length > 0) return undefined;
  const what = own.length === 1 ? 'It' : 'They';
  const unit = nameArrivals(run.map(({ number }) => number));
  return `${what} may have been merged with ${unit} without a trace, which ${only.rule} forbids.`;
}
