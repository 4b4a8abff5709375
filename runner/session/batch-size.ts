/** The number of vectors in memory as frames at a time, for each copy of the target. */
export const BATCH = 64;
