/** A coalescer in process, right or wrong, as a target. */

import { type Capabilities, DEFAULT_CAPABILITIES } from '../runner/capabilities/capabilities.ts';
import type { Subject } from '../runner/selfcheck/subject.ts';
import type { Target, TargetAnswer, TargetVector } from '../runner/targets/target.ts';

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
