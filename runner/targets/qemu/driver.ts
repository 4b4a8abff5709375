/** The features negotiated with the device, and which of them are switched on. */

import type { VirtioFeature } from '../../../reference-impl/rules/rule.ts';
import type { Negotiation, Setting } from '../../../reference-impl/step.ts';
import { HEADER_FEATURES } from '../../../reference-impl/virtio/features.ts';
import { type Feature, RSC_FEATURES } from './features.ts';
import type { NetworkDevice } from './network-device.ts';
import { QtestError } from './qtest.ts';

export class Driver {
  readonly #device: NetworkDevice;
  readonly #usual: readonly Feature[];
  #negotiated: readonly Feature[];
  #rsc4 = true;
  #rsc6 = true;

  /** `more`: features besides those that RSC needs. */
  constructor(device: NetworkDevice, more: readonly Feature[]) {
    this.#device = device;
    this.#usual = [...RSC_FEATURES, ...more];
    this.#negotiated = this.#usual;
  }

  /** The negotiated features that headers depend on. */
  get headerFeatures(): readonly VirtioFeature[] {
    return HEADER_FEATURES.filter((feature) => this.#negotiated.includes(feature));
  }

  bringUp(): Promise<void> {
    return this.#negotiate({});
  }

  async apply({ rsc4, rsc6, negotiate }: Setting): Promise<void> {
    // The features then determine which IP versions are coalesced.
    if (negotiate !== undefined) return this.#negotiate(negotiate);
    this.#rsc4 = rsc4 ?? this.#rsc4;
    this.#rsc6 = rsc6 ?? this.#rsc6;
    await this.#setOffloads(this.#rsc4, this.#rsc6);
  }

  /** Restores the state after `bringUp`; true if that took a reset. */
  async restore(): Promise<boolean> {
    if (this.#negotiated !== this.#usual) {
      await this.#negotiate({});
      return true;
    }
    if (!this.#isAllOn) await this.apply({ rsc4: true, rsc6: true });
    return false;
  }

  /** Runs an action with all negotiated RSC on, whatever was switched off. */
  async withRscOn<T>(task: () => Promise<T>): Promise<T> {
    if (this.#isAllOn) return task();
    await this.#setOffloads(true, true);
    const result = await task();
    await this.#setOffloads(this.#rsc4, this.#rsc6);
    return result;
  }

  get #isAllOn(): boolean {
    return this.#rsc4 && this.#rsc6;
  }

  async #negotiate({ without = [], with: more = [] }: Negotiation): Promise<void> {
    const left = this.#usual.filter((feature) => !without.some((name) => name === feature));
    const added = more.filter((feature) => !left.includes(feature));
    this.#negotiated = without.length + added.length === 0 ? this.#usual : [...left, ...added];
    this.#rsc4 = true;
    this.#rsc6 = true;
    await this.#device.bringUp(this.#negotiated);
  }

  async #setOffloads(rsc4: boolean, rsc6: boolean): Promise<void> {
    const wanted: Feature[] = ['GUEST_CSUM'];
    if (rsc4) wanted.push('GUEST_TSO4');
    if (rsc6) wanted.push('GUEST_TSO6');
    if (rsc4 || rsc6) wanted.push('RSC_EXT');
    const offloads = wanted.filter((feature) => this.#negotiated.includes(feature));
    if (!(await this.#device.setOffloads(offloads))) {
      throw new QtestError(`the device refuses the offloads ${offloads.join(', ')}`);
    }
  }
}
