/** Bytes at the boundary of two units that came out in the other one: one fault, whatever either unit looks like. */

import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { countText } from '../../../vectors/count-text.ts';
import { isSoft, nameArrivals } from '../finding.ts';
import { groupBy } from '../group-by.ts';
import type { Arrived, Indicated, Match, Protocol, Range } from '../protocol.ts';
import type { Finding } from '../types.ts';

/** The same matches; of two whose boundary moved, the first has the one finding. */
export function withMovedBytes<A extends Arrived, I extends Indicated>(
  matches: readonly Match<A, I>[],
  protocol: Protocol<A, I>,
): Match<A, I>[] {
  const changed = new Map<Match<A, I>, Match<A, I>>();
  for (const own of groupBy(matches, ({ run }) => protocol.streamOf(run[0] as A)).values()) {
    for (const [i, after] of own.entries()) {
      const before = own[i - 1];
      const moved = before === undefined || changed.has(before) ? undefined : movedBetween(before, after, protocol);
      if (before === undefined || moved === undefined) continue;
      changed.set(before, { ...before, findings: [...before.findings.filter(isSoft), moved] });
      changed.set(after, { ...after, findings: after.findings.filter(isSoft) });
    }
  }
  return matches.map((match) => changed.get(match) ?? match);
}

function movedBetween<A extends Arrived, I extends Indicated>(
  before: Match<A, I>,
  after: Match<A, I>,
  protocol: Protocol<A, I>,
): Finding | undefined {
  const [found, ...more] = before.findings.filter((one) => !isSoft(one));
  if (found?.field !== 'payload' || more.length > 0 || !isAboutStart(after, before, protocol)) return undefined;
  const wanted = [before, after].map(({ run }) => joined(run.map((one) => [one, protocol.payloadOf(one)] as const)));
  const was = [before, after].map(({ observed }) => joined([[observed, claimed(observed, protocol)]]));
  const [first, second] = wanted as [Uint8Array, Uint8Array];
  const [early, late] = was as [Uint8Array, Uint8Array];
  const missing = first.length - early.length;
  if (missing === 0 || !sameTogether([first, second], [early, late])) return undefined;
  const [own, other] = missing > 0 ? [before, after] : [after, before];
  const numbers = ({ run }: Match<A, I>): readonly number[] => run.map(({ number }) => number);
  const part = `${missing > 0 ? 'last' : 'first'} ${countText(Math.abs(missing), 'byte').replace(/^1 /, '')}`;
  return {
    rule: found.rule,
    level: found.level,
    field: found.field,
    arrivals: [...numbers(before), ...numbers(after)],
    expected: `${countText(first.length, 'byte')}, then ${second.length}`,
    actual: `${countText(early.length, 'byte')}, then ${late.length}`,
    message: `The ${part} of ${nameArrivals(numbers(own))} came out with ${nameArrivals(numbers(other))}.`,
  };
}

/** Its payload, and the place of its first byte, are all that is wrong with it: it goes on where the other ends. */
function isAboutStart<A extends Arrived, I extends Indicated>(
  { findings, observed }: Match<A, I>,
  before: Match<A, I>,
  protocol: Protocol<A, I>,
): boolean {
  const hard = findings.filter((found) => !isSoft(found));
  return (
    hard.some(({ field }) => field === 'payload') &&
    hard.every(
      ({ field }) => field === 'payload' || (field === 'tcp.seq' && protocol.isContinued(before.observed, observed)),
    )
  );
}

/** As its lengths say. */
function claimed<A extends Arrived, I extends Indicated>(observed: I, protocol: Protocol<A, I>): Range {
  const { from, to } = protocol.payloadIn(observed);
  return { from, to: protocol.payloadEnds(observed)[0] ?? to };
}

function joined(parts: readonly (readonly [{ readonly frame: Uint8Array }, Range])[]): Uint8Array {
  return Buffer.concat(parts.map(([{ frame }, { from, to }]) => frame.subarray(from, to)));
}

function sameTogether(some: readonly Uint8Array[], others: readonly Uint8Array[]): boolean {
  const [one, other] = [Buffer.concat(some), Buffer.concat(others)];
  return one.length === other.length && equalBytes(one, 0, other, 0, one.length);
}
