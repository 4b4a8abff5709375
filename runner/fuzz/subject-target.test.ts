/** A coalescer in process, right or wrong, as a target. */

import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities.ts';
import type { Subject } from '../selfcheck/subject.ts';
import type { Target, TargetAnswer, TargetVector } from '../targets/target.ts';

export class SubjectTarget implements Target {
  readonly name = 'subject';
  readonly version = '1';
  readonly capabilities: Capabilities;
  readonly #subject: Subject;

  constructor(subject: Subject, capabilities: Partial<Capabilities> = {}) {
    this.#subject = subject;
    this.capabilities = { ...DEFAULT_CAPABILITIES, ipsec: true, ...capabilities };
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    for (const { steps } of vectors) yield { kind: 'indications', ...this.#subject(steps) };
  }

  async close(): Promise<void> {}
}
