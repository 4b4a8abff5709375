/**
 * The registry. Its order is the order in which rules speak: the first that forbids is the reason.
 * The lists by kind are views of it; nothing outside decides.
 */

import * as buffers from './buffers.ts';
import * as checksumOffload from './checksum-offload.ts';
import * as coalescing from './coalescing.ts';
import * as exceptions from './exceptions.ts';
import * as headers from './headers.ts';
import * as indication from './indication.ts';
import { timestampsDeclined } from './liberties.ts';
import * as outOfBand from './out-of-band.ts';
import type { Rule } from './rule.ts';
import * as statistics from './statistics.ts';
import * as udp from './udp.ts';
import * as virtio from './virtio.ts';

export const registry: readonly Rule[] = [
  // What a segment's checksums are taken to be.
  checksumOffload.partialNotWrong,
  checksumOffload.nothingValidated,
  checksumOffload.unnecessaryTrusted,
  // One segment.
  exceptions.notASegment,
  exceptions.rscOff,
  checksumOffload.rxcsumOff,
  exceptions.ipv4ChecksumWrong,
  exceptions.ipv4Fragment,
  exceptions.tcpChecksumWrong,
  exceptions.ipOptions,
  exceptions.extensionHeaders,
  exceptions.ipsecProtected,
  exceptions.exceptionalFlag,
  exceptions.reservedBits,
  exceptions.noAck,
  exceptions.malformedOptions,
  exceptions.otherOption,
  exceptions.paddingOptions,
  timestampsDeclined,
  exceptions.timestampsAsException,
  exceptions.taggedAlone,
  exceptions.forwarded,
  // The SCU and a segment.
  coalescing.sameConnectionOnly,
  exceptions.reservedBitsDiffer,
  exceptions.ecnChange,
  exceptions.congestionFlagChange,
  coalescing.sameLinkHeader,
  coalescing.sameTrafficClass,
  coalescing.sameDontFragment,
  coalescing.sameReservedFlag,
  coalescing.sameFlowLabel,
  coalescing.sameOptions,
  coalescing.otherPureAck,
  coalescing.duplicateAlone,
  coalescing.duplicateOntoData,
  coalescing.inSequence,
  coalescing.ontoData,
  coalescing.ackNotOlder,
  coalescing.timestampNotOlder,
  exceptions.lengthLimit,
  coalescing.stopEarly,
  exceptions.tableFull,
  // What a segment that nothing forbids does.
  coalescing.startUnit,
  coalescing.windowUpdate,
  coalescing.countDuplicate,
  coalescing.mergeData,
  // What a finished SCU holds; checksums last.
  headers.oneOrdinarySegment,
  headers.totalLength,
  headers.payloadLength,
  headers.identification,
  headers.smallestTtl,
  headers.push,
  headers.sequence,
  headers.acknowledgment,
  headers.lastWindow,
  headers.ecnKept,
  headers.congestionFlagsKept,
  headers.latestTimestamp,
  headers.latestEcho,
  headers.ipv4Checksum,
  headers.tcpChecksum,
  checksumOffload.statusOfAllBytes,
  checksumOffload.partialPassedOn,
  checksumOffload.filledInForTheWire,
  // Whose bytes it holds.
  buffers.unchangedAfterwards,
  buffers.copiesNotMixed,
  buffers.bytesAsReceived,
  // What goes with it.
  headers.valueInvalid,
  headers.tcpSucceeded,
  headers.ipSucceeded,
  outOfBand.timestampDelta,
  outOfBand.coalescedSegCount,
  outOfBand.dupAckCount,
  outOfBand.virtioHeader,
  outOfBand.checksumVerdict,
  // Where the boundaries fall.
  indication.arrivalOrder,
  indication.withinDpc,
  indication.notBeforeEnabled,
  indication.flushedOnDisable,
  indication.accountedOnce,
  // Counters.
  statistics.coalescedPkts,
  statistics.coalescedOctets,
  statistics.coalesceEvents,
  statistics.aborts,
  // The header on a virtio device.
  virtio.gsoType,
  virtio.gsoNeedsCsum,
  virtio.gsoSize,
  virtio.rscInfo,
  virtio.needsCsumMeaning,
  virtio.noFlagsWithoutCsum,
  virtio.numBuffers,
  virtio.nothingFromBeforeReset,
  // URO: one datagram; the SCU and a datagram; what it does; what the SCU holds; what goes with it; boundaries.
  udp.uroOff,
  udp.uroIpv4ChecksumWrong,
  udp.uroIpv4Options,
  udp.uroExtensionHeaders,
  udp.uroFragment,
  udp.uroLengthsDisagree,
  udp.uroChecksumWrong,
  udp.uroEmpty,
  udp.uroTagged,
  udp.uroSameConnection,
  udp.uroSameLinkHeader,
  udp.uroSameTrafficClass,
  udp.uroSameDontFragment,
  udp.uroSameReservedFlag,
  udp.uroSameTtl,
  udp.uroSameFlowLabel,
  udp.uroAfterShorter,
  udp.uroLonger,
  udp.uroLengthLimit,
  udp.uroStopEarly,
  udp.uroStart,
  udp.uroMerge,
  udp.uroOneDatagram,
  udp.uroUnmodified,
  udp.uroTotalLength,
  udp.uroPayloadLength,
  udp.uroLength,
  udp.uroIpv4ChecksumZero,
  udp.uroChecksumZero,
  udp.uroChecksumSucceeded,
  udp.uroIpSucceeded,
  udp.uroSegCount,
  udp.uroSegSize,
  udp.uroOrder,
  udp.uroFlushedOnDisable,
];

/** The rules of one kind, in the registry's order. */
export function rulesOfKind<K extends Rule['kind']>(
  kind: K,
  rules: readonly Rule[] = registry,
): Extract<Rule, { kind: K }>[] {
  return rules.filter((rule): rule is Extract<Rule, { kind: K }> => rule.kind === kind);
}

/** Every row of the catalogue that has a rule, in the order of its letters: E1, E2, ... U10, V8. */
export const RULE_IDS: readonly string[] = [
  ...['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7', 'E8a', 'E8b', 'E9'],
  ...['C1', 'C2', 'C3', 'C4', 'C5', 'C6', 'C7', 'C8', 'C9', 'C10', 'C11', 'C12'],
  ...['T1', 'T2', 'T3', 'T4'],
  ...['H1', 'H2', 'H3', 'H4', 'H5', 'H6', 'H7', 'H8'],
  ...['O1', 'O2', 'O3', 'O4'],
  ...['I1', 'I2', 'I3', 'I4', 'I5', 'I6', 'I7', 'I8'],
  ...['S1', 'S2', 'S3', 'S4'],
  ...['U1', 'U2', 'U3', 'U4', 'U5', 'U6', 'U7', 'U8', 'U9', 'U10'],
  ...['K1', 'K2', 'K3', 'K4', 'K5'],
  ...['B1', 'B2', 'B3'],
  ...['V1', 'V2', 'V3', 'V4', 'V5', 'V6', 'V7', 'V8'],
];
