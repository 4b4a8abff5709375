/** What the flags of vectors mean: a class of bugs seen in the field, what it did, in what, and who says so. */

export interface Note {
  readonly bugType: string;
  readonly effect: string;
  readonly product: string;
  /** A public text, by its title or place. */
  readonly source: string;
}

const note = (bugType: string, effect: string, product: string, source: string): Note => ({
  bugType,
  effect,
  product,
  source,
});

const QEMU = 'QEMU virtio-net, software RSC';
const QEMU_SOURCE = 'qemu: hw/net/virtio-net.c, the virtio_net_rsc_* routines (read; found by transcription)';

export const notes: Readonly<Record<string, Note>> = {
  long: note(
    'size',
    'More than 63 frames in one DPC: a target with a smaller burst cannot take the vector whole.',
    'any',
    'this suite',
  ),
  'reserved-bits-dropped': note(
    'flags',
    'Only eight of the twelve header flags were looked at, so reserved bits were merged away.',
    'FreeBSD tcp_lro',
    'FreeBSD review D34127, LRO code to deal with all 12 TCP header flags',
  ),
  'ece-cwr-ignored': note(
    'flags',
    'A six-bit mask hid ECE, CWR and AE from the comparison: segments that differ merged, and the last one’s bits won.',
    QEMU,
    QEMU_SOURCE,
  ),
};
