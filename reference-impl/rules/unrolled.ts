/**
 * The registry's loops, unrolled: the same rules in the same order. Made by `npm run rules`: changes here are lost.
 * A loop calls every rule through one place, so that none is inlined; written out, a segment costs a third less (see bench).
 */

import type { OutOfBand } from '../indication.ts';
import type { Policy } from '../policy.ts';
import type { Statistics } from '../statistics.ts';
import type { Unit } from '../unit.ts';
import { headerFields } from '../wire/fields.ts';
import type { Segment } from '../wire/segment.ts';
import * as checksumOffload from './checksum-offload.ts';
import * as coalescing from './coalescing.ts';
import * as exceptions from './exceptions.ts';
import * as headers from './headers.ts';
import * as outOfBand from './out-of-band.ts';
import type { ActionRule, Conditions, CountChoices, PairRule, SegmentRule, UnitCounts } from './rule.ts';
import * as statistics from './statistics.ts';
import * as tunnels from './tunnels.ts';

type Value<Field extends keyof OutOfBand> = OutOfBand[Field] & {};
type WritableOob = { -readonly [K in keyof OutOfBand]: OutOfBand[K] };
type WritableStatistics = { -readonly [K in keyof Statistics]: Statistics[K] };

/** The first segment rule that forbids. */
export function firstException(segment: Segment, conditions: Conditions): SegmentRule | undefined {
  if (exceptions.notASegment.forbids(segment, conditions)) return exceptions.notASegment;
  if (exceptions.rscOff.forbids(segment, conditions)) return exceptions.rscOff;
  if (checksumOffload.rxcsumOff.forbids(segment, conditions)) return checksumOffload.rxcsumOff;
  if (exceptions.ipv4ChecksumWrong.forbids(segment, conditions)) return exceptions.ipv4ChecksumWrong;
  if (exceptions.ipv4Fragment.forbids(segment, conditions)) return exceptions.ipv4Fragment;
  if (exceptions.tcpChecksumWrong.forbids(segment, conditions)) return exceptions.tcpChecksumWrong;
  if (exceptions.ipOptions.forbids(segment, conditions)) return exceptions.ipOptions;
  if (exceptions.extensionHeaders.forbids(segment, conditions)) return exceptions.extensionHeaders;
  if (exceptions.ipsecProtected.forbids(segment, conditions)) return exceptions.ipsecProtected;
  if (exceptions.exceptionalFlag.forbids(segment, conditions)) return exceptions.exceptionalFlag;
  if (exceptions.reservedBits.forbids(segment, conditions)) return exceptions.reservedBits;
  if (exceptions.noAck.forbids(segment, conditions)) return exceptions.noAck;
  if (exceptions.malformedOptions.forbids(segment, conditions)) return exceptions.malformedOptions;
  if (exceptions.otherOption.forbids(segment, conditions)) return exceptions.otherOption;
  if (exceptions.paddingOptions.forbids(segment, conditions)) return exceptions.paddingOptions;
  if (exceptions.timestampsAsException.forbids(segment, conditions)) return exceptions.timestampsAsException;
  if (exceptions.taggedAlone.forbids(segment, conditions)) return exceptions.taggedAlone;
  if (exceptions.forwarded.forbids(segment, conditions)) return exceptions.forwarded;
  if (tunnels.tunnelAnnounced.forbids(segment, conditions)) return tunnels.tunnelAnnounced;
  return undefined;
}

/** The first pair rule that forbids. */
export function firstForbidding(unit: Unit, segment: Segment, policy: Policy): PairRule | undefined {
  if (coalescing.sameConnectionOnly.forbids(unit, segment, policy)) return coalescing.sameConnectionOnly;
  if (exceptions.reservedBitsDiffer.forbids(unit, segment, policy)) return exceptions.reservedBitsDiffer;
  if (exceptions.ackDiffers.forbids(unit, segment, policy)) return exceptions.ackDiffers;
  if (exceptions.ecnChange.forbids(unit, segment, policy)) return exceptions.ecnChange;
  if (exceptions.congestionFlagChange.forbids(unit, segment, policy)) return exceptions.congestionFlagChange;
  if (coalescing.sameLinkHeader.forbids(unit, segment, policy)) return coalescing.sameLinkHeader;
  if (tunnels.outerHeadersEqual.forbids(unit, segment, policy)) return tunnels.outerHeadersEqual;
  if (coalescing.sameTrafficClass.forbids(unit, segment, policy)) return coalescing.sameTrafficClass;
  if (coalescing.sameDontFragment.forbids(unit, segment, policy)) return coalescing.sameDontFragment;
  if (coalescing.sameReservedFlag.forbids(unit, segment, policy)) return coalescing.sameReservedFlag;
  if (coalescing.sameFlowLabel.forbids(unit, segment, policy)) return coalescing.sameFlowLabel;
  if (coalescing.sameOptions.forbids(unit, segment, policy)) return coalescing.sameOptions;
  if (coalescing.otherPureAck.forbids(unit, segment, policy)) return coalescing.otherPureAck;
  if (coalescing.duplicateAlone.forbids(unit, segment, policy)) return coalescing.duplicateAlone;
  if (coalescing.duplicateOntoData.forbids(unit, segment, policy)) return coalescing.duplicateOntoData;
  if (coalescing.inSequence.forbids(unit, segment, policy)) return coalescing.inSequence;
  if (coalescing.ontoData.forbids(unit, segment, policy)) return coalescing.ontoData;
  if (coalescing.ackNotOlder.forbids(unit, segment, policy)) return coalescing.ackNotOlder;
  if (coalescing.timestampNotOlder.forbids(unit, segment, policy)) return coalescing.timestampNotOlder;
  if (exceptions.lengthLimit.forbids(unit, segment, policy)) return exceptions.lengthLimit;
  if (tunnels.outerLengthLimit.forbids(unit, segment, policy)) return tunnels.outerLengthLimit;
  if (coalescing.stopEarly.forbids(unit, segment, policy)) return coalescing.stopEarly;
  return undefined;
}

/** The first action that applies. */
export function firstAction(unit: Unit | undefined, segment: Segment, policy: Policy): ActionRule | undefined {
  if (coalescing.startUnit.applies(unit, segment, policy)) return coalescing.startUnit;
  if (coalescing.windowUpdate.applies(unit, segment, policy)) return coalescing.windowUpdate;
  if (coalescing.countDuplicate.applies(unit, segment, policy)) return coalescing.countDuplicate;
  if (coalescing.mergeData.applies(unit, segment, policy)) return coalescing.mergeData;
  return undefined;
}

/** Writes what the field rules expect, but for what the first segment has already. */
export function writeFields(unit: Unit, policy: Policy): void {
  if (headerFields['ipv4.total-length'].has(unit)) {
    const value = headers.totalLength.expected(unit, policy);
    if (value !== undefined) headerFields['ipv4.total-length'].write(unit.bytes, unit, value);
  }
  if (headerFields['ipv6.payload-length'].has(unit)) {
    const value = headers.payloadLength.expected(unit, policy);
    if (value !== undefined) headerFields['ipv6.payload-length'].write(unit.bytes, unit, value);
  }
  if (headerFields['ip.ttl'].has(unit)) {
    const value = headers.smallestTtl.expected(unit, policy);
    if (value !== undefined) headerFields['ip.ttl'].write(unit.bytes, unit, value);
  }
  if (headerFields['tcp.psh'].has(unit)) {
    const value = headers.push.expected(unit, policy);
    if (value !== undefined) headerFields['tcp.psh'].write(unit.bytes, unit, value);
  }
  if (headerFields['tcp.ack'].has(unit)) {
    const value = headers.acknowledgment.expected(unit, policy);
    if (value !== undefined) headerFields['tcp.ack'].write(unit.bytes, unit, value);
  }
  if (headerFields['tcp.window'].has(unit)) {
    const value = headers.lastWindow.expected(unit, policy);
    if (value !== undefined) headerFields['tcp.window'].write(unit.bytes, unit, value);
  }
  if (headerFields['tcp.tsval'].has(unit)) {
    const value = headers.latestTimestamp.expected(unit, policy);
    if (value !== undefined) headerFields['tcp.tsval'].write(unit.bytes, unit, value);
  }
  if (headerFields['tcp.tsecr'].has(unit)) {
    const value = headers.latestEcho.expected(unit, policy);
    if (value !== undefined) headerFields['tcp.tsecr'].write(unit.bytes, unit, value);
  }
  if (headerFields['ipv4.checksum'].has(unit)) {
    const value = headers.ipv4Checksum.expected(unit, policy);
    if (value !== undefined) headerFields['ipv4.checksum'].write(unit.bytes, unit, value);
  }
  if (headerFields['tcp.checksum'].has(unit)) {
    const value = headers.tcpChecksum.expected(unit, policy);
    if (value !== undefined) headerFields['tcp.checksum'].write(unit.bytes, unit, value);
  }
}

/** Writes what the rules for out-of-band data expect. */
export function writeOob(unit: Unit, policy: Policy, oob: WritableOob): void {
  {
    const value = headers.valueInvalid.expected(unit, policy);
    if (value !== undefined) oob.valueInvalid = value as Value<'valueInvalid'>;
  }
  {
    const value = headers.tcpSucceeded.expected(unit, policy);
    if (value !== undefined) oob.tcpChecksum = value as Value<'tcpChecksum'>;
  }
  {
    const value = headers.ipSucceeded.expected(unit, policy);
    if (value !== undefined) oob.ipChecksum = value as Value<'ipChecksum'>;
  }
  {
    const value = outOfBand.timestampDelta.expected(unit, policy);
    if (value !== undefined) oob.timestampDelta = value as Value<'timestampDelta'>;
  }
  {
    const value = outOfBand.coalescedSegCount.expected(unit, policy);
    if (value !== undefined) oob.segCount = value as Value<'segCount'>;
  }
  {
    const value = outOfBand.dupAckCount.expected(unit, policy);
    if (value !== undefined) oob.dupAckCount = value as Value<'dupAckCount'>;
  }
}

/** Adds what the rules for counters add. */
export function addCounts(unit: UnitCounts, choices: CountChoices, counters: WritableStatistics): void {
  counters.pkts += statistics.coalescedPkts.adds(unit, choices);
  counters.octets += statistics.coalescedOctets.adds(unit, choices);
  counters.events += statistics.coalesceEvents.adds(unit, choices);
  counters.aborts += statistics.aborts.adds(unit, choices);
}
