/** Vectors as in files: fields that all segments share are written once, and the expected outcome is a line of text. */

import type { ExpectedIndication, SegmentSpec, Vector } from './vector.ts';

export interface StoredVector extends Omit<Vector, 'expect' | 'otherwise'> {
  /** Fields of every segment that does not say otherwise. */
  readonly always?: SegmentSpec;
  readonly expect: StoredExpect;
  readonly otherwise: readonly {
    readonly policy: Vector['otherwise'][number]['policy'];
    readonly expect: StoredExpect;
  }[];
}

/**
 * "0-3,5@6 I2; 4@6 E2": arrivals, the step whose answer has them, the row that ended them. The long form of version 0.1.0 is
 * read, too.
 */
type StoredExpect = string | readonly ExpectedIndication[];

export function stored(vector: Vector): StoredVector {
  const { steps, expect, otherwise, ...rest } = vector;
  const segments = steps.flatMap((step) => ('receive' in step ? [step.receive] : []));
  const [first = {}] = segments;
  const shared = (Object.keys(first) as (keyof SegmentSpec)[]).filter((key) => {
    const value = JSON.stringify(first[key]);
    return segments.length > 1 && segments.every((segment) => JSON.stringify(segment[key]) === value);
  });
  const always = Object.fromEntries(shared.map((key) => [key, first[key]]));
  const own = (segment: SegmentSpec): SegmentSpec =>
    Object.fromEntries(Object.entries(segment).filter(([key]) => !(key in always)));
  return {
    ...rest,
    ...(shared.length === 0 ? {} : { always }),
    steps: steps.map((step) => ('receive' in step ? { receive: own(step.receive) } : step)),
    expect: expectText(expect),
    otherwise: otherwise.map((other) => ({ ...other, expect: expectText(other.expect) })),
  };
}

/** Parses the expected output on first access, which a run does not need. Throws then if the text is wrong; the schema gives details. */
export function restored({ always, steps, expect, otherwise, ...rest }: StoredVector): Vector {
  return {
    ...rest,
    steps:
      always === undefined
        ? steps
        : steps.map((step) => ('receive' in step ? { receive: { ...always, ...step.receive } } : step)),
    get expect() {
      return kept(this, 'expect', parseExpect(expect));
    },
    get otherwise() {
      const all = otherwise.map((other) => ({ ...other, expect: parseExpect(other.expect) }));
      return kept(this, 'otherwise', all);
    },
  };
}

/** The same for hand-written text: throws at once. */
export function restoredWhole(stored: StoredVector): Vector {
  return { ...restored(stored) };
}

/** The fields for selection come first in a line; the long fields begin here. */
const REST = ',"connections":[';

/**
 * A vector from one line. At first only the fields for selection are parsed; the rest is decoded and parsed on first access.
 * The bytes are kept. Throws SyntaxError if the line is not as `stored` and `JSON.stringify` write it.
 */
export function restoredLine(line: Buffer): Vector {
  const at = line.indexOf(REST);
  if (at < 0) throw new SyntaxError(`no vector: ${line.toString('utf8', 0, 80)}`);
  const vector = JSON.parse(`${line.toString('utf8', 0, at)}}`) as Vector;
  lines.set(vector, line);
  return Object.defineProperties(vector, UNREAD);
}

/** The lines of vectors that are not fully parsed. */
const lines = new WeakMap<object, Buffer>();

/** The same functions for each vector: V8 then has one shape for all of them, and needs half the time. */
const UNREAD = Object.fromEntries(
  (['connections', 'steps', 'expect', 'otherwise'] as const).map((key) => [
    key,
    {
      enumerable: true,
      configurable: true,
      get(this: Vector): unknown {
        return read(this)[key];
      },
    },
  ]),
);

/** The same vector for one use: parsed values are not kept, because those of a whole run would need much memory. */
export function forOneUse(vector: Vector): Vector {
  const line = lines.get(vector);
  return line === undefined ? vector : restored(JSON.parse(line.toString('utf8')) as StoredVector);
}

/** Reads the rest of the line into the vector. */
function read(vector: Vector): Vector {
  const line = lines.get(vector) as Buffer;
  const whole = restored(JSON.parse(line.toString('utf8')) as StoredVector);
  lines.delete(vector);
  return Object.defineProperties(vector, Object.getOwnPropertyDescriptors(whole));
}

/** Makes it an ordinary property. */
function kept<T>(owner: object, key: string, value: T): T {
  Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

function expectText(all: readonly ExpectedIndication[]): string {
  return all.map(({ arrivals, step, endedBy }) => `${ranges(arrivals)}@${step} ${endedBy}`).join('; ');
}

function ranges(arrivals: readonly number[]): string {
  const parts: string[] = [];
  for (let from = 0; from < arrivals.length; ) {
    const first = arrivals[from] as number;
    let to = from;
    while (arrivals[to + 1] === (arrivals[to] as number) + 1) to++;
    parts.push(to === from ? `${first}` : `${first}-${arrivals[to]}`);
    from = to + 1;
  }
  return parts.join(',');
}

function parseExpect(text: StoredExpect): readonly ExpectedIndication[] {
  if (typeof text !== 'string') return text;
  if (text === '') return [];
  return text.split('; ').map((one) => {
    const [, list = '', step = '', endedBy = ''] = /^([\d,-]+)@(\d+) (\w+)$/.exec(one) ?? [];
    if (step === '') throw new SyntaxError(`${JSON.stringify(one)} says nothing of what must come out`);
    const arrivals: number[] = [];
    for (const part of list.split(',')) {
      const [from = 0, to = from] = part.split('-').map(Number);
      for (let arrival = from; arrival <= to; arrival++) arrivals.push(arrival);
    }
    return { arrivals, step: Number(step), endedBy };
  });
}
