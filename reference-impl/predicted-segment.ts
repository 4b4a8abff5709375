/**
 * The short path of a data segment whose headers match those of the first segment of its SCU (see `headerMask`). The rules
 * have already checked the common fields, so no exception applies, and no pair rule about such a field. Only rules about
 * fields that change from segment to segment remain.
 */

import type { Policy } from './policy.ts';
import * as checksumOffload from './rules/checksum-offload.ts';
import * as coalescing from './rules/coalescing.ts';
import * as exceptions from './rules/exceptions.ts';
import { registry } from './rules/index.ts';
import type { Rule } from './rules/rule.ts';
import * as tunnels from './rules/tunnels.ts';
import type { Unit } from './unit.ts';
import { i32, u16 } from './wire/bytes.ts';
import { TcpAt } from './wire/fields.ts';
import type { Scratch } from './wire/scratch.ts';
import type { Segment } from './wire/segment.ts';
import { OptionsKind } from './wire/tcp-options.ts';
import { Place } from './wire/wasm/frame-module.ts';

/** The rules that are still checked for each segment. */
export const ASKED: readonly Rule[] = [
  coalescing.inSequence,
  coalescing.ackNotOlder,
  coalescing.timestampNotOlder,
  exceptions.lengthLimit,
  coalescing.stopEarly,
];

/**
 * The rules whose answer is known. They compare fields that match, tunnels (there are none), checksums (they were right),
 * out-of-band marks (there are none), or settings whose change ends the SCU, or they are about pure ACKs. And the actions:
 * data is appended.
 */
export const SETTLED: readonly Rule[] = [
  ...[exceptions.notASegment, exceptions.rscOff, checksumOffload.rxcsumOff, exceptions.ipv4ChecksumWrong],
  ...[exceptions.ipv4Fragment, exceptions.tcpChecksumWrong, exceptions.ipOptions, exceptions.extensionHeaders],
  ...[exceptions.ipsecProtected, exceptions.exceptionalFlag, exceptions.reservedBits, exceptions.noAck],
  ...[exceptions.malformedOptions, exceptions.otherOption, exceptions.paddingOptions],
  ...[exceptions.timestampsAsException, exceptions.taggedAlone, exceptions.forwarded],
  ...[coalescing.sameConnectionOnly, exceptions.reservedBitsDiffer, exceptions.ackDiffers, exceptions.ecnChange],
  ...[exceptions.congestionFlagChange, coalescing.sameLinkHeader, coalescing.sameTrafficClass],
  ...[coalescing.sameDontFragment, coalescing.sameReservedFlag, coalescing.sameFlowLabel, coalescing.sameOptions],
  ...[coalescing.otherPureAck, coalescing.duplicateAlone, coalescing.duplicateOntoData, coalescing.ontoData],
  ...[tunnels.tunnelAnnounced, tunnels.outerHeadersEqual, tunnels.outerLengthLimit],
  ...[coalescing.startUnit, coalescing.windowUpdate, coalescing.countDuplicate, coalescing.mergeData],
];

const KINDS: ReadonlySet<Rule['kind']> = new Set(['segment', 'pair', 'action']);

/** Whether there is a short path at all: not if the registry has a rule that is in neither list. */
export const hasShortWay: boolean = registry.every(
  (rule) => !KINDS.has(rule.kind) || ASKED.includes(rule) || SETTLED.includes(rule),
);

/**
 * Whether the frame that `scratch` found to be like those of `unit` joins it as data for certain. Fills the part of `into`
 * that `Unit.join` reads. False proves nothing: then all rules are checked.
 */
export function joinsForCertain(scratch: Scratch, unit: Unit, policy: Policy, into: Segment): boolean {
  const { bytes } = scratch;
  const tcp = Place.frame + unit.tcpOffset;
  into.payloadLength = scratch.payloadLength;
  into.payloadSum = scratch.payloadSum;
  into.seq = i32(bytes, tcp + TcpAt.seq) >>> 0;
  into.ack = i32(bytes, tcp + TcpAt.ack) >>> 0;
  into.flags = u16(bytes, tcp + TcpAt.dataOffset) & 0xfff;
  into.window = u16(bytes, tcp + TcpAt.window);
  into.ttl = unit.firstTtl;
  into.options = OptionsKind.none;
  if (unit.hasTimestamps) {
    const timestamps = Place.frame + unit.timestampsOffset;
    into.options = OptionsKind.timestamps;
    into.tsVal = i32(bytes, timestamps) >>> 0;
    into.tsEcr = i32(bytes, timestamps + 4) >>> 0;
  }
  return !(
    coalescing.inSequence.forbids(unit, into, policy) ||
    coalescing.ackNotOlder.forbids(unit, into, policy) ||
    coalescing.timestampNotOlder.forbids(unit, into, policy) ||
    exceptions.lengthLimit.forbids(unit, into, policy) ||
    coalescing.stopEarly.forbids(unit, into, policy)
  );
}
