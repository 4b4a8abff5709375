/** What attribution needs to know about TCP. */

import { equalBytes } from '../../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, TcpAt } from '../../../reference-impl/wire/fields.ts';
import type { Segment } from '../../../reference-impl/wire/segment.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { withoutIdentification } from '../acceptance/without-identification.ts';
import { type Arrival, isUnordered } from '../arrival.ts';
import { ruleNamed } from '../finding.ts';
import { mayDrop } from '../may-drop.ts';
import { isNeverMerged } from '../merge-check.ts';
import type { Observed } from '../observed.ts';
import type { Match, Protocol, Range } from '../protocol.ts';
import { holdsPayload, ifRelated, isMostlyAlike, sharesRange } from '../related.ts';
import { isException } from '../statistics.ts';
import { kindOf } from './kind-of.ts';
import { lostFindings } from './lost-findings.ts';
import { isStale, StaleBytes } from './stale-bytes.ts';
import { tcpFindings } from './tcp-findings.ts';

export type TcpMatch = Match<Arrival, Observed>;

/** As many first bytes identify a payload. */
const SHOWN = 8;
/** Shorter packets could be equal by chance. */
const LEAST_PACKET = 20;

/** `everything`: all arrivals whose bytes may turn up in a wrong place. */
export function tcpProtocol(
  capabilities: Capabilities,
  everything: readonly Arrival[] = [],
): Protocol<Arrival, Observed> {
  const stale = new StaleBytes(everything);
  const predecessor = predecessors();
  const never = new Map<Arrival, boolean>();
  const neverMerged = (arrival: Arrival): boolean => {
    const known = never.get(arrival) ?? isNeverMerged(arrival, capabilities);
    never.set(arrival, known);
    return known;
  };
  return {
    payloadOf,
    payloadIn: ({ segment }) => ({ from: segment.payloadOffset, to: segment.ipEnd }),
    mayEndAt: (offset, { segment }) => offset === segment.ipEnd,
    // H3: Identification of the first one; a GRO may give a unit another (R1).
    mayBegin: ({ segment }, { segment: actual }) =>
      segment.seq === actual.seq &&
      !isUnordered(actual) &&
      (segment.ipVersion !== 4 || segment.ipId === actual.ipId || capabilities.profile === 'gro'),
    // H6: of the last one.
    mayEnd: ({ segment }, { repaired }) => segment.ack === repaired.ack && segment.window === repaired.window,
    mayGoOn: () => true,
    mayJoin: (run, next) => isInLine(run, next.segment) && !neverMerged(next) && !neverMerged(run[0] as Arrival),
    likeness,
    joined: ({ frame, segment }) => (capabilities.profile === 'gro' ? frame : withoutIdentification(frame, segment)),
    mayDrop: (arrival) => mayDrop(arrival, capabilities),
    mayBeMissingWithin: (arrival, before) => isException(arrival) || before.some((other) => isCopy(other, arrival)),
    findingsOf: (run, observed, padding) => {
      const findings = tcpFindings(run, observed, capabilities, padding);
      const named = findings === undefined ? undefined : stale.named(findings, run, observed);
      return ifRelated(named, run, observed, isRelated, isStale);
    },
    // Called often. Mostly nothing was stripped, so there is nothing to combine.
    streamOf: ({ stream, strippedTags }) => (strippedTags === '' ? stream : stream && `${stream} | ${strippedTags}`),
    connectionOf: ({ connection }) => connection,
    connectionIn: ({ connection }) => connection,
    isMalformed: ({ segment }) => isUnordered(segment),
    packetEnd: ({ segment }) => segment.ipEnd,
    payloadStarts: ({ segment, repaired }) => {
      const usual = [54, 74, 66, 86].map((end) => end + Math.max(0, segment.ipOffset - 14));
      return [...new Set(isUnordered(repaired) ? usual : [repaired.payloadOffset])];
    },
    payloadEnds: ({ segment, repaired, frame }) => [...new Set([segment.ipEnd, repaired.ipEnd, frame.length])],
    isContinued: ({ segment: { seq, payloadLength } }, after) => after.segment.seq === (seq + payloadLength) >>> 0,
    countIn: ({ oob }) => oob.segCount ?? 0,
    saysMerged: ({ oob }) => (oob.dupAckCount ?? 0) > 0 || (oob.segCount ?? 0) > 1 || (oob.timestampDelta ?? 0) > 0,
    isAlike,
    isRelated,
    lost: (arrivals, all) => lostFindings(arrivals, (arrival) => predecessor(arrival, all), capabilities),
    overtaking: () => ruleNamed('arrival-order'),
    kindOf,
  };
}

/** The arrivals before each arrival on its stream, computed once for all. */
function predecessors(): (arrival: Arrival, all: readonly Arrival[]) => Arrival | undefined {
  let known: { readonly all: readonly Arrival[]; readonly before: ReadonlyMap<Arrival, Arrival> } | undefined;
  return (arrival, all) => {
    if (known?.all !== all) {
      const before = new Map<Arrival, Arrival>();
      const latest = new Map<string, Arrival>();
      for (const one of all) {
        const last = latest.get(one.stream);
        if (last !== undefined) before.set(one, last);
        latest.set(one.stream, one);
      }
      known = { all, before };
    }
    return known.before.get(arrival);
  };
}

function likeness(arrival: Arrival): string {
  const { frame, due, rscOn, switchedOff, rxcsumOn, rxcsumSwitched, strippedTags, segment } = arrival;
  const held = [due, rscOn, switchedOff, rxcsumOn, rxcsumSwitched, strippedTags, segment.csum, segment.ipsec].join();
  return `${held} ${Buffer.from(frame).toString('latin1')}`;
}

function payloadOf({ segment }: Arrival): Range {
  return { from: segment.payloadOffset, to: segment.ipEnd };
}

/** C2, C3, C6: the last one of a run that conforms tells what may follow. */
function isInLine(run: readonly Arrival[], next: Segment): boolean {
  const { seq, payloadLength, ack } = (run.at(-1) as Arrival).segment;
  if (next.seq !== (seq + payloadLength) >>> 0) return false;
  return next.payloadLength > 0 ? (run[0] as Arrival).segment.payloadLength > 0 : next.ack === ack;
}

function isCopy({ segment: one }: Arrival, { segment: other }: Arrival): boolean {
  return one.seq === other.seq && one.payloadLength === other.payloadLength && !one.isPureAck;
}

/** Its sequence number, its Identification or the first bytes of its payload match. */
function isAlike({ segment }: Arrival, { repaired, frame }: Observed): boolean {
  if (segment.seq === repaired.seq && !isUnordered(repaired)) return true;
  if (segment.ipVersion === 4 && segment.ipId === repaired.ipId && segment.ipId !== 0) return true;
  const shown = Math.min(segment.payloadLength, SHOWN);
  return shown > 0 && equalBytes(segment.frame, segment.payloadOffset, frame, segment.payloadOffset, shown);
}

/** The same bytes after another link-layer header: a tag was lost, or added. */
function isSamePacket(own: Segment, other: Segment): boolean {
  const length = own.frame.length - own.linkEnd;
  return (
    length >= LEAST_PACKET &&
    own.linkEnd !== other.linkEnd &&
    other.frame.length - other.linkEnd === length &&
    equalBytes(own.frame, own.linkEnd, other.frame, other.linkEnd, length)
  );
}

/** Its flow, its sequence number or bytes of its payload match. */
export function isRelated({ segment, frame, connection }: Arrival, observed: Observed): boolean {
  if (isUnordered(segment)) return isMostlyAlike(frame, observed.frame) || isSamePacket(segment, observed.segment);
  if (connection === observed.connection) return true;
  if (segment.seq === observed.repaired.seq && !isUnordered(observed.repaired)) return true;
  const { ipVersion, ipOffset, tcpOffset, payloadOffset, ipEnd } = segment;
  const addresses = ipOffset + (ipVersion === 4 ? Ipv4At.source : Ipv6At.source);
  const seq = tcpOffset + TcpAt.seq;
  return (
    sharesRange(frame, observed.frame, addresses, seq) ||
    sharesRange(frame, observed.frame, seq, tcpOffset + TcpAt.window) ||
    holdsPayload(frame, payloadOffset, ipEnd, observed.frame)
  );
}
