/** Features of a virtio network device that its headers depend on, and what a driver that wants RSC negotiates. */

import type { VirtioFeature } from '../rules/rule.ts';
import type { Negotiation } from '../step.ts';

/** Bit numbers. Clause: virtio 1.2, 5.1.3. */
export const HEADER_FEATURE_BITS: Readonly<Record<VirtioFeature, number>> = {
  GUEST_CSUM: 1,
  GUEST_TSO4: 7,
  GUEST_TSO6: 8,
  GUEST_ECN: 9,
  RSC_EXT: 61,
  MRG_RXBUF: 15,
};

export const HEADER_FEATURES: readonly VirtioFeature[] = Object.keys(HEADER_FEATURE_BITS) as VirtioFeature[];

/** The features that RSC needs. A device has them until the driver negotiates again. */
export const RSC_HEADER_FEATURES: readonly VirtioFeature[] = ['GUEST_CSUM', 'GUEST_TSO4', 'GUEST_TSO6', 'RSC_EXT'];

/** The features after a negotiation: `usual` (by default those that RSC needs) with the changes that it names. */
export function negotiatedFeatures(
  { without = [], with: more = [] }: Negotiation,
  usual: readonly VirtioFeature[] = RSC_HEADER_FEATURES,
): VirtioFeature[] {
  const left = usual.filter((feature) => !without.includes(feature));
  return [...left, ...more.filter((feature) => !left.includes(feature))];
}

/** The negotiation that leads to these features. */
export function negotiationOf(features: readonly VirtioFeature[]): Negotiation {
  const without = RSC_HEADER_FEATURES.filter((feature) => !features.includes(feature));
  const more = features.filter((feature) => !RSC_HEADER_FEATURES.includes(feature));
  return { ...(without.length === 0 ? {} : { without }), ...(more.length === 0 ? {} : { with: more }) };
}
