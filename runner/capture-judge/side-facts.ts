/** Facts about one side of a pair of captures, besides its connections. */

import type { CaptureSideEvent } from '../../reports/events.ts';
import type { CaptureInterface } from '../captures/capture-interface.ts';
import type { FrameCopies } from './frame-copies.ts';
import type { SideTimes } from './side-times.ts';

export type SideFacts = CaptureSideEvent;

interface Read {
  readonly packets: number;
  readonly others: number;
  readonly copies: FrameCopies;
  readonly times: SideTimes;
}

/** `interfaces`: those of each file. `takes`: whether one was chosen. */
export function sideFacts(
  { packets, others, copies, times }: Read,
  files: readonly string[],
  interfaces: readonly (readonly CaptureInterface[])[],
  takes: (one: CaptureInterface) => boolean,
): SideFacts {
  const all = merged(interfaces);
  const counts = all.flatMap(({ drops }) => (drops.length === 0 ? [] : [total(drops)]));
  const time = times.span;
  return {
    files: [...files],
    packets,
    ...(others > 0 ? { others } : {}),
    ...(copies.count > 0 ? { copies: copies.count, everyFrame: copies.isStack } : {}),
    interfaces: all
      .filter(({ packets: own }) => own > 0)
      .map(({ one, packets: own }) => ({
        number: one.number,
        ...(one.name === undefined ? {} : { name: one.name }),
        ...(one.description === undefined ? {} : { description: one.description }),
        packets: own,
        taken: takes(one),
      })),
    ...(counts.length > 0 ? { dropped: counts.reduce((sum, count) => sum + count, 0) } : {}),
    ...(time === undefined ? {} : { time }),
  };
}

interface Merged {
  readonly one: CaptureInterface;
  packets: number;
  /** As counted by each file. */
  readonly drops: number[];
}

/** The same interface in several files counts once. */
function merged(interfaces: readonly (readonly CaptureInterface[])[]): readonly Merged[] {
  const found = new Map<string, Merged>();
  for (const one of interfaces.flat()) {
    const key = JSON.stringify([one.number, one.name, one.description]);
    const known = found.get(key) ?? { one, packets: 0, drops: [] };
    known.packets += one.packets;
    if (one.dropped !== undefined) known.drops.push(one.dropped);
    found.set(key, known);
  }
  return [...found.values()];
}

/**
 * The drop counts of rotated files start at the beginning of the capture, each larger than the one before; those of
 * other files are separate.
 */
function total(drops: readonly number[]): number {
  const isRunning = drops.every((count, i) => i === 0 || count >= (drops[i - 1] as number));
  return isRunning ? (drops.at(-1) as number) : drops.reduce((sum, count) => sum + count, 0);
}
