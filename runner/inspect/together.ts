/** Several captures of the same traffic: each direction in each capture, and which offload of which end they show. */

import type { ConnectionReport, DirectionReport, InspectReport } from './report.ts';

/** One direction of a connection as one capture shows it. */
export interface View {
  readonly file: string;
  readonly capturedAt: 'sender' | 'receiver' | 'unknown';
  readonly frames: number;
  readonly payloadBytes: number;
  /** Longer than a segment; with a TCP checksum that was never filled in. */
  readonly long: number;
  readonly unfilled: number;
}

export interface SharedDirection {
  readonly from: string;
  readonly to: string;
  readonly views: readonly View[];
  readonly conclusions: readonly string[];
}

/** Directions in at least two of the captures, in the order of the first. */
export function together(reports: readonly InspectReport[]): SharedDirection[] {
  const shared = new Map<string, { from: string; to: string; views: View[] }>();
  for (const { file, connections } of reports) {
    for (const connection of connections) {
      for (const direction of connection.directions) {
        if (direction.frames === 0) continue;
        const { from, to } = direction;
        const key = `${from} ${to} ${connection.encapsulation ?? ''}`;
        const known = shared.get(key) ?? { from, to, views: [] };
        known.views.push(viewOf(file, connection, direction));
        shared.set(key, known);
      }
    }
  }
  return [...shared.values()]
    .filter(({ views }) => new Set(views.map(({ file }) => file)).size > 1)
    .map((direction) => ({ ...direction, conclusions: conclusionsOf(direction.from, direction.to, direction.views) }));
}

function viewOf(file: string, { a, b, capturedAt }: ConnectionReport, direction: DirectionReport): View {
  const { from, frames, payloadBytes, superFrames, checksums } = direction;
  const end = capturedAt === 'a' ? a : capturedAt === 'b' ? b : undefined;
  const unfilledLong =
    superFrames === undefined ? 0 : superFrames.checksums['pseudo-header'] + superFrames.checksums.zero;
  return {
    file,
    capturedAt: end === undefined ? 'unknown' : end === from ? 'sender' : 'receiver',
    frames,
    payloadBytes,
    long: superFrames?.frames ?? 0,
    unfilled: checksums.unfilledFrames.count + unfilledLong,
  };
}

/** A sign in the capture of one end only belongs to that end. A sign in both was passed on by the link. */
function conclusionsOf(from: string, to: string, views: readonly View[]): string[] {
  const with_ = (key: 'long' | 'unfilled'): View[] => views.filter((view) => view[key] > 0);
  const without = (key: 'long' | 'unfilled'): View[] => views.filter((view) => view[key] === 0);
  const names = (of: readonly View[]): string => of.map(({ file }) => file).join(', ');
  const found: string[] = [];
  const unfilled = with_('unfilled');
  if (unfilled.length === views.length) {
    found.push(`${from} leaves its checksums to an offload, and no capture shows them filled in: the link is virtual.`);
  } else if (unfilled.length > 0) {
    found.push(
      `${from} has transmit checksum offload on: ${names(unfilled)} lies before it, ${names(without('unfilled'))} after it.`,
    );
  }
  const long = with_('long');
  if (long.length === views.length) {
    found.push(
      `Frames longer than a segment are in every capture: the link passes them on whole, or ${from} sends and ${to} merges.`,
    );
  } else if (long.length > 0) {
    found.push(longInSome(from, to, long, names(without('long'))));
  }
  return found;
}

function longInSome(from: string, to: string, long: readonly View[], others: string): string {
  const files = long.map(({ file }) => file).join(', ');
  if (long.every(({ capturedAt }) => capturedAt === 'sender'))
    return `${from} has segmentation offload on (TSO, GSO): ${files} lies before it, ${others} after it. ${to} does not merge, or was captured before it does.`;
  if (long.every(({ capturedAt }) => capturedAt === 'receiver'))
    return `${to} has receive coalescing on (GRO, LRO, RSC): ${files} lies after it. ${from} sends whole segments as ${others} shows them.`;
  return `Frames longer than a segment are in ${files} only: ${from} has segmentation offload on, if that was captured there, or ${to} has receive coalescing on.`;
}

export function togetherText(directions: readonly SharedDirection[]): string {
  if (directions.length === 0) return '\nThe captures share no TCP connection.\n';
  return directions
    .map(({ from, to, views, conclusions }) => {
      const rows = views.map(
        ({ file, frames, payloadBytes, long, unfilled }) =>
          `  ${file}: ${frames} frame${frames === 1 ? '' : 's'}, ${payloadBytes} bytes of payload; ${long} longer than a segment, ${unfilled} with an unfilled checksum\n`,
      );
      return `\nTogether: ${from} -> ${to}\n${rows.join('')}${conclusions.map((text) => `  - ${text}\n`).join('')}`;
    })
    .join('');
}
