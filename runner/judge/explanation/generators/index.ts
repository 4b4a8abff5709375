/** Where candidates come from: of two that explain as well, the one that comes first is taken. */

import type { Generator } from '../candidate.ts';
import { asLong } from './as-long.ts';
import { chains } from './chains.ts';
import { nearest } from './nearest.ts';
import { neighbours } from './neighbours.ts';
import { ofFew } from './of-few.ts';
import { withGaps } from './with-gaps.ts';

export const GENERATORS: readonly Generator[] = [chains, neighbours, withGaps, nearest];

/** Asked only where the bytes say nothing. */
export const GUESSES: readonly Generator[] = [asLong];

/** Asked last: what it alone finds is no likely story, and may be the only one. */
export const WHATEVER: readonly Generator[] = [ofFew];
