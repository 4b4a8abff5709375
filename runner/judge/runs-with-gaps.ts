/** Runs that leave out what never reached the coalescer: dropped before it (I7), or lost on the way to it, it ended nothing. */

/**
 * Runs from the arrival at `from` on, each with how many arrivals it takes, those that it leaves out among them. `kept`:
 * places, ascending, of the arrivals that cannot be left out. `lengthsOf`: how many of those could make the indication.
 */
export function* runsWithGaps<T>(
  arrivals: readonly T[],
  kept: readonly number[],
  from: number,
  lengthsOf: (members: readonly T[]) => Iterable<number>,
): Generator<{ readonly run: readonly T[]; readonly length: number }> {
  const first = kept.length === arrivals.length ? -1 : kept.indexOf(from);
  if (first < 0) return;
  const places = kept.slice(first);
  const members = places.map((place) => arrivals[place] as T);
  for (const count of lengthsOf(members)) {
    const length = (places[count - 1] as number) + 1 - from;
    if (length > count) yield { run: members.slice(0, count), length };
  }
}
