/** The reference coalescer in this process: the default target, nothing to install. */

import { Coalescer } from '../../../reference-impl/coalescer.ts';
import type { Policy } from '../../../reference-impl/policy.ts';
import type { Rule } from '../../../reference-impl/rules/rule.ts';
import { advance } from '../../../reference-impl/step.ts';
import { OneBuffer } from '../../base/one-buffer.ts';
import { VERSION } from '../../base/version.ts';
import { type Capabilities, DEFAULT_CAPABILITIES, policyOf } from '../../capabilities/capabilities.ts';
import { overridden } from '../../capabilities/overridden.ts';
import { capabilitiesOf } from '../../capabilities/policy-options.ts';
import type { ObservedIndication } from '../../judge/types.ts';
import type { Target, TargetAnswer, TargetVector } from '../target.ts';

export interface ReferenceOptions {
  readonly policy?: Partial<Policy>;
  /** What a capability file says: the reference does as it says. */
  readonly capabilities?: Partial<Capabilities>;
  /** Only planted faults give others than the registry. */
  readonly rules?: readonly Rule[];
}

export class ReferenceTarget implements Target {
  readonly name = 'reference';
  readonly version: string = VERSION;
  readonly capabilities: Capabilities;
  readonly #coalescer: Coalescer;
  readonly #buffer = new OneBuffer();

  constructor({ policy = {}, capabilities = {}, rules }: ReferenceOptions = {}) {
    const followed = { ...policyOf({ ...DEFAULT_CAPABILITIES, ...capabilities }), ...policy };
    const own: Capabilities = {
      ...DEFAULT_CAPABILITIES,
      ipsec: true,
      csum: true,
      rxcsum: true,
      uro: true,
      metadata: 'on',
    };
    this.capabilities = overridden(own, { ...capabilitiesOf(followed), ...capabilities }, this);
    this.#coalescer = new Coalescer(followed, rules === undefined ? {} : { rules });
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    for (const vector of vectors) yield this.#play(vector);
  }

  async close(): Promise<void> {}

  #play({ steps }: TargetVector): TargetAnswer {
    this.#coalescer.reset();
    const indications = steps.flatMap((step, number) =>
      advance(this.#coalescer, this.#buffer.lend(step)).map(
        ({ frame, oob }): ObservedIndication => ({ step: number, frame, oob }),
      ),
    );
    return { kind: 'indications', indications, statistics: this.#coalescer.statistics };
  }
}
