/** The families: the first element of a vector's id, and the name of its data file. */

import { exceptionsFlags } from './families/exceptions-flags.ts';
import type { Plan } from './plan.ts';

export interface Family {
  readonly name: string;
  /** Its rules begin with it. */
  readonly letter: string;
  readonly title: string;
  readonly plans: () => Iterable<Plan>;
}

function family(name: string, letter: string, title: string, ...generators: (() => Iterable<Plan>)[]): Family {
  return { name, letter, title, plans: () => generators.flatMap((generator) => [...generator()]) };
}

export const FAMILIES: readonly Family[] = [
  family('exceptions', 'E', 'Exceptions that end coalescing', exceptionsFlags),
];
