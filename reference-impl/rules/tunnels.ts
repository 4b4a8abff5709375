/** I5: the headers of a tunnel in which a target coalesces. Every other rule applies to the inner segment. */

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
const ORDINARY = 'H1: an SCU looks like one ordinary frame, tunnel headers included';

/** Never applies in the reference, which coalesces in announced tunnels only. It judges captures, which show every tunnel. */
export const tunnelAnnounced: SegmentRule = {
  kind: 'segment',
  id: 'I5',
  name: 'tunnel-announced',
  level: 'must',
  clause: { doc: 'ndis-rsc-capabilities', heading: 'Reporting RSC Capability', item: 'encapsulations' },
  whenBroken: 'Segments inside tunnels are coalesced',
  summary: 'The segment is inside a tunnel of a kind that the target does not announce.',
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
  whenBroken: 'Segments merge although their tunnel headers differ',
  summary: 'The tunnel headers differ in more than lengths, checksums and IPv4 Identification.',
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
  clause: derived('E7: the length fields of the tunnel headers have a largest value, too'),
  whenBroken: 'Units grow past the largest packet of their tunnel',
  summary: 'Merging would push the SCU past the largest packet of its tunnel.',
  scope: 'other-policy',
  aborts: false,
  isLimit: true,
  forbids: (unit, segment) =>
    unit.outer.length > 0 && segment.payloadLength > 0 && !fitsOuter(unit.outer, unit.end + segment.payloadLength),
};

/** The judge names it for any other byte before the packet. */
export const outerHeadersKept: ContentRule = {
  kind: 'content',
  id: 'I5',
  name: 'outer-headers-kept',
  level: 'derived',
  clause: derived(ORDINARY),
  whenBroken: 'The tunnel headers of a unit are not the first segment’s',
  summary: 'The tunnel headers are the first segment’s, except for lengths and checksums.',
  scope: 'other-policy',
  breached: (expected, actual) => !sameBytes(expected, actual),
};

export const outerLengthUpdated: OuterRule = {
  kind: 'outer',
  id: 'I5',
  name: 'outer-length',
  level: 'derived',
  clause: derived(ORDINARY),
  whenBroken: 'Lengths in tunnel headers do not match the unit inside',
  summary: 'Every length in the tunnel headers covers the whole SCU.',
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
  whenBroken: 'Checksums in tunnel headers do not match the unit inside',
  summary: 'Every checksum in the tunnel headers is right; if the sender computed none, there is none.',
  scope: 'other-policy',
  field: 'outer.checksum',
  at: outerChecksumAt,
  expected: outerChecksum,
};

/** Writes lengths and checksums from the inside out: the checksum of a header covers everything inside it. */
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
