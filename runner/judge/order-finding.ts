/** Arrivals that came out before others that they had come behind, or behind others that they had come before. */

import { finding, nameArrivals, ruleNamed } from './finding.ts';
import type { Finding } from './types.ts';

export function orderFinding(
  rule: string,
  run: readonly { readonly number: number }[],
  { number }: { readonly number: number },
): Finding {
  const arrivals = run.map((arrival) => arrival.number);
  const message = `${nameArrivals(arrivals)} came out of order: indication ${number} does not stand where it arrived.`;
  return finding(ruleNamed(rule), arrivals, 'order', 'arrival order', `indication ${number}`, message);
}
