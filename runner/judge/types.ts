/** The input and the output of the judge. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import type { BufferFill, Level, VirtioFeature, VirtioHeader } from '../../reference-impl/rules/rule.ts';
import type { Statistics } from '../../reference-impl/statistics.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';

/** One frame that a target indicated. A key that is absent was not observed. */
export interface ObservedIndication {
  /** Index of the step (endOfDpc or set) whose answer contained it; the number of steps if it came after all of them. */
  readonly step: number;
  readonly frame: Uint8Array;
  readonly oob: Partial<OutOfBand>;
  /** Only a virtio device has it. */
  readonly virtio?: ObservedVirtio;
}

export interface ObservedVirtio {
  readonly header: VirtioHeader;
  /** The negotiated features when the frame came out. */
  readonly features: readonly VirtioFeature[];
  /** Receive buffers that the frame took; left out if the target does not show them. */
  readonly fills?: readonly BufferFill[];
}

export interface JudgeInput {
  readonly steps: readonly FrameStep[];
  readonly indications: readonly ObservedIndication[];
  /** Counters for this vector alone; undefined: not observed. */
  readonly statistics: Statistics | undefined;
  readonly capabilities: Capabilities;
  /**
   * Rows that the vector is about. The rows of virtio headers (V) are judged only if they are named here; otherwise a fault in
   * every header would hide everything else. Left out: none of them.
   */
  readonly rules?: readonly string[];
}

/** A finding without its message. */
export interface Breach {
  /** Row of the catalogue. */
  readonly rule: string;
  readonly level: Level;
  /** Arrivals that it concerns. */
  readonly arrivals: readonly number[];
  readonly field: string;
}

export interface Words {
  readonly expected: string;
  readonly actual: string;
  /** One sentence. */
  readonly message: string;
}

export interface Finding extends Breach, Words {
  /** Only between captures: why they do not prove it against the device. */
  readonly doubt?: string;
}

/** A finding whose message is not written yet: most candidates for an explanation are never read. */
export interface Draft extends Breach {
  readonly words: () => Words;
}

export interface Judgement {
  readonly verdict: 'pass' | 'pass-less' | 'warn' | 'fail';
  readonly findings: readonly Finding[];
  /** Arrivals of each indication, in the order given. */
  readonly attribution: readonly (readonly number[])[];
  /** Merges of the target divided by merges of the reference; 1 if the reference makes none. */
  readonly ratio: number;
  /** What could not be observed, in words. */
  readonly notObserved: readonly string[];
}
