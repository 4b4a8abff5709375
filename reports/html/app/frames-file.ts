/** The frames that a page leaves out, from the file of events next to it. */

import type { VectorEvent, VerdictEvent } from '../../events.ts';
import type { PackedFrame } from '../../frames/packed-frame.ts';
import type { PackedCase, PackedExpected, PackedIndication, PackedStep } from '../packed.ts';
import type { Run } from './run-data.ts';

/** A frame in a file of events is hex where it is not in the short form. */
type Event = { readonly type: string } & Readonly<Record<string, unknown>>;

/** Adds the frames of every vector to the run. Throws an error with a sentence if the file is not the run's. */
export async function readFrames(file: File, run: Run): Promise<void> {
  const isOfRun = JSON.stringify(run.session);
  let isFirst = true;
  let vector: Event | undefined;
  for await (const line of linesOf(file)) {
    if (isFirst && line !== isOfRun) throw new Error(`${file.name} does not have the events of this run`);
    isFirst = false;
    const event = JSON.parse(line) as Event;
    if (event.type === 'vector') vector = event;
    else if (event.type === 'verdict' && vector !== undefined && vector['vector'] === event['vector']) {
      const one = caseOf(vector as unknown as VectorEvent, event as unknown as VerdictEvent);
      run.withFrames.set(one.vector, one);
    }
  }
  if (isFirst) throw new Error(`${file.name} is empty`);
}

function caseOf({ type: _vector, ...vector }: VectorEvent, { type: _verdict, ...verdict }: VerdictEvent): PackedCase {
  const { expected } = verdict;
  return {
    ...vector,
    ...verdict,
    steps: vector.steps.map((step) => ('rx' in step ? { ...step, rx: framed(step.rx) } : step)) as PackedStep[],
    indications: verdict.indications.map((out) => ({ ...out, frame: framed(out.frame) })) as PackedIndication[],
    ...(expected === undefined
      ? {}
      : {
          expected:
            typeof expected === 'string'
              ? expected
              : expected.map(
                  (one) => (one.frame === undefined ? one : { ...one, frame: framed(one.frame) }) as PackedExpected,
                ),
        }),
  } as PackedCase;
}

function framed(frame: string | PackedFrame): PackedFrame {
  return typeof frame === 'string' ? [frame] : frame;
}

async function* linesOf(file: File): AsyncGenerator<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  const isCompressed = first === 0x1f && second === 0x8b;
  const bytes = isCompressed ? file.stream().pipeThrough(new DecompressionStream('gzip')) : file.stream();
  const reader = bytes.pipeThrough(new TextDecoderStream()).getReader();
  let begun = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    const lines = value.split('\n');
    lines[0] = begun + lines[0];
    begun = lines.pop() ?? '';
    yield* lines;
  }
  if (begun !== '') yield begun;
}
