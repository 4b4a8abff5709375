/** The vectors as a library. */

export { type Corpus, corpusDirectory, loadCorpus } from './corpus.ts';
export { expandSegment, expandVector } from './expand.ts';
export { FAMILIES, type Family } from './family.ts';
export { type FlagMeaning, flagMeanings } from './flag-meanings.ts';
export { generateCorpus } from './generate.ts';
export { lintCorpus, NOT_SHOWABLE } from './lint.ts';
export { replay } from './plan.ts';
export type { Connection, ExpectedIndication, SegmentSpec, Step, Vector } from './vector.ts';
