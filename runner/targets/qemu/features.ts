/** Feature bits of a virtio network device. Clause: virtio 1.2, 5.1.3; 2.2 for those of the transport. */

export const FEATURE_BITS = {
  GUEST_CSUM: 1,
  CTRL_GUEST_OFFLOADS: 2,
  MAC: 5,
  GUEST_TSO4: 7,
  GUEST_TSO6: 8,
  MRG_RXBUF: 15,
  CTRL_VQ: 17,
  VERSION_1: 32,
  RSC_EXT: 61,
} as const;

export type Feature = keyof typeof FEATURE_BITS;

/** What a driver asks for that wants RSC. */
export const RSC_FEATURES: readonly Feature[] = [
  'GUEST_CSUM',
  'CTRL_GUEST_OFFLOADS',
  'MAC',
  'GUEST_TSO4',
  'GUEST_TSO6',
  'CTRL_VQ',
  'VERSION_1',
  'RSC_EXT',
];

export function bitsOf(features: Iterable<Feature>): bigint {
  let bits = 0n;
  for (const feature of features) bits |= 1n << BigInt(FEATURE_BITS[feature]);
  return bits;
}

export function hasFeature(bits: bigint, feature: Feature): boolean {
  return ((bits >> BigInt(FEATURE_BITS[feature])) & 1n) === 1n;
}
