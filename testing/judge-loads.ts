/** Long sessions, right and faulty, which the judge must judge quickly. */

import { referenceRun, type SteppedIndication } from '../reference-impl/reference-run.ts';
import type { FrameStep } from '../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../reference-impl/wire/build.ts';
import { parseSegment, Segment } from '../reference-impl/wire/segment.ts';
import { DEFAULT_CAPABILITIES } from '../runner/capabilities/capabilities.ts';
import type { JudgeInput, ObservedIndication } from '../runner/judge/types.ts';

export interface JudgeLoad {
  readonly name: string;
  readonly input: JudgeInput;
}

const ENDS = { src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2 } as const;
const WINDOW = 14;
const PAYLOAD = 100;

function session(count: number, fields: (i: number) => Partial<FrameSpec>): FrameStep[] {
  const frames = Array.from({ length: count }, (_, i) => ({
    rx: buildFrame({ ...ENDS, ack: 9, id: i, ...fields(i) }),
  }));
  return [...frames, { dpc: true }];
}

/** Bytes that show their place in the stream. */
function payload(i: number): Uint8Array {
  return Uint8Array.from({ length: PAYLOAD }, (_, at) => (31 * (PAYLOAD * i + at) + ((PAYLOAD * i + at) >> 8)) & 0xff);
}

const data = (i: number): Partial<FrameSpec> => ({ seq: 1000 + PAYLOAD * i, payload: payload(i) });

type Change = (indications: ObservedIndication[]) => void;

function load(name: string, steps: readonly FrameStep[], ...changes: readonly Change[]): JudgeLoad {
  const indications: ObservedIndication[] = referenceRun(steps).indications.map(
    ({ step, frame, oob }: SteppedIndication) => ({ step, frame, oob }),
  );
  for (const change of changes) change(indications);
  return { name, input: { steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES } };
}

/** Changes a byte of the TCP header of one indication. */
const altered =
  (at: number, offset: number): Change =>
  (indications) => {
    const one = indications[at] as ObservedIndication;
    const frame = one.frame.slice();
    const place = parseSegment(frame, new Segment()).tcpOffset + offset;
    frame[place] = (frame[place] as number) ^ 0x10;
    indications[at] = { ...one, frame };
  };
const dropped =
  (at: number): Change =>
  (indications) => {
    indications.splice(at, 1);
  };
const doubled =
  (at: number): Change =>
  (indications) => {
    indications.splice(at, 0, indications[at] as ObservedIndication);
  };
const swapped =
  (at: number): Change =>
  (indications) => {
    const [one, other] = [indications[at], indications[at + 1]] as [ObservedIndication, ObservedIndication];
    indications.splice(at, 2, other, one);
  };
/** Up to the end of the session. */
const heldBack =
  (at: number): Change =>
  (indications) => {
    const [one] = indications.splice(at, 1) as [ObservedIndication];
    indications.push({ ...one, step: one.step + 1 });
  };

const allTwice: Change = (indications) => {
  indications.splice(0, indications.length, ...indications.flatMap((one) => [one, one]));
};

/** `times` as long as they say. */
export function judgeLoads(times: number = 1): JudgeLoad[] {
  const updates = session(300 * times, (i) => ({ seq: 1000, window: 1000 + i }));
  const lone = session(200 * times, (i) => ({ ...data(i), flags: 'AF' }));
  const units = session(128 * times, (i) => ({ ...data(i), dscp: (i >> 2) & 1 }));
  const crowd = session(128 * times, (i) => ({ ...data(0), sport: 1000 + i, flags: 'AF' }));
  return [
    load('128 connections, each segment twice', crowd, allTwice),
    load('300 window updates', updates),
    load('300 window updates, a window wrong', updates, altered(0, WINDOW)),
    load('200 lone frames, a window wrong', lone, altered(100, WINDOW)),
    load('128 segments in 32 units', units),
    load(
      '128 segments in 32 units, five faults',
      units,
      altered(3, WINDOW),
      dropped(8),
      doubled(12),
      swapped(20),
      heldBack(27),
    ),
  ];
}
