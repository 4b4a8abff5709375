/** The capabilities that a vector needs. */

import type { FrameStep, Setting } from '../../reference-impl/step.ts';
import type { Vector } from '../../vectors/vector.ts';
import { whyLinkHeader } from './link-header.ts';

/** What is asked of a vector. */
export type NeedsOf = Pick<Vector, 'connections'>;

export class VectorNeeds {
  readonly connections: number;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly #steps: readonly FrameStep[];

  constructor({ connections }: NeedsOf, steps: readonly FrameStep[]) {
    this.connections = connections.length;
    this.ipv6 = connections.some(({ src }) => src.includes(':'));
    this.ipv4 = connections.some(({ src }) => !src.includes(':'));
    this.#steps = steps;
  }

  /** RSC is switched; what a negotiation switches follows from its features. */
  get rscSwitch(): boolean {
    return this.#sets(({ rsc4, rsc6, negotiate }) => negotiate === undefined && (rsc4 ?? rsc6) !== undefined);
  }

  get uro(): boolean {
    return this.#sets(({ uro }) => uro !== undefined);
  }

  get rxcsumSwitch(): boolean {
    return this.#sets(({ rxcsum }) => rxcsum !== undefined);
  }

  /** A virtio device is reset, and its features are negotiated again. */
  get negotiation(): boolean {
    return this.#sets(({ negotiate }) => negotiate !== undefined);
  }

  get checksumMarks(): boolean {
    return this.#steps.some((step) => 'rx' in step && step.csum !== undefined);
  }

  get ipsecMarks(): boolean {
    return this.#steps.some((step) => 'rx' in step && step.ipsec === true);
  }

  /** The most frames in a DPC. */
  get longestDpc(): number {
    let longest = 0;
    let frames = 0;
    for (const step of this.#steps) {
      if ('rx' in step) longest = Math.max(longest, ++frames);
      else if ('dpc' in step) frames = 0;
    }
    return longest;
  }

  /** Why it cannot be played without link-layer headers; undefined: it can. */
  get linkHeader(): string | undefined {
    return whyLinkHeader(this.#steps);
  }

  #sets(matches: (set: Setting) => boolean): boolean {
    return this.#steps.some((step) => 'set' in step && matches(step.set));
  }
}
