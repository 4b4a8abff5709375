/** A known fault against the cases of one run: which of them it would fail, and how. */

import type { Case } from './case.ts';
import type { Dictionary, KnownFault } from './dictionary.ts';

export interface Prediction {
  readonly fault: KnownFault;
  /** Places of the cases that it fails, and their findings. */
  readonly cases: readonly number[];
  readonly shows: readonly ReadonlySet<string>[];
  /** Of these, how many have some of its findings; how many have none although they could. */
  readonly hits: number;
  readonly contradicted: number;
}

export function predictionsOf(cases: readonly Case[], { vectors, sets, faults }: Dictionary): Prediction[] {
  const places = new Map(cases.map(({ id }, i) => [id, i]));
  const placeOf = Int32Array.from(vectors, (id) => places.get(id) ?? -1);
  return faults.map((fault) => {
    const own: number[] = [];
    const shows: ReadonlySet<string>[] = [];
    let hits = 0;
    let contradicted = 0;
    // Thousands of places for each of hundreds of faults, and often few of them were played.
    for (let n = 0; n < fault.at.length; n++) {
      const place = placeOf[fault.at[n] as number] as number;
      if (place < 0) continue;
      const one = cases[place] as Case;
      const set = sets[fault.shows[n] as number] as ReadonlySet<string>;
      own.push(place);
      shows.push(set);
      if (one.groups.some((group) => set.has(group))) hits++;
      else if (one.groups.length === 0 && one.isTelling) contradicted++;
    }
    return { fault, cases: own, shows, hits, contradicted };
  });
}
