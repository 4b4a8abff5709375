import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import type { Arrival } from '../judge/arrival.ts';

/** Segments in the order in which they were sent, by the connections that used the same ports one after another. */
export function incarnationsOf(sent: readonly Arrival[]): readonly (readonly Arrival[])[] {
  const all: Arrival[][] = [];
  let current: Arrival[] = [];
  let begin: number | undefined;
  for (const arrival of sent) {
    const { flags, seq } = arrival.segment;
    const isBegin = (flags & TcpFlag.syn) !== 0 && seq !== begin;
    if (isBegin && current.length > 0) {
      all.push(current);
      current = [];
    }
    if (isBegin) begin = seq;
    current.push(arrival);
  }
  return current.length === 0 ? all : [...all, current];
}
