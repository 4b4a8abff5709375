/** I5: compares the tunnel headers of an indicated frame with the expected ones. */

import { outerChecksumUpdated, outerHeadersKept, outerLengthUpdated } from '../../reference-impl/rules/tunnels.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { sameBytes, toHex, u16 } from '../../reference-impl/wire/bytes.ts';
import { MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import { Ipv4At } from '../../reference-impl/wire/fields.ts';
import {
  outerChecksum,
  outerChecksumAt,
  outerLength,
  outerLengthAt,
  outerName,
  settledHeader,
} from '../../reference-impl/wire/outer-fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { OuterHeader } from '../../reference-impl/wire/tunnel.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { isChecksumFlagged } from './checksum-flags.ts';
import { hexText } from './field-words.ts';
import { draft } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Draft } from './types.ts';

/** The expected side: the first segment, and its unit. */
export interface OuterExpected {
  readonly unit: Pick<Unit, 'isMerged' | 'end' | 'payloadOffset'>;
  readonly first: Segment;
  readonly arrivals: readonly number[];
  /** The segments that it is made of, one for each arrival. */
  readonly segments: readonly Segment[];
  readonly open: readonly string[];
  readonly padding: number | undefined;
}

type Layout = Pick<Segment, 'linkEnd' | 'outer' | 'ipOffset' | 'payloadOffset'>;

/** `layout`: of the indicated frame. Fields that a forbidden merge leaves open are not among the findings. */
export function compareOuter(
  expected: OuterExpected,
  layout: Layout,
  observed: Observed,
  capabilities: Capabilities,
): Draft[] {
  const { unit, first, open } = expected;
  const found = hasSameHeaders(first, layout)
    ? headerFindings(expected, layout, observed, capabilities)
    : [
        wrong(
          expected,
          'outer.header',
          'The headers of the tunnel are',
          between(first.frame, first),
          between(observed.frame, layout),
        ),
      ];
  return found.filter(({ field }) => !unit.isMerged || !open.includes(field));
}

function hasSameHeaders({ outer }: Segment, layout: Layout): boolean {
  return (
    outer.length === layout.outer.length &&
    outer.every(({ kind, at, end }, i) => {
      const other = layout.outer[i] as OuterHeader;
      return kind === other.kind && end - at === other.end - other.at;
    })
  );
}

function headerFindings(
  expected: OuterExpected,
  { outer, payloadOffset }: Layout,
  observed: Observed,
  capabilities: Capabilities,
): Draft[] {
  const { unit, first, padding = 0 } = expected;
  const { frame } = observed;
  const findings: Draft[] = [];
  const end = payloadOffset + (unit.end - unit.payloadOffset) + padding;
  const most = mostAfterPacket(expected);
  outer.forEach((header, i) => {
    const own = first.outer[i] as OuterHeader;
    const name = `outer ${outerName(header)}`;
    // A lone frame is indicated unchanged.
    const read = unit.isMerged
      ? settledHeader
      : (bytes: Uint8Array, { at, end: to }: OuterHeader) => bytes.slice(at, to);
    const [must, was] = [read(first.frame, own), read(frame, header)];
    const isDropped = outerChecksumAt(first.frame, own) !== undefined && outerChecksumAt(frame, header) === undefined;
    if (isDropped) {
      const message = `The ${name} header has no checksum, and the first segment’s has one.`;
      findings.push(draft(outerChecksumUpdated, expected.arrivals, 'outer.checksum', () => ['one', 'none', message]));
    } else if (!sameBytes(must, was)) findings.push(wrongByte(expected, name, must, was));
    if (!unit.isMerged) return;
    if (header.kind === 'ipv4') {
      const [id, other] = [u16(first.frame, own.at + Ipv4At.id), u16(frame, header.at + Ipv4At.id)];
      const what = `The ${name} Identification is`;
      if (id !== other)
        findings.push(
          wrong(expected, 'outer.ipv4.id', what, hexText(id, 4), hexText(other, 4), 'the first segment’s '),
        );
    }
    const at = outerLengthAt(header);
    if (at === undefined) return;
    const [length, said] = [outerLength(header, end), u16(frame, at)];
    if (said < length || said > length + most)
      findings.push(wrong(expected, 'outer.length', `The length in the ${name} header is`, length, said));
  });
  if (unit.isMerged && findings.length === 0)
    findings.push(...checksumFindings(expected, outer, observed, capabilities));
  return findings;
}

/** Bytes after the inner packets of its arrivals may be kept, dropped or replaced (H1). */
function mostAfterPacket({ segments }: OuterExpected): number {
  const hasTrailer = segments.some(({ frame, outer, ipEnd }) =>
    outer.some((header) => {
      const at = outerLengthAt(header);
      return at !== undefined && u16(frame, at) > outerLength(header, ipEnd);
    }),
  );
  return hasTrailer ? MAX_TRAILER : 0;
}

function checksumFindings(
  expected: OuterExpected,
  outer: readonly OuterHeader[],
  observed: Observed,
  capabilities: Capabilities,
): Draft[] {
  const { frame, oob, segment } = observed;
  const isUnknown = capabilities.checksums === 'unknown';
  return outer.flatMap((header) => {
    const at = outerChecksumAt(frame, header);
    const flag = header.kind === 'ipv4' ? 'ip' : 'tcp';
    if (at === undefined || isUnknown || isChecksumFlagged(flag, oob, capabilities)) return [];
    // A right length shows where it ends.
    const inLength = outer.find((other) => other.at <= header.at && outerLengthAt(other) !== undefined);
    const end = inLength === undefined ? segment.ipEnd : endOf(frame, inLength);
    const [must, was] = [outerChecksum(frame, header, outer, end), u16(frame, at)];
    // Both mean zero.
    if (must % 0xffff === was % 0xffff) return [];
    const what = `The checksum in the outer ${outerName(header)} header is`;
    return [wrong(expected, 'outer.checksum', what, hexText(must, 4), hexText(was, 4))];
  });
}

function endOf(frame: Uint8Array, header: OuterHeader): number {
  return u16(frame, outerLengthAt(header) as number) - outerLength(header, 0);
}

const RULES = {
  'outer.header': outerHeadersKept,
  'outer.ipv4.id': outerHeadersKept,
  'outer.length': outerLengthUpdated,
  'outer.checksum': outerChecksumUpdated,
} as const;

/** `role`: the segment whose value it must be. */
function wrong(
  { arrivals }: OuterExpected,
  field: keyof typeof RULES,
  what: string,
  must: string | number,
  was: string | number,
  role = '',
): Draft {
  return draft(RULES[field], arrivals, field, () => [
    must,
    was,
    `${what} ${was}, must be ${role === '' ? must : `${role}(${must})`}.`,
  ]);
}

/** The first byte that differs; both headers have the same length. */
function wrongByte(expected: OuterExpected, name: string, must: Uint8Array, was: Uint8Array): Draft {
  const at = must.findIndex((byte, i) => byte !== was[i]);
  const byte = (bytes: Uint8Array): string => hexText(bytes[at] as number, 2);
  const role = expected.unit.isMerged ? 'the first segment’s ' : '';
  return wrong(expected, 'outer.header', `Byte ${at} of the ${name} header is`, byte(must), byte(was), role);
}

function between(frame: Uint8Array, { linkEnd, ipOffset }: Pick<Layout, 'linkEnd' | 'ipOffset'>): string {
  return toHex(frame.subarray(linkEnd, ipOffset)) || 'none';
}
