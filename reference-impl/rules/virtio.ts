/** V: the header before a frame on a virtio network device. Clauses: virtio 1.2, "Processing of Incoming Packets". */

import type { Clause } from './documents.ts';
import type { VirtioBreach, VirtioEvidence, VirtioRule } from './rule.ts';

const INCOMING: Clause = {
  doc: 'virtio-1.2',
  heading: '5.1.6.4.1 Device Requirements: Processing of Incoming Packets',
};

const NEEDS_CSUM = 1;
const DATA_VALID = 2;
const RSC_INFO = 4;
const GSO_NONE = 0;
const GSO_TCPV4 = 1;
const GSO_TCPV6 = 4;
const GSO_ECN = 0x80;

function virtioRule(parts: Omit<VirtioRule, 'kind' | 'clause' | 'level'> & Partial<VirtioRule>): VirtioRule {
  return { kind: 'virtio', level: 'must', clause: INCOMING, needs: 'virtio-header', ...parts };
}

const breach = (field: string, expected: string | number, actual: string | number): VirtioBreach => ({
  field,
  expected: String(expected),
  actual: String(actual),
});

const hasFlag = ({ header }: VirtioEvidence, flag: number): boolean => (header.flags & flag) !== 0;
const typeOf = ({ header }: VirtioEvidence): number => header.gsoType & ~GSO_ECN;
const isUnit = (evidence: VirtioEvidence): boolean => typeOf(evidence) !== GSO_NONE;
const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;

export const gsoType: VirtioRule = virtioRule({
  id: 'V1',
  name: 'virtio-gso-type',
  whenBroken: 'gso_type is wrong',
  summary:
    'gso_type is NONE, or it is TCPV4 or TCPV6, matches the frame, and GUEST_TSO4 or GUEST_TSO6 was acknowledged for it.',
  breach: (evidence) => {
    const { ipVersion } = evidence;
    const allowed = new Set([GSO_NONE]);
    if (ipVersion === 4 && evidence.has('GUEST_TSO4')) allowed.add(GSO_TCPV4);
    if (ipVersion === 6 && evidence.has('GUEST_TSO6')) allowed.add(GSO_TCPV6);
    const type = typeOf(evidence);
    return allowed.has(type) ? undefined : breach('gso_type', [...allowed].join(' or '), type);
  },
});

export const gsoNeedsCsum: VirtioRule = virtioRule({
  id: 'V2',
  name: 'virtio-gso-needs-csum',
  whenBroken: 'The virtio header of a unit has no NEEDS_CSUM',
  summary: 'NEEDS_CSUM is set where gso_type is not NONE.',
  breach: (evidence) =>
    isUnit(evidence) && !hasFlag(evidence, NEEDS_CSUM)
      ? breach('flags', 'NEEDS_CSUM set', flagText(evidence.header.flags))
      : undefined,
});

export const gsoSize: VirtioRule = virtioRule({
  id: 'V3',
  name: 'virtio-gso-size',
  whenBroken: 'gso_size of a unit is zero',
  summary: 'gso_size is not zero where gso_type is not NONE.',
  breach: (evidence) =>
    isUnit(evidence) && evidence.header.gsoSize === 0 ? breach('gso_size', 'the desired MSS', 0) : undefined,
});

/** The text asks for the desired MSS, which no header contains. The driver divides by it. */
export const gsoSizeExact: VirtioRule = virtioRule({
  id: 'V3',
  name: 'virtio-gso-size-exact',
  level: 'should',
  clause: {
    doc: 'derived',
    heading: 'virtio 1.2, 5.1.6.4.1: a driver that cuts the frame at gso_size gets the segments that arrived',
  },
  whenBroken: 'gso_size of a unit is not the largest payload merged',
  summary: 'gso_size is the largest payload that was merged.',
  breach: (evidence) => {
    if (!isUnit(evidence) || evidence.header.gsoSize === 0) return undefined;
    const longest = Math.max(1, ...evidence.segmentLengths);
    return evidence.header.gsoSize === longest ? undefined : breach('gso_size', longest, evidence.header.gsoSize);
  },
});

export const rscInfo: VirtioRule = virtioRule({
  id: 'V4',
  name: 'virtio-rsc-info',
  whenBroken: 'RSC_INFO is wrong',
  summary: 'RSC_INFO is set where gso_type is not NONE and RSC_EXT was acknowledged, and never without RSC_EXT.',
  breach: (evidence) => {
    const isSet = hasFlag(evidence, RSC_INFO);
    if (!evidence.has('RSC_EXT')) {
      return isSet ? breach('flags', 'RSC_INFO clear', flagText(evidence.header.flags)) : undefined;
    }
    return isUnit(evidence) && !isSet ? breach('flags', 'RSC_INFO set', flagText(evidence.header.flags)) : undefined;
  },
});

export const needsCsumMeaning: VirtioRule = virtioRule({
  id: 'V5',
  name: 'virtio-needs-csum-field',
  whenBroken: 'With NEEDS_CSUM, the checksum field is not the sum of the pseudo-header',
  summary: 'With NEEDS_CSUM, the TCP checksum field is the sum of the pseudo-header.',
  breach: (evidence) => {
    const { pseudoHeaderSum: wanted, checksumField: was } = evidence;
    if (!hasFlag(evidence, NEEDS_CSUM) || wanted === undefined || was === wanted) return undefined;
    return breach('tcp.checksum', wanted, was ?? 'absent');
  },
});

export const noFlagsWithoutCsum: VirtioRule = virtioRule({
  id: 'V6',
  name: 'virtio-flags-without-guest-csum',
  whenBroken: 'Checksum flags are set in the virtio header that must be clear',
  summary: 'All flags are clear if GUEST_CSUM was not acknowledged; DATA_VALID is not set on a wrong checksum.',
  breach: (evidence) => {
    const { flags } = evidence.header;
    if (!evidence.has('GUEST_CSUM')) return flags === 0 ? undefined : breach('flags', 'none', flagText(flags));
    const isLie = hasFlag(evidence, DATA_VALID) && evidence.tcpChecksum === 'wrong';
    return isLie ? breach('flags', 'DATA_VALID clear', flagText(flags)) : undefined;
  },
});

export const numBuffers: VirtioRule = virtioRule({
  id: 'V7',
  name: 'virtio-num-buffers',
  whenBroken: 'num_buffers is wrong',
  summary: 'num_buffers is the number of buffers used, and 1 if MRG_RXBUF was not acknowledged.',
  breach: (evidence) => {
    const wanted = evidence.has('MRG_RXBUF') ? evidence.buffers : 1;
    const was = evidence.header.numBuffers;
    return wanted === undefined || was === wanted ? undefined : breach('num_buffers', wanted, was);
  },
});

/** Derived: the text only says that the device does not use the queues until the driver sets it up again. */
export const nothingFromBeforeReset: VirtioRule = virtioRule({
  id: 'V8',
  name: 'virtio-nothing-from-before-reset',
  level: 'derived',
  clause: {
    doc: 'derived',
    heading: 'virtio 1.2, 2.4 Device Reset: the device does not use the queues until the driver sets it up again',
  },
  whenBroken: 'Frames received before a device reset are indicated after it',
  summary: 'A frame received before a device reset is not indicated after it.',
  breach: ({ isFromBeforeReset }) =>
    isFromBeforeReset ? breach('indications', 'nothing from before the reset', 'a frame from before it') : undefined,
});

export const checksumPlace: VirtioRule = virtioRule({
  id: 'V9',
  name: 'virtio-checksum-place',
  whenBroken: 'csum_start and csum_offset do not point at the checksum field',
  summary:
    'With NEEDS_CSUM and without RSC_INFO, csum_start and csum_offset point at the checksum field of TCP or UDP.',
  breach: (evidence) => {
    const { header, checksumPlace: wanted } = evidence;
    if (!hasFlag(evidence, NEEDS_CSUM) || hasFlag(evidence, RSC_INFO) || wanted === undefined) return undefined;
    if (header.csumStart !== wanted.start) return breach('csum_start', wanted.start, header.csumStart);
    return header.csumOffset === wanted.offset ? undefined : breach('csum_offset', wanted.offset, header.csumOffset);
  },
});

export const gsoEcn: VirtioRule = virtioRule({
  id: 'V10',
  name: 'virtio-gso-ecn',
  whenBroken: 'The ECN bit of gso_type is wrong',
  summary: 'gso_type carries the ECN bit only if GUEST_ECN was negotiated; a unit with CWR set carries it then.',
  breach: (evidence) => {
    const { gsoType: was } = evidence.header;
    const isSet = (was & GSO_ECN) !== 0;
    if (!evidence.has('GUEST_ECN')) {
      return isSet ? breach('gso_type', `${hex(typeOf(evidence))} (no ECN bit)`, hex(was)) : undefined;
    }
    if (isSet || !isUnit(evidence) || !evidence.isCwr) return undefined;
    return breach('gso_type', `${hex(was | GSO_ECN)} (with the ECN bit)`, hex(was));
  },
});

export const headersLength: VirtioRule = virtioRule({
  id: 'V11',
  name: 'virtio-hdr-len',
  level: 'should',
  whenBroken: 'hdr_len is shorter than the headers',
  summary: 'hdr_len, where it is not 0, covers all headers.',
  breach: ({ header, headersLength: least }) =>
    header.hdrLen === 0 || least === undefined || header.hdrLen >= least
      ? undefined
      : breach('hdr_len', `${least} or more`, header.hdrLen),
});

export const buffersFilled: VirtioRule = virtioRule({
  id: 'V12',
  name: 'virtio-buffers-filled',
  whenBroken: 'A receive buffer before the last is not full',
  summary: 'If a frame takes several buffers, all but the last are full.',
  breach: ({ fills = [] }) => {
    const at = fills.slice(0, -1).findIndex(({ used, size }) => used < size);
    const short = fills[at];
    if (short === undefined) return undefined;
    const which = `buffer ${at + 1} of ${fills.length}`;
    return breach('buffers', `${short.size} bytes in ${which}`, short.used);
  },
});

function flagText(flags: number): string {
  const names = [
    [NEEDS_CSUM, 'NEEDS_CSUM'],
    [DATA_VALID, 'DATA_VALID'],
    [RSC_INFO, 'RSC_INFO'],
  ] as const;
  const set = names.filter(([flag]) => (flags & flag) !== 0).map(([, name]) => name);
  return set.length === 0 ? 'none' : set.join(' ');
}
