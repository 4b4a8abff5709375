/** Vectors as files hold them: what every segment has alike stands once. */

import type { SegmentSpec, Vector } from './vector.ts';

export interface StoredVector extends Vector {
  /** Fields of every segment that does not say otherwise. */
  readonly always?: SegmentSpec;
}

export function stored(vector: Vector): StoredVector {
  const segments = vector.steps.flatMap((step) => ('receive' in step ? [step.receive] : []));
  const [first, ...others] = segments;
  if (first === undefined || others.length === 0) return vector;
  const shared = (Object.keys(first) as (keyof SegmentSpec)[]).filter((key) => {
    const value = JSON.stringify(first[key]);
    return others.every((segment) => JSON.stringify(segment[key]) === value);
  });
  if (shared.length === 0) return vector;
  const always = Object.fromEntries(shared.map((key) => [key, first[key]]));
  const own = (segment: SegmentSpec): SegmentSpec =>
    Object.fromEntries(Object.entries(segment).filter(([key]) => !(key in always)));
  const steps = vector.steps.map((step) => ('receive' in step ? { receive: own(step.receive) } : step));
  const { id, title, rules, level, flags, connections, expect, otherwise } = vector;
  return { id, title, rules, level, flags, connections, always, steps, expect, otherwise };
}

export function restored({ always, ...vector }: StoredVector): Vector {
  if (always === undefined) return vector;
  const steps = vector.steps.map((step) => ('receive' in step ? { receive: { ...always, ...step.receive } } : step));
  return { ...vector, steps };
}
