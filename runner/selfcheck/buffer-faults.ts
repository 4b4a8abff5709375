/**
 * Coalescers that keep references instead of bytes. The reference decides what merges; the bytes come from the place where such
 * a coalescer keeps them, in one memory that all frames share.
 */

import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { Indication } from '../../reference-impl/indication.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { advance } from '../../reference-impl/step.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { OneBuffer } from '../base/one-buffer.ts';
import type { Fault } from './fault.ts';
import type { OwnIndication, Subject } from './subject.ts';

/** The memory in which a coalescer keeps payloads. */
export interface Store {
  /** A frame was passed in; after this call its memory belongs to the caller again. */
  take(segment: Segment, arrival: number): void;
  /** The current bytes at the place of an arrival's payload. */
  payload(arrival: number): Uint8Array;
  /** The memory in which an indicated frame is built; left out: memory of its own. */
  frame?(length: number, isFirstSinceAnswer: boolean): Uint8Array;
}

const shared = new OneBuffer();

/** The header is the reference's, as a coalescer that copies headers and scatters payloads has it. */
function storing(makeStore: () => Store): Subject {
  const coalescer = new Coalescer();
  return (steps: readonly FrameStep[]) => {
    coalescer.reset();
    const store = makeStore();
    const segment = new Segment();
    let arrivals = 0;
    const indications = steps.flatMap((step, index) => {
      const lent = shared.lend(step);
      if ('rx' in lent) store.take(parseSegment(lent.rx, segment), arrivals++);
      return advance(coalescer, lent).map((one, position): OwnIndication => {
        const frame = assembled(one, store, position === 0);
        return { step: index, frame, oob: one.oob, arrivals: one.arrivals };
      });
    });
    return { indications, statistics: coalescer.statistics };
  };
}

const own = new Segment();

function assembled({ frame, arrivals }: Indication, store: Store, isFirst: boolean): Uint8Array {
  const { kind, payloadOffset, ipEnd } = parseSegment(frame, own);
  if (kind !== 'segment') return frame;
  const built = store.frame?.(frame.length, isFirst) ?? new Uint8Array(frame.length);
  built.set(frame);
  let at = payloadOffset;
  for (const arrival of arrivals) {
    const payload = store.payload(arrival).subarray(0, ipEnd - at);
    built.set(payload, at);
    at += payload.length;
  }
  return built;
}

function viewOf({ frame, payloadOffset, ipEnd, kind }: Segment): Uint8Array {
  return kind === 'segment' ? frame.subarray(payloadOffset, ipEnd) : new Uint8Array(0);
}

/** A pointer into the caller's memory. */
function byReference(): Store {
  const views: Uint8Array[] = [];
  return {
    take: (segment, arrival) => {
      views[arrival] = viewOf(segment);
    },
    payload: (arrival) => views[arrival] as Uint8Array,
  };
}

/** A pointer, and a copy of its bytes once the next frame arrives. */
function copiedLate(): Store {
  const kept: Uint8Array[] = [];
  return {
    take: (segment, arrival) => {
      const before = kept[arrival - 1];
      if (before !== undefined) kept[arrival - 1] = before.slice();
      kept[arrival] = viewOf(segment);
    },
    payload: (arrival) => kept[arrival] as Uint8Array,
  };
}

/** Copies into a ring of buffers, which are reused even if they are still in use. */
function ring(buffers: number): Store {
  const memory = Array.from({ length: buffers }, () => new Uint8Array(0x1_0000));
  const lengths: number[] = [];
  return {
    take: (segment, arrival) => {
      const view = viewOf(segment);
      memory[arrival % buffers]?.set(view);
      lengths[arrival] = view.length;
    },
    payload: (arrival) => (memory[arrival % buffers] as Uint8Array).subarray(0, lengths[arrival]),
  };
}

/** Copies to a place that the sequence number determines: a second copy replaces the first, or is not kept at all. */
function bySequence(wins: 'first' | 'second'): Store {
  const places = new Map<string, Uint8Array>();
  const keys: string[] = [];
  return {
    take: (segment, arrival) => {
      const view = viewOf(segment);
      const key = `${segment.key.subarray(0, segment.keyWords).join(' ')} ${segment.seq} ${view.length}`;
      keys[arrival] = key;
      const place = places.get(key);
      if (place === undefined) places.set(key, view.slice());
      else if (wins === 'second') place.set(view);
    },
    payload: (arrival) => places.get(keys[arrival] as string) as Uint8Array,
  };
}

/** Copies; but indicated frames are in memory in which the units of the next answer are built. */
function indicatedInPool(): Store {
  const copies: Uint8Array[] = [];
  let pool = new Uint8Array(0);
  let used = 0;
  return {
    take: (segment, arrival) => {
      copies[arrival] = viewOf(segment).slice();
    },
    payload: (arrival) => copies[arrival] as Uint8Array,
    frame: (length, isFirst) => {
      if (isFirst) used = 0;
      if (used + length > pool.length) {
        pool = new Uint8Array(0x4_0000);
        used = 0;
      }
      used += length;
      return pool.subarray(used - length, used);
    },
  };
}

function planted(name: string, summary: string, makeStore: () => Store, ...blames: [string, ...string[]]): Fault {
  return { name: `hand/buffer/${name}`, summary, subject: storing(makeStore), broken: blames[0], blames };
}

export const BUFFER_FAULTS: readonly Fault[] = [
  planted('reference-kept', 'Keeps a pointer into the caller’s buffer instead of a copy.', byReference, 'B1', 'B2'),
  planted('copied-too-late', 'Copies a payload only when the next frame is there.', copiedLate, 'B1', 'B2'),
  planted(
    'ring-of-one',
    'Has one buffer of its own, and takes it again before the unit is out.',
    () => ring(1),
    'B1',
    'B2',
  ),
  planted('ring-of-four', 'Four buffers go round, free or not.', () => ring(4), 'B1', 'B2'),
  planted('ring-of-32', 'Thirty-two buffers go round, free or not.', () => ring(32), 'B1'),
  planted('second-copy-wins', 'A retransmission takes the first copy’s place.', () => bySequence('second'), 'B2'),
  planted(
    'first-copy-wins',
    'A retransmission is answered with the first copy’s bytes.',
    () => bySequence('first'),
    'B2',
  ),
  planted('pool-taken-back', 'The memory of what was indicated is used for the next units.', indicatedInPool, 'B3'),
];
