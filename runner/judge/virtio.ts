/** Judges the headers of a virtio device (V). The rules judge; this module gathers what they need. */

import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { VirtioEvidence } from '../../reference-impl/rules/rule.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { checksumPlaceOf } from '../../reference-impl/virtio/checksum-place.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { headerFields } from '../../reference-impl/wire/fields.ts';
import { pseudoHeaderSum } from '../../reference-impl/wire/segment.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp-flag.ts';
import type { Arrival } from './arrival.ts';
import { finding, mustOf, nameArrivals } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Finding, ObservedVirtio } from './types.ts';

const virtioRules = rulesOfKind('virtio');

/** By row, what else a wrong flag changes: without NEEDS_CSUM the checksum counts, without RSC_INFO its fields mean something else. */
const CONSEQUENCES: Readonly<Record<string, readonly string[]>> = {
  V2: ['tcp.checksum'],
  V4: ['segCount', 'dupAckCount', 'csum_start', 'csum_offset'],
};

/** It only follows from a wrong flag in the header of the same frame. */
export function isOfHeader(found: Finding, headers: readonly Finding[]): boolean {
  return headers.some(
    ({ rule, arrivals }) => CONSEQUENCES[rule]?.includes(found.field) === true && sameNumbers(arrivals, found.arrivals),
  );
}

function sameNumbers(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((one, i) => one === others[i]);
}

/** Index of the last step that reset the device; -1 if none did. Earlier arrivals are not judged. */
export function lastReset(steps: readonly FrameStep[]): number {
  return steps.findLastIndex((step) => 'set' in step && step.set.negotiate !== undefined);
}

/** A frame from before the reset that came out after it: of a connection that only sent before. */
export function isFromBefore(observed: Observed, arrivals: readonly Arrival[], reset: number): boolean {
  const own = arrivals.filter(({ connection }) => connection !== '' && connection === observed.connection);
  return observed.step > reset && own.length > 0 && own.every(({ step }) => step < reset);
}

/** Where a frame's headers end and its checksum is. */
function layoutOf({ segment }: Observed): Pick<VirtioEvidence, 'checksumPlace' | 'headersLength' | 'isCwr'> {
  const checksumPlace = checksumPlaceOf(segment);
  const isCwr = segment.kind === 'segment' && (segment.flags & TcpFlag.cwr) !== 0;
  return { checksumPlace, headersLength: checksumPlace?.headersLength, isCwr };
}

/** Judges the rows in `named` only. `run`: the arrivals that the frame is made of. */
export function checkVirtio(
  observed: Observed,
  virtio: ObservedVirtio,
  run: readonly Arrival[],
  isFromBeforeReset: boolean,
  named: readonly string[],
): Finding[] {
  if (!virtioRules.some(({ id }) => named.includes(id))) return [];
  const { segment } = observed;
  const isTcp = segment.kind === 'segment';
  const evidence: VirtioEvidence = {
    header: virtio.header,
    has: (feature) => virtio.features.includes(feature),
    ipVersion: segment.ipVersion,
    segmentLengths: run.map((arrival) => arrival.segment.payloadLength).filter((length) => length > 0),
    checksumField: isTcp ? headerFields['tcp.checksum'].read(observed.frame, segment) : undefined,
    pseudoHeaderSum: isTcp ? fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset)) : undefined,
    tcpChecksum: segment.tcpChecksum,
    ...layoutOf(observed),
    buffers: virtio.fills?.length,
    fills: virtio.fills,
    isFromBeforeReset,
  };
  const arrivals = run.map(({ number }) => number);
  return virtioRules.flatMap((rule) => {
    if (!named.includes(rule.id)) return [];
    const breach = rule.breach(evidence);
    if (breach === undefined) return [];
    const { field, expected, actual } = breach;
    const message =
      field === 'indications'
        ? `${nameArrivals(arrivals)} arrived before the device was reset, and came out after it.`
        : `On ${nameArrivals(arrivals)} ${field} is ${actual}, ${mustOf(rule)} be ${expected}: ${rule.summary}`;
    return [finding(rule, arrivals, field, expected, actual, message)];
  });
}
