/** Where candidates come from. Of two that explain equally well, the first is taken. */

import type { Generator } from '../candidate.ts';
import { asCounted } from './as-counted.ts';
import { asLong } from './as-long.ts';
import { chains } from './chains.ts';
import { nearest } from './nearest.ts';
import { neighbours } from './neighbours.ts';
import { ofFew } from './of-few.ts';
import { withGaps } from './with-gaps.ts';

export const GENERATORS: readonly Generator[] = [chains, neighbours, withGaps, asCounted, nearest];

/** Used only if the bytes prove nothing. */
export const GUESSES: readonly Generator[] = [asLong];

/** Used last: its candidates are unlikely, but may be the only ones. */
export const WHATEVER: readonly Generator[] = [ofFew];
