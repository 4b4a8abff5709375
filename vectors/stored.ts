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
 * "0-3,5@6 I2; 4@6 E2": arrivals, the step whose answer holds them, the row that ended them. Written so; what was written
 * out, as files of version 0.1.0 have it, is read, too.
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

/** What must come out is read when somebody asks: a run does not. That throws where it is no such text; the schema says more. */
export function restored({ always, steps, expect, otherwise, ...rest }: StoredVector): Vector {
  const vector = {
    ...rest,
    steps:
      always === undefined
        ? steps
        : steps.map((step) => ('receive' in step ? { receive: { ...always, ...step.receive } } : step)),
  };
  readWhenAsked(vector, 'expect', () => parseExpect(expect));
  readWhenAsked(vector, 'otherwise', () => otherwise.map((other) => ({ ...other, expect: parseExpect(other.expect) })));
  return vector as unknown as Vector;
}

/** The same of what a person may have written: throws at once. */
export function restoredWhole(stored: StoredVector): Vector {
  return { ...restored(stored) };
}

/** What is selected by comes first in a line; what follows from here on is long. */
const REST = ',"connections":[';

/**
 * A vector of one line, of which a short run reads only what it selects by: the rest of thousands of lines is parsed where
 * it is asked for. Throws SyntaxError where the line is not as `stored` and `JSON.stringify` make it.
 */
export function restoredLine(line: string): Vector {
  const at = line.indexOf(REST);
  if (at < 0) throw new SyntaxError(`no vector: ${line.slice(0, 80)}`);
  const vector = JSON.parse(`${line.slice(0, at)}}`) as Partial<Vector>;
  let whole: Vector | undefined;
  const read = (): Vector => {
    whole ??= restored(JSON.parse(line) as StoredVector);
    return whole;
  };
  readWhenAsked(vector, 'connections', () => read().connections);
  readWhenAsked(vector, 'steps', () => read().steps);
  readWhenAsked(vector, 'expect', () => read().expect);
  readWhenAsked(vector, 'otherwise', () => read().otherwise);
  return vector as Vector;
}

/** An ordinary property from then on. */
function readWhenAsked<Key extends string, T>(owner: object, key: Key, read: () => T): void {
  Object.defineProperty(owner, key, {
    enumerable: true,
    configurable: true,
    get: () => {
      const value = read();
      Object.defineProperty(owner, key, { value, enumerable: true, configurable: true, writable: true });
      return value;
    },
  });
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
