import type { Implementation } from '../runner/selfcheck/subject.ts';

/** The planted fault or legal variant of this name. Throws if there is none. */
export function implementationNamed(list: readonly Implementation[], name: string): Implementation {
  const implementation = list.find((candidate) => candidate.name === name);
  if (implementation === undefined) throw new Error(`no fault or variant is called ${name}`);
  return implementation;
}
