/** Which arrivals belong together: connections A, B, C in the order of their first arrivals. */

import { parseSegment, Segment } from '../../../reference-impl/wire/segment.ts';

/** The text for one arrival in a picture or a table. */
export interface Arrival {
  readonly segment: Segment;
  /** Number of the connection, from 0; undefined for a frame that is no segment. */
  readonly connection: number | undefined;
  /** Relative to the connection's first segment here. */
  readonly relativeSeq: number;
}

export function arrivalsOf(frames: readonly Uint8Array[]): Arrival[] {
  const firsts: Segment[] = [];
  const numbers = new Map<string, number>();
  return frames.map((frame) => {
    const segment = parseSegment(frame, new Segment());
    if (segment.kind === 'other') return { segment, connection: undefined, relativeSeq: 0 };
    // A later fragment names no ports: it belongs to the first connection between its hosts.
    const hosts = segment.key.subarray(0, segment.hostWords).join();
    const ends = segment.kind === 'later-fragment' ? hosts : `${hosts} ${segment.key[segment.hostWords]}`;
    let connection = numbers.get(ends);
    if (connection === undefined) {
      connection = firsts.push(segment) - 1;
      numbers.set(ends, connection);
    }
    if (!numbers.has(hosts)) numbers.set(hosts, connection);
    const first = firsts[connection] as Segment;
    return { segment, connection, relativeSeq: segment.kind === 'segment' ? (segment.seq - first.seq) | 0 : 0 };
  });
}

/** "A" to "Z", then "A2". */
export function connectionName(connection: number | undefined): string {
  if (connection === undefined) return '–';
  const round = Math.floor(connection / 26);
  return `${String.fromCharCode(65 + (connection % 26))}${round === 0 ? '' : round + 1}`;
}
