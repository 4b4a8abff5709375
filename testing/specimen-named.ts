import type { Specimen } from '../runner/selfcheck/subject.ts';

/** The planted fault or legal variant of this name. Throws where there is none. */
export function specimenNamed(list: readonly Specimen[], name: string): Specimen {
  const specimen = list.find((candidate) => candidate.name === name);
  if (specimen === undefined) throw new Error(`no fault or variant is called ${name}`);
  return specimen;
}
