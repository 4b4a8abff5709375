/** Arrivals in words: which they are, and what kind of frame they are. */

import { listText, nameArrivals } from './finding.ts';

export interface NumberAndKind {
  readonly number: number;
  /** "pure ACK", "FIN", "data". */
  readonly kind: string;
}

/** Kinds that can be counted begin with one of these; what may follow stays: "pure ACKs with a TCP option". */
const COUNTED = /^(?:pure ACK|duplicate ACK|window update|fragment|malformed frame|(?:empty )?datagram)/;
/** Parts of a list that have each their own kind; of more, all kinds are named together. */
const MOST_PARTS = 4;

/** The plural: "pure ACKs". */
export function kindText(kind: string, count: number): string {
  return count > 1 ? kind.replace(COUNTED, '$&s') : kind;
}

/** "#1 and #2 (pure ACKs) and #3 (RST)". */
export function namedByKind(arrivals: readonly NumberAndKind[]): string {
  const parts: { readonly kind: string; readonly numbers: number[] }[] = [];
  for (const { number, kind } of arrivals) {
    const last = parts.at(-1);
    if (last?.kind === kind) last.numbers.push(number);
    else parts.push({ kind, numbers: [number] });
  }
  if (parts.length <= MOST_PARTS)
    return listText(
      parts.map(({ kind, numbers }) => `${nameArrivals(numbers)} (${kindText(kind, numbers.length)})`),
      nameArrivals([]),
    );
  const counts = new Map<string, number>();
  for (const { kind } of arrivals) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const kinds = [...counts].map(([kind, count]) => kindText(kind, count));
  return `${nameArrivals(arrivals.map(({ number }) => number))} (${kinds.join(', ')})`;
}
