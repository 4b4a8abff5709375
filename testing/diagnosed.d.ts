/** Diagnosis of coalescers in process: what a run against each would say of its causes. */
import { type FoundCause } from '../runner/diagnosis/causes.ts';
import type { Dictionary } from '../runner/diagnosis/dictionary.ts';
import type { Specimen } from '../runner/selfcheck/subject.ts';
import type { Vector } from '../vectors/vector.ts';
/** For each specimen, the causes of what it gets wrong. Traits are left out: only conditions need them. */
export declare function diagnosed(specimens: readonly Specimen[], vectors: readonly Vector[], dictionary: Dictionary | undefined, progress?: (done: number) => void): FoundCause[][];
/** Whether a cause names the fault, or one that no vector tells from it. */
export declare function isNamed(name: string, names: readonly string[], { faults }: Dictionary): boolean;
