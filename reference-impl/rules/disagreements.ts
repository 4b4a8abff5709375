/**
 * Where the sources disagree, or a source can be read in two ways. A rule names its entry, so that a finding names both
 * places; the documentation prints the table.
 */

import type { Policy } from '../policy.ts';
import type { Clause } from './documents.ts';

/** One of two readings. */
export interface Reading {
  /** Undefined: no source says so. */
  readonly clause?: Clause;
  readonly says: string;
}

/** A point on which there are two readings. */
export interface Disagreement {
  readonly point: string;
  /** Rows of the catalogue that it is about. */
  readonly rows: readonly string[];
  /** If a policy key settles the point: in the order of the key's values. */
  readonly readings: readonly [Reading, Reading];
  /** A failure breaks both readings. */
  readonly isEitherBroken?: true;
  /** The verdict of the judge. */
  readonly verdict: string;
  /** The policy key that settles it, if there is one. */
  readonly key?: keyof Policy;
}

const RULES_TITLE = 'Rules for Coalescing TCP/IP Segments';
const rules = (item: string): Clause => ({ doc: 'ndis-rsc-rules', heading: RULES_TITLE, item });
const FIRST_FLOWCHART: Clause = rules('first flowchart');
const SECOND_FLOWCHART: Clause = rules('second flowchart');
const PURE_ACKS: Clause = rules('rules regarding ACK numbers, pure ACKs');
const DATA: Clause = rules('rules regarding ACK numbers, data segments and piggy-backed ACKs');
const DUPLICATE: Clause = { doc: 'ndis-rsc-rules', heading: 'Duplicate ACK Behavior' };
const OUT_OF_BAND: Clause = {
  doc: 'ndis-rsc-rules',
  heading: 'Coalescing Segments with the Timestamp Option',
  item: 'out-of-band information',
};
const INDICATING: Clause = { doc: 'ndis-rsc-indicating', heading: 'Indicating Coalesced Segments' };
const COUNT: Clause = { doc: 'ndis-rsc-nbl-info', heading: 'Members', item: 'Info.CoalescedSegCount' };

export const duplicateAck: Disagreement = {
  point: 'Duplicate ACK',
  rows: ['C8', 'C9', 'O2'],
  readings: [
    { clause: DUPLICATE, says: 'it should go alone; a count above 0 makes NDIS turn RSC off on the interface' },
    { clause: FIRST_FLOWCHART, says: 'it joins a tracked pure ACK, and is counted' },
  ],
  verdict: 'alone passes; counted: warn, unless the target announces that it counts them',
  key: 'duplicateAcks',
};

export const duplicateAfterData: Disagreement = {
  point: 'Duplicate ACK after data',
  rows: ['C9'],
  readings: [
    {
      clause: {
        doc: 'ndis-rsc-rules',
        heading: 'Handling Duplicate ACK when tracking a SCU consisting of data segments',
      },
      says: 'the SCU is finalized, and a new one starts with the duplicate',
    },
    { clause: FIRST_FLOWCHART, says: 'it is counted, and no test asks what the SCU contains' },
  ],
  verdict: 'a new SCU passes; counted into the data: warn',
  key: 'duplicateAcks',
};

export const olderAck: Disagreement = {
  point: 'Data with an older acknowledgment number',
  rows: ['C4'],
  readings: [
    { clause: DATA, says: 'data merges if it acknowledges the same or more' },
    { clause: FIRST_FLOWCHART, says: 'the acknowledgment number is not tested' },
  ],
  verdict: 'a new SCU passes; merged: warn, since the higher acknowledgment is lost',
};

export const dataOntoPureAck: Disagreement = {
  point: 'Data after a tracked pure ACK',
  rows: ['C3'],
  readings: [
    { clause: FIRST_FLOWCHART, says: 'data joins an SCU that holds data' },
    { clause: PURE_ACKS, says: 'it does not mention data, but wants pure ACKs indicated individually' },
  ],
  verdict: 'a new SCU passes; merged: fail, since both readings rule it out',
  isEitherBroken: true,
};

export const updateOntoPureAck: Disagreement = {
  point: 'Window update after a tracked pure ACK',
  rows: ['C6', 'C7'],
  readings: [
    { clause: SECOND_FLOWCHART, says: 'it merges' },
    { clause: PURE_ACKS, says: 'pure ACKs are indicated individually' },
  ],
  verdict: 'both pass',
};

export const checksums: Disagreement = {
  point: 'Checksums of an SCU',
  rows: ['H7'],
  readings: [
    {
      clause: {
        doc: 'ndis-rsc-headers',
        heading: 'Updating IPv4 header fields for coalesced segments',
        item: 'Header Checksum',
      },
      says: 'they must be recomputed',
    },
    { clause: INDICATING, says: 'they should be recomputed, or else flagged as invalid' },
  ],
  verdict: 'recomputed and flagged both pass; neither: fail',
  isEitherBroken: true,
  key: 'checksums',
};

export const push: Disagreement = {
  point: 'PSH',
  rows: ['H5'],
  readings: [
    {
      clause: { doc: 'ndis-rsc-rules', heading: 'Coalescing Segments with the Timestamp Option', item: 'PSH bit' },
      says: 'it should be set if any segment has it set',
    },
    { says: 'no source says must' },
  ],
  verdict: 'the OR passes; anything else: warn',
};

export const timestampDelta: Disagreement = {
  point: 'RscTcpTimestampDelta',
  rows: ['T4'],
  readings: [
    { clause: OUT_OF_BAND, says: 'it must be filled in' },
    { clause: { doc: 'ndis-rsc-nbl-info', heading: 'Remarks' }, says: 'it might be set' },
  ],
  verdict: '0 where the timestamps differ: warn; another wrong value: fail',
};

export const loneCount: Disagreement = {
  point: 'CoalescedSegCount of an SCU with fewer than two data segments',
  rows: ['O1'],
  readings: [
    { clause: COUNT, says: 'it is 0 on what RSC has not touched' },
    { clause: FIRST_FLOWCHART, says: 'it is 1 as soon as a segment is tracked' },
  ],
  verdict: 'both pass',
  key: 'loneSegCount',
};

export const untrackedCount: Disagreement = {
  point: 'CoalescedSegCount of a frame that was never tracked',
  rows: ['O1'],
  readings: [
    { clause: COUNT, says: 'it is 0' },
    { clause: FIRST_FLOWCHART, says: 'it shows no count for an exception' },
  ],
  verdict: '0 passes; 1: warn; more: fail',
};

export const ipv6Limit: Disagreement = {
  point: 'Longest IPv6 SCU',
  rows: ['E7'],
  readings: [
    {
      clause: { ...INDICATING, item: 'Note' },
      says: 'the largest legal datagram: a payload length of 65,535',
    },
    { clause: INDICATING, says: 'read literally, the total of 65,535 that RFC 791 allows' },
  ],
  verdict: 'both pass, unless the target announces which limit it uses',
  key: 'ipv6Limit',
};

export const uroLengths: Disagreement = {
  point: 'Lengths of an SCU of datagrams',
  rows: ['U5'],
  readings: [
    {
      clause: { doc: 'ndis-uro', heading: 'URO packet structure' },
      says: 'an SCU is one datagram, so its lengths include the UDP header',
    },
    {
      clause: { doc: 'ndis-uro', heading: 'URO packet structure' },
      says: 'read literally, the UDP length and the IPv6 payload length cover only the payloads',
    },
  ],
  verdict: 'with the header passes; without: warn',
};

export const zeroUdpChecksum: Disagreement = {
  point: 'UDP checksum 0 over IPv6',
  rows: ['U3'],
  readings: [
    { clause: { doc: 'ndis-uro', heading: 'Rules for coalescing UDP packets' }, says: 'a checksum of zero is right' },
    { clause: { doc: 'rfc8200', heading: '8.1. Upper-Layer Checksums' }, says: 'a receiver must discard it' },
  ],
  verdict: 'both pass',
};

/** All of them, in the order of a session. */
export const disagreements: readonly Disagreement[] = [
  duplicateAck,
  duplicateAfterData,
  olderAck,
  dataOntoPureAck,
  updateOntoPureAck,
  checksums,
  push,
  timestampDelta,
  loneCount,
  untrackedCount,
  ipv6Limit,
  uroLengths,
  zeroUdpChecksum,
];
