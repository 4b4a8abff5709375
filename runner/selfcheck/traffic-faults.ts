/** Faults in a whole stream: loss, repetition, order, time, and buffers that are reused too early. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { connectionOf, isUnordered, parsed } from '../judge/arrival.ts';
import { framesIn, made, onList, reference, withChecksums } from './alterations.ts';
import type { Fault } from './fault.ts';
import { altered, coalescerSubject, type Outcome, type OwnIndication, type Subject } from './subject.ts';

const exceptionsEndNothing = coalescerSubject(
  {},
  { rules: registry.map((rule) => (rule.kind === 'segment' ? { ...rule, ends: false } : rule)) },
);

export const TRAFFIC_FAULTS: readonly Fault[] = [
  made(
    'traffic/lost-middle',
    'The second indication never comes.',
    onList((all) => all.filter((_, i) => i !== 1)),
    'I7',
  ),
  made(
    'traffic/lost-lone',
    'Frames that stayed alone never come.',
    onList((all) => all.filter(isMerged)),
    'I7',
  ),
  made(
    'traffic/ring-exhausted',
    'From the third indication of a DPC on, all are lost: no buffer is free (QEMU).',
    onList((all) => all.filter((one, i) => i < 2 || all[i - 2]?.step !== one.step)),
    'I7',
    'C9',
  ),
  made(
    'traffic/repeated-last',
    'The last indication comes twice.',
    onList((all) => [...all, ...all.slice(-1)]),
    'I7',
  ),
  made('traffic/merged-and-alone', 'What was merged comes alone, too.', alsoAlone(), 'I7'),
  made('traffic/reversed', 'What a connection gets in a DPC comes in reverse.', onList(reversed), 'I1'),
  made(
    'traffic/exceptions-overtake',
    'An exception is indicated at once, and the unit before it continues.',
    exceptionsEndNothing,
    'I1',
  ),
  made(
    'traffic/exceptions-wait',
    'A unit continues across an exception, which is indicated after it (Linux).',
    altered(exceptionsEndNothing, inOrderOfStart),
    'I1',
  ),
  made('traffic/late', 'Every indication comes one DPC late.', late(), 'I2'),
  made('traffic/dpc-ignored', 'Coalescing goes on across DPCs; only the last ends it.', dpcIgnored(), 'I2'),
  made(
    'traffic/off-not-flushed',
    'Units in progress are not indicated when RSC is switched off.',
    offNotFlushed(),
    'I4',
    'K4',
  ),
  made('traffic/segments-swapped', 'The payloads of two segments change places within a unit.', payloads(swap), 'H1'),
  made('traffic/segment-missing', 'A unit lacks the payload of one of its segments.', payloads(drop), 'H1'),
  made('traffic/segment-twice', 'A unit holds the payload of one of its segments twice.', payloads(twice), 'H1'),
  made(
    'traffic/buffer-reused',
    'Frames wait in the buffer in which the next one arrives (B1).',
    reused(),
    'H1',
    'I7',
    'B1',
    'H3',
  ),
  made(
    'traffic/retransmission-mixed',
    'A retransmission’s bytes get into the unit that holds the first copy (B2).',
    mixed(),
    'B2',
    'B3',
    'H1',
  ),
  made(
    'traffic/memory-shared',
    'The next unit’s bytes are written over the one indicated before (B3).',
    shared(),
    'B3',
  ),
];

function isMerged({ arrivals }: OwnIndication): boolean {
  return arrivals.length > 1;
}

function alsoAlone(): Subject {
  return altered(reference, (outcome, steps) => {
    const frames = framesIn(steps);
    const indications = outcome.indications.flatMap((one) => {
      const [first] = one.arrivals;
      const frame = frames[first as number];
      return isMerged(one) && frame !== undefined ? [one, { ...one, frame, arrivals: [first as number] }] : [one];
    });
    return { ...outcome, indications };
  });
}

function reversed(all: OwnIndication[]): OwnIndication[] {
  return all
    .map((one, i) => ({ one, i }))
    .sort((a, b) => a.one.step - b.one.step || b.i - a.i)
    .map(({ one }) => one);
}

/** Within an answer, by the first arrival of each. */
function inOrderOfStart(outcome: Outcome): Outcome {
  const first = ({ arrivals }: OwnIndication): number => arrivals[0] ?? 0;
  const indications = outcome.indications.toSorted((a, b) => a.step - b.step || first(a) - first(b));
  return { ...outcome, indications };
}

/** The steps that have an answer. */
function answers(steps: readonly FrameStep[]): number[] {
  return steps.flatMap((step, i) => ('dpc' in step ? [i] : []));
}

function late(): Subject {
  return altered(reference, (outcome, steps) => {
    const next = answers(steps);
    const indications = outcome.indications.map((one) => ({
      ...one,
      step: next.find((step) => step > one.step) ?? steps.length,
    }));
    return { ...outcome, indications };
  });
}

function dpcIgnored(): Subject {
  return (steps) => {
    const last = answers(steps).at(-1);
    return reference(steps.map((step, i) => ('dpc' in step && i !== last ? { wait: 0 } : step)));
  };
}

function offNotFlushed(): Subject {
  return altered(reference, (outcome, steps) => {
    const ends = answers(steps);
    const indications = outcome.indications.map((one) => {
      const isSet = 'set' in (steps[one.step] ?? {});
      return isSet && isMerged(one) ? { ...one, step: ends.find((step) => step > one.step) ?? steps.length } : one;
    });
    return { ...outcome, indications: indications.sort((a, b) => a.step - b.step) };
  });
}

/** Arranges the payloads of a unit's segments differently, and updates its length. */
function payloads(arrange: (parts: readonly Uint8Array[]) => readonly Uint8Array[]): Subject {
  return altered(reference, (outcome, steps) => {
    const frames = framesIn(steps);
    const indications = outcome.indications.map((one) => {
      if (!isMerged(one)) return one;
      const parts = one.arrivals.flatMap((arrival) => {
        const { frame, payloadOffset, ipEnd, payloadLength } = parsed(frames[arrival] as Uint8Array);
        return payloadLength > 0 ? [frame.subarray(payloadOffset, ipEnd)] : [];
      });
      const { payloadOffset, ipOffset, ipVersion } = parsed(one.frame);
      const frame = Buffer.concat([one.frame.subarray(0, payloadOffset), ...arrange(parts)]);
      const length = Math.min(0xffff, frame.length - ipOffset - (ipVersion === 4 ? 0 : 40));
      frame.writeUInt16BE(length, ipOffset + (ipVersion === 4 ? 2 : 4));
      return { ...one, frame: withChecksums(new Uint8Array(frame)) };
    });
    return { ...outcome, indications };
  });
}

function swap([a, b, ...rest]: readonly Uint8Array[]): Uint8Array[] {
  return [b, a, ...rest].filter((part) => part !== undefined);
}

function drop(parts: readonly Uint8Array[]): Uint8Array[] {
  return parts.filter((_, i) => i !== 1);
}

function twice(parts: readonly Uint8Array[]): Uint8Array[] {
  return parts.flatMap((part, i) => (i === 1 ? [part, part] : [part]));
}

/** One buffer for all arrivals: at the end of the DPC, a frame shows what was written there last. */
function reused(): Subject {
  return altered(reference, (outcome, steps) => {
    const frames = framesIn(steps);
    const indications = outcome.indications.map((one) => {
      const together = outcome.indications.filter(({ step }) => step === one.step);
      const last = Math.max(...together.flatMap(({ arrivals }) => [...arrivals]));
      if (isMerged(one) || one.arrivals.includes(last)) return one;
      const frame = one.frame.slice();
      frame.set((frames[last] as Uint8Array).subarray(0, frame.length));
      return { ...one, frame };
    });
    return { ...outcome, indications };
  });
}

function mixed(): Subject {
  return altered(reference, (outcome, steps) => {
    const segments = framesIn(steps).map((frame) => parsed(frame));
    const indications = outcome.indications.map((one) => {
      const frame = one.frame.slice();
      const { payloadOffset } = parsed(frame);
      let at = payloadOffset;
      for (const arrival of one.arrivals) {
        const own = segments[arrival];
        if (own === undefined || isUnordered(own)) continue;
        const again = segments.find(
          (other, i) =>
            i > arrival &&
            !isUnordered(other) &&
            other.seq === own.seq &&
            other.payloadLength === own.payloadLength &&
            connectionOf(other) === connectionOf(own),
        );
        if (again !== undefined) frame.set(again.frame.subarray(again.payloadOffset, again.ipEnd), at);
        at += own.payloadLength;
      }
      return isMerged(one) ? { ...one, frame: withChecksums(frame) } : one;
    });
    return { ...outcome, indications };
  });
}

function shared(): Subject {
  return onList((all) =>
    all.map((one, i) => {
      const next = all.slice(i + 1).find((later) => isMerged(later) && later.step > one.step);
      if (!isMerged(one) || next === undefined) return one;
      const frame = one.frame.slice();
      frame.set(next.frame.subarray(0, frame.length));
      return { ...one, frame };
    }),
  );
}
