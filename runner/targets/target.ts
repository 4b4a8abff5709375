/** The interface of every target. */

import type { ReferenceRun } from '../../reference-impl/reference-run.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import type { ObservedIndication } from '../judge/types.ts';
import type { ReferenceOptions } from './reference/reference-options.ts';

/** A vector as a target gets it: no expectations. */
export interface TargetVector {
  readonly id: string;
  readonly steps: readonly FrameStep[];
}

/** The output of a target for a vector, or why there is none. */
export type TargetAnswer =
  | {
      readonly kind: 'indications';
      readonly indications: readonly ObservedIndication[];
      readonly statistics: Statistics | undefined;
      /** If the target is the reference under the policy that it announces: also the result to compare with. */
      readonly reference?: ReferenceRun;
    }
  | { readonly kind: 'unsupported'; readonly reason: string }
  /** The target or the environment broke: `message` says how, with the last output. */
  | {
      readonly kind: 'error';
      readonly message: string;
      /** The target had to be started again, or given up. */
      readonly ended?: true;
    };

/** What vectors are played on: the reference, a program, a device. Implement it to test a coalescer from your own runner. */
export interface Target {
  readonly name: string;
  readonly version: string;
  readonly capabilities: Capabilities;
  /** The target's files, for their digests. */
  readonly programs?: readonly string[];
  /** Copies that work side by side; undefined: one. */
  readonly copies?: number;
  /** A reference made with these options, in another thread, gives the same answers; undefined: there is no such reference. */
  readonly sameAs?: ReferenceOptions;
  /** Answers in the order of the vectors; each is delivered as soon as it is known. */
  run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer>;
  close(): Promise<void>;
}
