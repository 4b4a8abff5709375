/** The candidates of one indication, the cheapest first. */

import { countText } from '../../../vectors/count-text.ts';
import { draft, ruleNamed } from '../finding.ts';
import type { Arrived, Indicated } from '../protocol.ts';
import type { Draft } from '../types.ts';
import type { Candidate, Generator, Padding, Proposal, SearchInput } from './candidate.ts';
import { classOf, costOf, hardCount, isClean } from './cost.ts';
import { GENERATORS, GUESSES, WHATEVER } from './generators/index.ts';
import { neighbours } from './generators/neighbours.ts';
import { ofFew } from './generators/of-few.ts';
import { isOnlyHopLimit } from './only-hop-limit.ts';
import { payloadLength } from './payload-length.ts';
import { plausible } from './plausible.ts';
import { isCopy } from './search-input.ts';
import { withoutArrivals } from './without-arrivals.ts';

export function candidatesOf<A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
): readonly Candidate<A>[] {
  const own = input.asItCame.get(observed);
  const copies = own === undefined ? copiesOf(observed, input) : [own];
  // A frame equal to another arrival is not an altered copy of this one.
  const isRepeated =
    own === undefined && copies.some(({ step }) => step < observed.step) && !input.protocol.saysMerged(observed);
  const all =
    own === undefined
      ? proposed(observed, isRepeated ? inItsConnection(observed, input) : input)
      : asItCame(own, observed, input);
  const found = plausible(isRepeated ? all.filter(({ findings }) => isClean(findings)) : all, observed, input);
  return [...found, ...withoutArrivals(observed, copies, found, input)];
}

/** If many connections are wrong at once, only the connection that an indication names can make it conform. */
function inItsConnection<A extends Arrived, I extends Indicated>(
  observed: I,
  input: SearchInput<A, I>,
): SearchInput<A, I> {
  return { ...input, groups: input.ofConnection.get(input.protocol.connectionIn(observed)) ?? input.groups };
}

function proposed<A extends Arrived, I extends Indicated>(observed: I, input: SearchInput<A, I>): Candidate<A>[] {
  const known = new Set<string>();
  const candidates: Candidate<A>[] = [];
  const ask = (generate: Generator): void => {
    for (const proposal of generate(observed, input)) {
      const key = `${proposal.run.map(({ number }) => number).join()} ${proposal.padding?.length ?? 0}`;
      if (known.has(key)) continue;
      known.add(key);
      const candidate = evaluated(proposal, observed, input);
      if (candidate !== undefined) candidates.push(candidate);
    }
  };
  GENERATORS.forEach(ask);
  if (!candidates.some((candidate) => isByBytes(candidate, observed, input))) GUESSES.forEach(ask);
  WHATEVER.forEach(ask);
  return candidates;
}

/** The connection that it names has all of its bytes. */
function isByBytes<A extends Arrived, I extends Indicated>(
  { run, findings }: Candidate<A>,
  observed: I,
  input: SearchInput<A, I>,
): boolean {
  const connection = input.protocol.connectionIn(observed);
  return (
    run.every((arrival) => input.protocol.connectionOf(arrival) === connection) &&
    run.some((arrival) => payloadLength(arrival, input) > 0) &&
    !findings.some((found) => classOf(found) === 'bytes')
  );
}

/**
 * The arrival itself. Where segments have no payload, a conforming unit may look like one of its own: that is one too.
 */
function asItCame<A extends Arrived, I extends Indicated>(
  own: A,
  observed: I,
  input: SearchInput<A, I>,
): Candidate<A>[] {
  const equal = new Set([own, ...(input.copies.get(observed) ?? []), ...(input.equals.get(observed) ?? [])]);
  const lone = [...equal].flatMap((arrival) => evaluated({ run: [arrival] }, observed, input) ?? []);
  // Its out-of-band values are not those of such a frame: it may be a unit that something else joined.
  const isOdd = lone.every(({ findings }) => findings.length > 0);
  const most = Math.min(...lone.map(({ cost }) => hardCount(cost))) + (isOdd ? 1 : 0);
  const isSilent = (arrival: A | undefined): boolean => arrival !== undefined && payloadLength(arrival, input) === 0;
  const members = input.streams.get(input.protocol.streamOf(own)) ?? [];
  const isFollowed = [...equal].some((arrival) => isSilent(members[members.indexOf(arrival) + 1]));
  if (!isSilent(own) && !isFollowed) return lone;
  const units = [...neighbours(observed, input), ...ofFew(observed, input)].filter(
    ({ run }) => run.length > 1 && run.slice(1).every(isSilent),
  );
  const candidates = units.flatMap((proposal) => evaluated(proposal, observed, input) ?? []);
  const mayBe = (unit: Candidate<A>): boolean => hardCount(unit.cost) <= most || isOnlyHopLimit(unit, observed, input);
  return [...lone, ...candidates.filter(mayBe)];
}

function evaluated<A extends Arrived, I extends Indicated>(
  { run, padding }: Proposal<A>,
  observed: I,
  { protocol }: SearchInput<A, I>,
): Candidate<A> | undefined {
  const bytes = padding?.reduce((sum, one) => sum + one.bytes, 0);
  const findings = protocol.findingsOf(run, observed, bytes);
  if (findings === undefined) return undefined;
  const padded = (padding ?? []).map((one) => paddingDraft(one, run));
  // Why it must not be merged comes before what became of its bytes.
  const causes = findings.filter((found) => classOf(found) === 'merge' || classOf(found) === 'held-back');
  const all = [...causes, ...padded, ...findings.filter((found) => !causes.includes(found))];
  return { run, findings: all, cost: costOf(all), ...(padding === undefined ? {} : { padding }) };
}

function paddingDraft<A extends Arrived>(
  { arrival: { number }, bytes, isHeaders }: Padding<A>,
  run: readonly A[],
): Draft {
  const length = countText(bytes, 'byte');
  const [none, what, sentence] =
    isHeaders === true
      ? ['no header', 'headers', `The last ${bytes === 1 ? 'byte' : length} of the headers of #${number} became data.`]
      : ['no padding', 'padding', `Ethernet padding of #${number} (${length}) became data.`];
  const numbers = run.map((one) => one.number);
  const words = () => [none, `${length} of ${what} of #${number}`, sentence] as const;
  return draft(ruleNamed('one-ordinary-segment'), numbers, 'payload', words);
}

function copiesOf<A extends Arrived, I extends Indicated>(
  observed: I,
  { protocol, everything }: SearchInput<A, I>,
): readonly A[] {
  return everything.filter((arrival) => isCopy(arrival, observed, protocol));
}
