/**
 * FULL=1 in the environment: tests that draw a sample take everything instead. The samples are chosen so that they find
 * what is wrong in general; the whole finds a single vector on which a single coalescer is judged wrongly.
 */
export const isFull: boolean = process.env['FULL'] === '1';
