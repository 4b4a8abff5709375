/** The reference coalescer in this process: the default target, nothing to install. */

import { isDeepStrictEqual } from 'node:util';
import { Coalescer } from '../../../reference-impl/coalescer.ts';
import type { Indication } from '../../../reference-impl/indication.ts';
import { DEFAULT_POLICY, type Policy } from '../../../reference-impl/policy.ts';
import { mergesOf, stepped } from '../../../reference-impl/reference-run.ts';
import { advance, type FrameStep } from '../../../reference-impl/step.ts';
import { TimedCoalescer } from '../../../reference-impl/timed-coalescer.ts';
import type { Decision } from '../../../reference-impl/trace.ts';
import { VirtioDevice } from '../../../reference-impl/virtio/virtio-device.ts';
import { OneBuffer } from '../../base/one-buffer.ts';
import { VERSION } from '../../base/version.ts';
import { type Capabilities, DEFAULT_CAPABILITIES, policyOf, timerOf } from '../../capabilities/capabilities.ts';
import { overridden } from '../../capabilities/overridden.ts';
import { capabilitiesOf } from '../../capabilities/policy-options.ts';
import type { ObservedIndication } from '../../judge/types.ts';
import { outOfBandOf } from '../../rsc-line/virtio-oob.ts';
import type { Target, TargetAnswer, TargetVector } from '../target.ts';
import type { ReferenceOptions } from './reference-options.ts';

export class ReferenceTarget implements Target {
  readonly name = 'reference';
  readonly version: string = VERSION;
  readonly capabilities: Capabilities;
  readonly sameAs?: ReferenceOptions;
  readonly #coalescer: Coalescer;
  readonly #timed: TimedCoalescer | undefined;
  readonly #virtio: VirtioDevice;
  readonly #isVirtio: boolean;
  /** It is also the standard of comparison: it follows only the rules, under the policy of its capabilities. */
  readonly #isMeasure: boolean;
  readonly #buffer = new OneBuffer();
  #decisions: Decision[] = [];

  constructor(options: ReferenceOptions = {}) {
    const { device = 'ndis', policy = {}, capabilities = {}, rules } = options;
    // Rules are functions, which do not get to another thread.
    if (rules === undefined) this.sameAs = options;
    const followed = { ...policyOf({ ...DEFAULT_CAPABILITIES, ...capabilities }), ...policy };
    const own: Capabilities = {
      ...DEFAULT_CAPABILITIES,
      ipsec: true,
      csum: true,
      rxcsum: true,
      uro: true,
      vnet: true,
      features: true,
      metadata: 'on',
    };
    this.capabilities = overridden(own, { ...capabilitiesOf(followed), ...capabilities }, this);
    this.#coalescer = new Coalescer(followed, {
      ...(rules === undefined ? {} : { rules }),
      onDecision: (decision) => this.#decisions.push(decision),
    });
    this.#isMeasure =
      rules === undefined && isDeepStrictEqual(withDefaults(followed), withDefaults(policyOf(this.capabilities)));
    const timer = timerOf(this.capabilities);
    this.#timed = timer === undefined ? undefined : new TimedCoalescer(this.#coalescer, timer);
    this.#virtio = new VirtioDevice(this.#coalescer, (step) => this.#advance(step));
    this.#isVirtio = device === 'virtio';
  }

  async *run(vectors: readonly TargetVector[]): AsyncIterable<TargetAnswer> {
    for (const vector of vectors) yield this.#play(vector);
  }

  async close(): Promise<void> {}

  #play({ steps }: TargetVector): TargetAnswer {
    const negotiates = steps.some((step) => 'set' in step && step.set.negotiate !== undefined);
    return this.#isVirtio || negotiates ? this.#playAsVirtio(steps) : this.#playAsNdis(steps);
  }

  /** Units end with the DPC, or when their time is over (boundary=timer). */
  #advance(step: FrameStep): Indication[] {
    return this.#timed === undefined ? advance(this.#coalescer, step) : this.#timed.advance(step);
  }

  /** The virtio header counts; in addition, the reference reports what NDIS would. */
  #playAsVirtio(steps: readonly FrameStep[]): TargetAnswer {
    this.#timed?.reset();
    this.#virtio.reset();
    this.#decisions = [];
    const indications = steps.flatMap((step, number) =>
      this.#virtio.advance(this.#buffer.lend(step)).map(({ frame, oob, header, fills }): ObservedIndication => {
        const { features } = this.#virtio;
        const reported = { ...oob, ...outOfBandOf(header, features.includes('RSC_EXT')) };
        return { step: number, frame, oob: reported, virtio: { header, features, fills } };
      }),
    );
    return { kind: 'indications', indications, statistics: this.#coalescer.statistics };
  }

  #playAsNdis(steps: readonly FrameStep[]): TargetAnswer {
    this.#timed?.reset();
    this.#coalescer.reset();
    const decisions: Decision[] = [];
    this.#decisions = decisions;
    const indications = stepped(steps, (step) => this.#advance(this.#buffer.lend(step)));
    const { statistics } = this.#coalescer;
    return {
      kind: 'indications',
      indications: indications.map(({ step, frame, oob }): ObservedIndication => ({ step, frame, oob })),
      statistics,
      ...(this.#isMeasure ? { reference: { indications, decisions, statistics, merges: mergesOf(indications) } } : {}),
    };
  }
}

function withDefaults(policy: Partial<Policy>): Policy {
  return { ...DEFAULT_POLICY, ...policy };
}
