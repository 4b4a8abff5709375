/** What the reference is: an NDIS adapter, or a virtio device. */
export const REFERENCE_DEVICES = ['ndis', 'virtio'] as const;
export type ReferenceDevice = (typeof REFERENCE_DEVICES)[number];
