import type { Arrived, Indicated, Protocol } from '../protocol.ts';

/** Payload bytes of an arrival; 0: it leaves none in a unit. */
export function payloadLength<A extends Arrived, I extends Indicated>(
  arrival: A,
  { protocol }: { readonly protocol: Protocol<A, I> },
): number {
  const { from, to } = protocol.payloadOf(arrival);
  return to - from;
}
