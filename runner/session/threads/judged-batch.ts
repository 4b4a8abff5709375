/**
 * Judged vectors on their way between threads: the lines of their events, and the few fields that most reports read.
 */

import type { RunEvent, VectorEvent, VerdictEvent } from '../../../reports/events.ts';
import { expandVector } from '../../../vectors/expand.ts';
import type { Vector } from '../../../vectors/vector.ts';
import { rememberedLine, rememberLine } from '../../events/event-line.ts';
import { rememberSteps } from '../../events/event-steps.ts';
import { vectorEvent } from '../session-events.ts';
import type { JudgedVector } from '../vector-judge.ts';

export interface JudgedBatch {
  readonly number: number;
  /** For each vector its two lines, as in a file of events. */
  readonly lines: readonly Uint8Array<ArrayBuffer>[];
  /**
   * For each vector the JSON of its verdict without `LONG`; undefined: the vector shows something, and is read from its
   * lines.
   */
  readonly verdicts: readonly (string | undefined)[];
  /** By the place in the batch. */
  readonly bugs: ReadonlyMap<number, string>;
}

const LINE_FEED = 0x0a;
const DECODER = new TextDecoder();
/** Fields that are most of a line, and that no report needs of a vector that passes. */
const LONG = ['indications', 'expected'] as const;

/** Each vector is converted to text at once: small, short-lived objects cost the collector least. */
export async function packBatch(number: number, judged: AsyncIterable<JudgedVector>): Promise<JudgedBatch> {
  const lines: Uint8Array<ArrayBuffer>[] = [];
  const verdicts: (string | undefined)[] = [];
  const bugs = new Map<number, string>();
  for await (const { event, verdict, bug } of judged) {
    if (bug !== undefined) bugs.set(lines.length, textOf(bug));
    lines.push(linesOf(JSON.stringify(event), JSON.stringify(verdict)));
    verdicts.push(isQuiet(verdict) ? JSON.stringify(withoutLong(verdict)) : undefined);
  }
  return { number, lines, verdicts, bugs };
}

/** `vectors`: those of the batch. Their events are like the original ones, but most read their long fields when asked. */
export function unpackBatch(
  { lines, verdicts, bugs }: JudgedBatch,
  vectors: readonly Vector[],
  indexOf: (vector: Vector) => number | undefined,
): JudgedVector[] {
  return vectors.map((vector, i): JudgedVector => {
    const both = Buffer.from((lines[i] as Uint8Array<ArrayBuffer>).buffer);
    const first = both.indexOf(LINE_FEED) + 1;
    const [line, verdictLine] = [both.subarray(0, first), both.subarray(first)];
    const [short, bug] = [verdicts[i], bugs.get(i)];
    const event =
      short === undefined ? read<VectorEvent>(line) : later(vectorEvent(vector, [], indexOf(vector)), line, STEPS);
    rememberSteps(event, () => expandVector(vector));
    const verdict =
      short === undefined
        ? read<VerdictEvent>(verdictLine)
        : later(JSON.parse(short) as VerdictEvent, verdictLine, LONG_FIELDS);
    return { event, verdict, ...(bug === undefined ? {} : { bug }) };
  });
}

/** Grows to the longest batch of lines. Texts are encoded here first, because their length in bytes is unknown. */
let scratch = Buffer.allocUnsafeSlow(1 << 18);

/** Not from a pool, because their memory is transferred to the other thread. */
function linesOf(...texts: readonly string[]): Uint8Array<ArrayBuffer> {
  // A UTF-16 unit takes at most three bytes.
  const most = texts.reduce((sum, { length }) => sum + 3 * length + 1, 0);
  if (most > scratch.length) scratch = Buffer.allocUnsafeSlow(most);
  let end = 0;
  for (const text of texts) {
    end += scratch.write(text, end);
    scratch[end++] = LINE_FEED;
  }
  return new Uint8Array(scratch.subarray(0, end));
}

function isQuiet({ verdict, findings }: VerdictEvent): boolean {
  return verdict === 'pass' && findings.length === 0;
}

function withoutLong(verdict: VerdictEvent): object {
  return { ...verdict, ...Object.fromEntries(LONG.map((key) => [key, 0])) };
}

function textOf(bug: unknown): string {
  return bug instanceof Error ? (bug.stack ?? bug.message) : String(bug);
}

function read<T extends RunEvent>(line: Uint8Array): T {
  return JSON.parse(DECODER.decode(line)) as T;
}

/** The same event with its line; `fields` are read from it at the first access. They keep their places among the others. */
function later<T extends RunEvent>(event: T, line: Uint8Array, fields: PropertyDescriptorMap): T {
  rememberLine(event, line);
  return Object.defineProperties(event, fields);
}

const STEPS = fieldsOf(['steps']);
const LONG_FIELDS = fieldsOf(LONG);

/** The same functions for each event: V8 then has one shape for all of them. */
function fieldsOf(keys: readonly string[]): PropertyDescriptorMap {
  const field = (key: string): PropertyDescriptor => ({
    enumerable: true,
    configurable: true,
    get(this: RunEvent): unknown {
      const whole = read<RunEvent>(rememberedLine(this) as Uint8Array) as unknown as Readonly<Record<string, unknown>>;
      for (const name of keys) Object.defineProperty(this, name, { ...VALUE, value: whole[name] });
      return whole[key];
    },
  });
  return Object.fromEntries(keys.map((key) => [key, field(key)]));
}

const VALUE = { enumerable: true, configurable: true, writable: true } as const;
