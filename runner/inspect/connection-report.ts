import { formatAddress } from '../../reference-impl/wire/address.ts';
import type { Connection } from './connection.ts';
import { ASSUMED_MSS, type Direction } from './direction.ts';
import type { Evidence } from './evidence.ts';
import { hasUnfilled, type LocalSide } from './local-side.ts';
import type { ConnectionReport, DirectionReport, Shown, SuperFrameKind } from './report.ts';

export function reportConnection(
  connection: Connection,
  capturedAt: LocalSide,
  why: readonly string[],
): ConnectionReport {
  const { addressA, addressB, portA, portB, fromA, fromB, mss } = connection;
  const a = endpoint(addressA, portA);
  const b = endpoint(addressB, portB);
  const assumed = mss === 0;
  const value = assumed ? assumedMss(connection) : mss;
  const directions = [
    reportDirection(fromA, a, b, { mss, value }, kindOf(capturedAt, 'a', fromA)),
    reportDirection(fromB, b, a, { mss, value }, kindOf(capturedAt, 'b', fromB)),
  ];
  const { encapsulation } = connection;
  return {
    a,
    b,
    ...(encapsulation === '' ? {} : { encapsulation }),
    capturedAt,
    why,
    mss: { value, assumed },
    directions,
  };
}

function endpoint(address: Uint8Array, port: number): string {
  const text = formatAddress(address);
  return address.length === 4 ? `${text}:${port}` : `[${text}]:${port}`;
}

/** Over a virtual link, a long frame may have been passed whole, or merged afterwards. */
function kindOf(capturedAt: LocalSide, sender: 'a' | 'b', direction: Direction): SuperFrameKind {
  if (capturedAt === 'unknown') return 'unknown';
  if (capturedAt === 'both') return 'passed-whole';
  if (capturedAt === sender) return 'unsegmented-send';
  return hasUnfilled(direction) ? 'unknown' : 'coalesced-receive';
}

/** A link with a larger MTU, if the frames look like one. */
function assumedMss({ fromA, fromB, addressA }: Connection): number {
  const jumbo = [fromA, fromB].filter(({ looksLikeJumbo }) => looksLikeJumbo);
  if (jumbo.length > 0) return Math.max(...jumbo.map(({ largestPayload }) => largestPayload));
  return ASSUMED_MSS[addressA.length === 4 ? 4 : 6];
}

function reportDirection(
  direction: Direction,
  from: string,
  to: string,
  { mss, value }: { readonly mss: number; readonly value: number },
  kind: SuperFrameKind,
): DirectionReport {
  const { frames, payloadBytes, largestPayload, cutFrames, zeroLength, announcedMss, wrongValues } = direction;
  const { superFrames, superBytes, superSegments, superChecksums, recent } = direction;
  const hasSuperFrames = superFrames > 0 && (mss > 0 || !direction.looksLikeJumbo);
  // Frames that were counted as super-frames before they proved to be segments of a larger link.
  const checksums = { ...direction.checksums };
  if (!hasSuperFrames) {
    for (const state of Object.keys(checksums) as (keyof typeof checksums)[]) checksums[state] += superChecksums[state];
  }
  const { patterns, rewrites } = wrongValues;
  const explained = [...patterns, ...rewrites].reduce((sum, { count }) => sum + count, 0);
  const { acks: total, inside, most } = recent;
  const segment = Math.max(1, value - direction.options);
  return {
    from,
    to,
    frames,
    payloadBytes,
    largestPayload,
    cutFrames,
    zeroIpLength: zeroLength,
    ttl: { lowest: frames === 0 ? 0 : direction.lowestTtl, highest: Math.max(0, direction.highestTtl) },
    ...(announcedMss > 0 ? { announcedMss } : {}),
    ...(hasSuperFrames
      ? {
          superFrames: {
            kind,
            frames: superFrames,
            shown: shown(direction.long),
            bytes: superBytes,
            largest: largestPayload,
            segments: superSegments,
            checksums: { ...superChecksums },
            acks: { total, inside, most },
          },
        }
      : {}),
    payloads: direction.payloads.map(({ frame, length }) => ({ frame, length, segments: Math.ceil(length / segment) })),
    order: reportOrder(direction),
    checksums: {
      ...checksums,
      patterns,
      rewrites,
      reallyWrong: Math.max(0, checksums.wrong - explained),
      unfilledFrames: shown(direction.unfilled),
      wrongFrames: shown(direction.wrong),
    },
  };
}

function reportOrder({ order }: Direction): DirectionReport['order'] {
  const { retransmissions, changed, changedFrom, gaps, filled, unseen, duplicateAcks } = order;
  return {
    retransmissions: shown(retransmissions),
    changed: { ...shown(changed), firstCopies: [...changedFrom] },
    gaps: shown(gaps),
    filled: shown(filled),
    unseen: shown(unseen),
    duplicateAcks: shown(duplicateAcks),
  };
}

function shown({ count, frames }: Evidence): Shown {
  return { count, frames: [...frames] };
}
