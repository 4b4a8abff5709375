/** Feature bits of a virtio network device. Clause: virtio 1.2, 5.1.3; 2.2 for those of the transport. */

import type { VirtioFeature } from '../../../reference-impl/rules/rule.ts';
import { HEADER_FEATURE_BITS, RSC_HEADER_FEATURES } from '../../../reference-impl/virtio/features.ts';

type TransportFeature = 'CTRL_GUEST_OFFLOADS' | 'MAC' | 'CTRL_VQ' | 'VERSION_1';
export type Feature = VirtioFeature | TransportFeature;

const FEATURE_BITS: Readonly<Record<Feature, number>> = {
  ...HEADER_FEATURE_BITS,
  CTRL_GUEST_OFFLOADS: 2,
  MAC: 5,
  CTRL_VQ: 17,
  VERSION_1: 32,
};

/** The features that a driver needs for RSC. */
export const RSC_FEATURES: readonly Feature[] = [
  ...RSC_HEADER_FEATURES,
  'CTRL_GUEST_OFFLOADS',
  'MAC',
  'CTRL_VQ',
  'VERSION_1',
];

export function bitsOf(features: Iterable<Feature>): bigint {
  let bits = 0n;
  for (const feature of features) bits |= 1n << BigInt(FEATURE_BITS[feature]);
  return bits;
}

export function hasFeature(bits: bigint, feature: Feature): boolean {
  return ((bits >> BigInt(FEATURE_BITS[feature])) & 1n) === 1n;
}
