/** A known fault against the cases of one run: which of them it would fail, and how. */

import type { Case } from './case.ts';
import type { Dictionary, KnownFault } from './dictionary.ts';

export interface Prediction {
  readonly fault: KnownFault;
  /** Places of cases that it fails, and what they show. */
  readonly cases: readonly number[];
  readonly shows: readonly ReadonlySet<string>[];
  /** Of these, how many show some of it; how many show nothing although they could. */
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
    fault.at.forEach((vector, n) => {
      const place = placeOf[vector] ?? -1;
      const one = cases[place];
      const set = sets[fault.shows[n] ?? 0];
      if (one === undefined || set === undefined) return;
      own.push(place);
      shows.push(set);
      if (one.groups.some((group) => set.has(group))) hits++;
      else if (one.groups.length === 0 && one.isTelling) contradicted++;
    });
    return { fault, cases: own, shows, hits, contradicted };
  });
}
