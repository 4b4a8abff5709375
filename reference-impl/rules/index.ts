/**
 * The registry. Rules are checked in its order: the first that forbids is the reason.
 * The lists by kind are views of it. No code outside it makes a decision.
 */

import * as buffers from './buffers.ts';
import * as checksumOffload from './checksum-offload.ts';
import { timestampsDeclined } from './choices.ts';
import * as coalescing from './coalescing.ts';
import * as exceptions from './exceptions.ts';
import * as headers from './headers.ts';
import * as indication from './indication.ts';
import * as outOfBand from './out-of-band.ts';
import { givesBack, setAsideInOrder } from './round-trip.ts';
import type { Rule } from './rule.ts';
import * as statistics from './statistics.ts';
import * as tunnels from './tunnels.ts';
import * as udp from './udp.ts';
import * as virtio from './virtio.ts';

/** Every rule, in the order in which they are checked. */
export const registry: readonly Rule[] = [
  // How a segment's checksums are treated.
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
  tunnels.tunnelAnnounced,
  // The SCU and a segment.
  coalescing.sameConnectionOnly,
  exceptions.reservedBitsDiffer,
  exceptions.ackDiffers,
  exceptions.ecnChange,
  exceptions.congestionFlagChange,
  coalescing.sameLinkHeader,
  tunnels.outerHeadersEqual,
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
  tunnels.outerLengthLimit,
  coalescing.stopEarly,
  exceptions.tableFull,
  // What a segment does if nothing forbids it.
  coalescing.startUnit,
  coalescing.windowUpdate,
  coalescing.countDuplicate,
  coalescing.mergeData,
  // Contents of a finished SCU; checksums last.
  headers.oneOrdinarySegment,
  headers.timestampLayout,
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
  tunnels.outerHeadersKept,
  tunnels.outerLengthUpdated,
  tunnels.outerChecksumUpdated,
  checksumOffload.unmarkedVerified,
  checksumOffload.statusOfAllBytes,
  checksumOffload.partialPassedOn,
  checksumOffload.filledInForTheWire,
  // Origin of its bytes.
  buffers.unchangedAfterwards,
  buffers.copiesNotMixed,
  buffers.bytesAsReceived,
  // Out-of-band data.
  headers.valueInvalid,
  headers.tcpSucceeded,
  headers.ipSucceeded,
  outOfBand.timestampDelta,
  outOfBand.timestampDeltaSet,
  outOfBand.coalescedSegCount,
  outOfBand.untrackedSegCount,
  outOfBand.dupAckCount,
  outOfBand.unreadDupAckCount,
  outOfBand.duplicatesCounted,
  outOfBand.virtioHeader,
  outOfBand.checksumVerdict,
  // Boundaries of indications.
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
  virtio.gsoSizeExact,
  virtio.rscInfo,
  virtio.needsCsumMeaning,
  virtio.noFlagsWithoutCsum,
  virtio.numBuffers,
  virtio.nothingFromBeforeReset,
  virtio.checksumPlace,
  virtio.gsoEcn,
  virtio.headersLength,
  virtio.buffersFilled,
  // URO: one datagram; the SCU and a datagram; what it does; contents of the SCU; out-of-band data; boundaries.
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
  // Profile `gro`: what is judged. The reference follows a list of its own there.
  givesBack,
  setAsideInOrder,
];

/** The rules of one kind, in the registry's order. */
export function rulesOfKind<K extends Rule['kind']>(
  kind: K,
  rules: readonly Rule[] = registry,
): Extract<Rule, { kind: K }>[] {
  return rules.filter((rule): rule is Extract<Rule, { kind: K }> => rule.kind === kind);
}

/** Families of the catalogue, in its order; a letter that is not here comes after them. */
const LETTERS = 'ECTHOISUKBVR';

/** Every row of the catalogue that has a rule, in its order: E1, E2, ... E8a, E8b, E9, E10. */
export const RULE_IDS: readonly string[] = [...new Set(registry.map(({ id }) => id))].sort(
  (a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b, 'en', { numeric: true }),
);

function placeOf(id: string): number {
  const at = LETTERS.indexOf(id.slice(0, 1));
  return at < 0 ? LETTERS.length : at;
}

/** The rules of one row, in the registry's order; none where there is no such row. */
export function rulesOfRow(id: string): readonly Rule[] {
  return registry.filter((rule) => rule.id === id);
}
