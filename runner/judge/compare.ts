/** Compares an indicated frame with the one expected from its arrivals: header fields, payload, out-of-band values. */

import { DEFAULT_POLICY } from '../../reference-impl/policy.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { RuleBase } from '../../reference-impl/rules/rule.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { equalBytes } from '../../reference-impl/wire/bytes.ts';
import { MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import { headerFields } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { isUnordered } from './arrival.ts';
import { compareChecksums } from './compare-checksums.ts';
import { compareOuter } from './compare-outer.ts';
import { comparePayload, type PayloadPart } from './compare-payload.ts';
import { compareUnruled } from './compare-unruled.ts';
import type { LayoutLike } from './field-places.ts';
import { type Expected, type Report, reporter } from './field-report.ts';
import { isSoft, ruleNamed } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Draft } from './types.ts';

const fieldRules = rulesOfKind('field');

/** Field by field, payload included. Empty: the frame is what it must be. */
export function compareFrame(expected: Expected, observed: Observed, capabilities: Capabilities): Draft[] {
  const { unit, first } = expected;
  const { frame, segment, repaired } = observed;
  const actual = isUnordered(repaired) ? segment : repaired;
  const layout = isUnordered(actual) || isOffsetWrong(expected, actual, frame) ? unit : actual;
  const findings: Draft[] = [];
  const report = reporter(expected, findings);
  const ordinary = ruleNamed('one-ordinary-segment');
  if (frame.length < layout.payloadOffset) {
    const [must, was] = [`${unit.end} bytes`, `${frame.length} bytes`];
    const sentence = (): string => `The frame ends within its headers: it has ${was}, must have ${must}.`;
    report(ordinary, 'frame', must, `${was}, headers cut`, sentence);
    return findings;
  }
  const isTrue = isLengthTrue(expected, layout, observed);
  for (const rule of fieldRules) {
    if (rule.follows === 'checksum') continue;
    const access = headerFields[rule.field];
    if (!access.has(unit)) continue;
    const wanted = rule.expected(unit, DEFAULT_POLICY);
    if (wanted === undefined) continue;
    // Missing timestamps are a difference in the options (H1).
    if (!access.has(layout)) continue;
    const was = access.read(frame, layout);
    if (rule.follows === 'length') {
      if (!isTrue) checkLength(unit, layout, was, expected.padding ?? 0, report, rule);
      // A frame that goes alone must be unmodified: no milder level applies.
    } else if (was !== wanted) report(unit.isMerged || !isSoft(rule) ? rule : ordinary, rule.field, wanted, was);
  }
  compareUnruled(expected, layout, frame, actual, report);
  if (first.outer.length > 0 || layout.outer.length > 0)
    findings.push(...compareOuter(expected, layout, observed, capabilities));
  if (expected.padding === undefined) {
    const payload = unit.bytes.subarray(unit.payloadOffset, unit.end);
    const most = Math.max(MAX_TRAILER, first.frame.length - first.ipEnd);
    const bytes = isTrue ? frame.subarray(0, actual.ipEnd) : frame;
    const place = { frame: bytes, payloadOffset: layout.payloadOffset };
    comparePayload(payload, place, isTrue ? 0 : most, () => partsOf(expected), ordinary, report);
  }
  // A lone frame whose payload grew by its padding is changed, and so is its checksum.
  const isGrown = !unit.isMerged && (expected.padding ?? 0) > 0;
  if (findings.every(isSoft) && !isGrown) compareChecksums(expected, observed, capabilities, report);
  return findings;
}

function partsOf({ arrivals, segments }: Expected): PayloadPart[] {
  return arrivals.map((number, i) => ({ number, length: segments[i]?.payloadLength ?? 0 }));
}

/** The payload begins at the right place, and only the header length is wrong. */
function isOffsetWrong({ unit, padding = 0 }: Expected, actual: Segment, frame: Uint8Array): boolean {
  const { payloadOffset, end, tcpOffset, bytes } = unit;
  if (actual.payloadOffset === payloadOffset || actual.tcpOffset !== tcpOffset) return false;
  const length = end - payloadOffset;
  const holds = (at: number): boolean =>
    actual.ipEnd - at === length + padding && equalBytes(bytes, payloadOffset, frame, at, length);
  return holds(payloadOffset) && !holds(actual.payloadOffset);
}

/** Bytes were inserted or left out, and the length agrees: a breach of H1, not of the length. */
function isLengthTrue({ unit, padding = 0 }: Expected, layout: LayoutLike, { frame, segment }: Observed): boolean {
  const wanted = unit.end - unit.payloadOffset;
  if (segment.kind !== 'segment' || segment.payloadLength === wanted + padding) return false;
  // The checksum covers as many bytes, or the bytes are not those that a wrong length would show.
  return (
    segment.tcpChecksum === 'right' || !equalBytes(unit.bytes, unit.payloadOffset, frame, layout.payloadOffset, wanted)
  );
}

/** The right length of an SCU with this header layout: other padding around the timestamps may change it. */
function checkLength(
  unit: Unit,
  layout: LayoutLike,
  was: number,
  padding: number,
  report: Report,
  rule: RuleBase,
): void {
  const header = layout.payloadOffset - layout.ipOffset - (unit.payloadOffset - unit.ipOffset);
  const wanted = unit.ipLengthWith(header + padding);
  if (was !== wanted) report(rule, unit.ipVersion === 4 ? 'ipv4.total-length' : 'ipv6.payload-length', wanted, was);
}
