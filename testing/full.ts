/**
 * FULL=1 in the environment: tests that draw a sample take everything instead. A sample finds general faults; the whole
 * also finds a single vector on which a single coalescer is judged wrongly.
 */
export const isFull: boolean = process.env['FULL'] === '1';
