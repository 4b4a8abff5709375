/** The reference as an NDIS adapter, or as a virtio device. */
export const REFERENCE_DEVICES = ['ndis', 'virtio'] as const;
export type ReferenceDevice = (typeof REFERENCE_DEVICES)[number];
