/** I5: what holds of the headers of a tunnel that a target looks into. Inside, every other rule holds as anywhere. */

import { sameBytes, setU16 } from '../wire/bytes.ts';
import {
  fitsOuter,
  outerChecksum,
  outerChecksumAt,
  outerLength,
  outerLengthAt,
  sameOuterHeaders,
} from '../wire/outer-fields.ts';
import type { OuterHeader } from '../wire/tunnel.ts';
import type { Clause } from './documents.ts';
import type { ContentRule, OuterRule, PairRule, SegmentRule } from './rule.ts';

const derived = (heading: string): Clause => ({ doc: 'derived', heading });
const ORDINARY = 'H1: an SCU looks like one ordinary frame, and so do the headers of the tunnel before it';

/** The reference looks into nothing else, so this never speaks there: it judges captures, which show every tunnel. */
export const tunnelAnnounced: SegmentRule = {
  kind: 'segment',
  id: 'I5',
  name: 'tunnel-announced',
  level: 'must',
  clause: { doc: 'ndis-rsc-capabilities', heading: 'Reporting RSC Capability', item: 'encapsulations' },
  whenBroken: 'Segments inside tunnels are coalesced',
  summary: 'The segment lies in a tunnel whose kind the target does not announce.',
  scope: 'targets',
  ends: false,
  aborts: false,
  forbids: ({ tunnels }, { policy }) =>
    tunnels.length > 0 &&
    tunnels.some((kind) => !policy.tunnels.includes(kind) && !(kind === 'nvgre' && policy.tunnels.includes('gre'))),
};

export const outerHeadersEqual: PairRule = {
  kind: 'pair',
  id: 'I5',
  name: 'outer-headers-equal',
  level: 'derived',
  clause: derived(ORDINARY),
  whenBroken: 'Segments merge although the headers of their tunnel differ',
  summary: 'The headers of the tunnel differ, in more than lengths, checksums and IPv4 Identification.',
  scope: 'other-policy',
  aborts: true,
  forbids: (unit, segment) =>
    (unit.outer.length > 0 || segment.outer.length > 0) && !sameOuterHeaders(unit.bytes, unit, segment.frame, segment),
};

export const outerLengthLimit: PairRule = {
  kind: 'pair',
  id: 'E7',
  name: 'outer-length-limit',
  level: 'derived',
  clause: derived('E7: no header of the tunnel can say that more lies in it'),
  whenBroken: 'Units grow past what the headers of their tunnel can say',
  summary: 'Merging would push the SCU past the largest packet of its tunnel.',
  scope: 'other-policy',
  aborts: false,
  isLimit: true,
  forbids: (unit, segment) =>
    unit.outer.length > 0 && segment.payloadLength > 0 && !fitsOuter(unit.outer, unit.end + segment.payloadLength),
};

/** Named by the judge for any other byte before the packet. */
export const outerHeadersKept: ContentRule = {
  kind: 'content',
  id: 'I5',
  name: 'outer-headers-kept',
  level: 'derived',
  clause: derived(ORDINARY),
  whenBroken: 'The headers of the tunnel of a unit are not the first segment’s',
  summary: 'The headers of the tunnel are the first segment’s, but for lengths and checksums.',
  scope: 'other-policy',
  breached: (expected, actual) => !sameBytes(expected, actual),
};

export const outerLengthUpdated: OuterRule = {
  kind: 'outer',
  id: 'I5',
  name: 'outer-length',
  level: 'derived',
  clause: derived(ORDINARY),
  whenBroken: 'Lengths in the headers of a tunnel are not those of the unit inside',
  summary: 'Every length in the headers of the tunnel covers the whole SCU.',
  scope: 'other-policy',
  field: 'outer.length',
  at: (_, header) => outerLengthAt(header),
  expected: (_, header, __, end) => outerLength(header, end),
};

export const outerChecksumUpdated: OuterRule = {
  kind: 'outer',
  id: 'I5',
  name: 'outer-checksum',
  level: 'derived',
  clause: derived(ORDINARY),
  whenBroken: 'Checksums in the headers of a tunnel are not those of the unit inside',
  summary: 'Every checksum in the headers of the tunnel is right; where none was computed, there is none.',
  scope: 'other-policy',
  field: 'outer.checksum',
  at: outerChecksumAt,
  expected: outerChecksum,
};

/** Writes what follows from the unit inside, from the inside out: what lies in a header is in its checksum. */
export function updateOuter(
  bytes: Uint8Array,
  outer: readonly OuterHeader[],
  end: number,
  rules: readonly OuterRule[],
): void {
  for (const header of [...outer].reverse()) {
    for (const rule of rules) {
      const at = rule.at(bytes, header);
      if (at !== undefined) setU16(bytes, at, rule.expected(bytes, header, outer, end));
    }
  }
}
