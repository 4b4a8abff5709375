/**
 * Every way to attribute the indications of a short session to its arrivals, with the hard findings of each: the
 * judge's search space, without a search.
 */

import { orderFindings } from '../runner/judge/explanation/order.ts';
import { isCopy } from '../runner/judge/explanation/search-input.ts';
import { isSoft } from '../runner/judge/finding.ts';
import { groupBy } from '../runner/judge/group-by.ts';
import type { Arrived, Indicated, Match, Protocol } from '../runner/judge/protocol.ts';
import type { Breach } from '../runner/judge/types.ts';

/** Rows of hard findings, in order; each as often as it is found. */
export type Rows = readonly string[];

/** An indication without arrivals, as a finding: a repetition, or a frame made of nothing, which explains nothing. */
const REPEATED = { rule: 'I7', level: 'derived', arrivals: [0], field: 'indications' } as const;
const NOTHING = { ...REPEATED, arrivals: [] } as const;

export function rowsOf(findings: readonly Breach[]): Rows {
  return findings
    .filter((found) => !isSoft(found))
    .map(({ rule, field, arrivals }) => (field === 'indications' && arrivals.length === 0 ? 'nothing' : rule))
    .sort();
}

/** Whether they are a proper part of the others. */
export function isProperSubset(rows: Rows, others: Rows): boolean {
  if (rows.length >= others.length) return false;
  const left = [...others];
  return rows.every((row) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
}

interface Option<A extends Arrived> {
  readonly run: readonly A[];
  readonly findings: readonly Breach[];
}

/** For each attribution. All `arrivals` have a stream. `order`: a run in the order of its bytes. */
export function* everyAttribution<A extends Arrived, I extends Indicated>(
  arrivals: readonly A[],
  observed: readonly I[],
  protocol: Protocol<A, I>,
  order: (run: readonly A[]) => readonly A[] = (run) => run,
): Generator<Rows> {
  const runs = arrangements(arrivals, order);
  const texts = observed.map(({ frame }) => textOf(frame));
  const options = observed
    .map((one) => [
      { run: [], findings: [] },
      ...runs.flatMap((run): Option<A>[] => {
        // An unchanged frame is its arrival; others that leave no bytes may have joined it.
        const isHere = (arrival: A): boolean => isCopy(arrival, one, protocol);
        const isOne = run.some(isHere) && run.every((arrival) => isHere(arrival) || isSilent(arrival, protocol));
        if (arrivals.some(isHere) && !protocol.saysMerged(one) && !isOne) return [];
        const findings = protocol.findingsOf(run, one);
        return findings === undefined || hides(run, one, findings, protocol) ? [] : [{ run, findings }];
      }),
    ])
    .map((own) => own.filter((option) => !own.some((other) => isShownBy(other, option, protocol))));
  yield* chosen([], options, new Set(), (choice) => {
    const matches = choice.flatMap(({ run, findings }, i): (Match<A, I> & { findings: never[] })[] =>
      run.length === 0 ? [] : [{ observed: observed[i] as I, run, findings: findings as never[] }],
    );
    const taken = new Set(matches.flatMap(({ run }) => run));
    // An arrival that came out nowhere else cannot be repeated.
    const shown = new Set(matches.map((match) => textOf(match.observed.frame)));
    const isRepeated = (one: I, text: string): boolean =>
      shown.has(text) || [...taken].some((arrival) => isCopy(arrival, one, protocol));
    const without = choice.flatMap(({ run }, i) =>
      run.length > 0 ? [] : [isRepeated(observed[i] as I, texts[i] as string) ? REPEATED : NOTHING],
    );
    const gone = arrivals.filter((arrival) => !taken.has(arrival) && !protocol.mayDrop(arrival));
    const streams = groupBy(matches, ({ run }) => protocol.streamOf(run[0] as A));
    return rowsOf([
      ...matches.flatMap(({ findings }) => findings),
      ...without,
      ...[...streams.values()].flatMap((own) => orderFindings(own, protocol)),
      ...protocol.lost(gone, arrivals),
    ]);
  });
}

function* chosen<A extends Arrived>(
  choice: readonly Option<A>[],
  options: readonly (readonly Option<A>[])[],
  taken: ReadonlySet<A>,
  rows: (choice: readonly Option<A>[]) => Rows,
): Generator<Rows> {
  const next = options[choice.length];
  if (next === undefined) {
    yield rows(choice);
    return;
  }
  for (const option of next) {
    if (option.run.some((arrival) => taken.has(arrival))) continue;
    yield* chosen([...choice, option], options, new Set([...taken, ...option.run]), rows);
  }
}

/** A forbidden merge leaves fields open: it could hide segments without payload that nothing shows. */
function hides<A extends Arrived, I extends Indicated>(
  run: readonly A[],
  one: I,
  findings: readonly Breach[],
  protocol: Protocol<A, I>,
): boolean {
  const isForbidden = findings.some((found) => found.field === 'merge' && !isSoft(found));
  return (
    isForbidden &&
    run.some((arrival, i) => {
      const isShown =
        (i === 0 && protocol.isAlike(arrival, one)) || (i === run.length - 1 && protocol.mayEnd(arrival, one));
      return isSilent(arrival, protocol) && !isShown;
    })
  );
}

/** Fewer bytes could be equal by chance. */
const ENOUGH = 4;

/** Every byte of the payload is the other's, at the cost of one finding more at most: it is not made of this one, with other bytes. */
function isShownBy<A extends Arrived, I extends Indicated>(
  other: Option<A>,
  option: Option<A>,
  protocol: Protocol<A, I>,
): boolean {
  const isWrong = ({ findings }: Option<A>, fields: readonly string[]): boolean =>
    findings.some((found) => fields.includes(found.field) && !isSoft(found));
  const hard = ({ findings }: Option<A>): number => findings.filter((found) => !isSoft(found)).length;
  const bytes = other.run.reduce((sum, arrival) => sum + lengthOf(arrival, protocol), 0);
  return (
    bytes >= ENOUGH &&
    isWrong(option, ['payload']) &&
    !isWrong(other, ['payload', 'frame']) &&
    hard(other) <= hard(option) + 1
  );
}

function lengthOf<A extends Arrived, I extends Indicated>(arrival: A, protocol: Protocol<A, I>): number {
  const { from, to } = protocol.payloadOf(arrival);
  return to - from;
}

function isSilent<A extends Arrived, I extends Indicated>(arrival: A, protocol: Protocol<A, I>): boolean {
  return lengthOf(arrival, protocol) === 0;
}

const textOf = (frame: Uint8Array): string => Buffer.from(frame).toString('latin1');

/**
 * Every nonempty choice of them, in arrival order and in byte order: a unit in another order only gets its first breach
 * as a finding, which would hide any other.
 */
function arrangements<A>(all: readonly A[], order: (run: readonly A[]) => readonly A[]): (readonly A[])[] {
  const choices: A[][] = [[]];
  for (const arrival of all) choices.push(...choices.map((run) => [...run, arrival]));
  return choices
    .filter(({ length }) => length > 0)
    .flatMap((run) => {
      const inOrder = order(run);
      return inOrder.every((arrival, i) => arrival === run[i]) ? [run] : [run, inOrder];
    });
}
