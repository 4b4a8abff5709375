import type { PairMatch } from './transport.ts';

/** Fields that differ if a frame was taken for another. */
const OF_ANOTHER: readonly string[] = ['ipv4.id', 'tcp.seq', 'tcp.ack', 'payload'];

/** The times of the frame and of its segments belong together. Otherwise it may be another copy, sent at another time. */
export function isTimed({ findings }: PairMatch): boolean {
  return !findings.some(({ field }) => OF_ANOTHER.includes(field));
}
