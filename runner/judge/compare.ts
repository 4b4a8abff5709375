/** Compares an indicated frame with what its arrivals make: header fields by name, payload, out-of-band values. */

import type { OutOfBand } from '../../reference-impl/indication.ts';
import { DEFAULT_POLICY } from '../../reference-impl/policy.ts';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import type { RuleBase } from '../../reference-impl/rules/rule.ts';
import type { Unit } from '../../reference-impl/unit.ts';
import { equalBytes, toHex, u8 } from '../../reference-impl/wire/bytes.ts';
import { finish, fold, sumBytes, verifies } from '../../reference-impl/wire/checksum.ts';
import { MAX_TRAILER } from '../../reference-impl/wire/ethernet.ts';
import { headerFields, Ipv4At, Ipv6At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { pseudoHeaderSum, type Segment } from '../../reference-impl/wire/segment.ts';
import { TCP_HEADER, TcpFlag } from '../../reference-impl/wire/tcp.ts';
import type { Capabilities } from '../capabilities/capabilities.ts';
import { comparePayload } from './compare-payload.ts';
import { finding, ruleNamed } from './finding.ts';
import type { Observed } from './observed.ts';
import type { Finding } from './types.ts';

const fieldRules = rulesOfKind('field');
const RULED_FLAGS = TcpFlag.psh | TcpFlag.ece | TcpFlag.cwr;

/** What is compared: the first segment, or the SCU; `bytes` up to `end` are the frame without trailer. */
export interface Expected {
  readonly unit: Unit;
  readonly first: Segment;
  readonly arrivals: readonly number[];
  /** Its TCP checksum is judged by K3: frames in it were marked out of band. */
  readonly isMarked?: boolean;
}

/** Field by field, payload included. Empty: the frame is what it must be. */
export function compareFrame(expected: Expected, observed: Observed, capabilities: Capabilities): Finding[] {
  const { unit, first, arrivals } = expected;
  const { frame, segment: actual } = observed;
  const layout = actual.kind === 'other' || actual.kind === 'later-fragment' ? unit : actual;
  const findings: Finding[] = [];
  const report = (rule: RuleBase, field: string, wanted: string | number, was: string | number): void => {
    findings.push(finding(rule, arrivals, field, wanted, was, `${field} is ${was}, must be ${wanted}.`, 'must'));
  };
  if (frame.length < layout.payloadOffset) {
    report(ruleNamed('one-ordinary-segment'), 'frame', `${unit.end} bytes`, `${frame.length} bytes, headers cut`);
    return findings;
  }
  for (const rule of fieldRules) {
    if (rule.follows === 'checksum') continue;
    const access = headerFields[rule.field];
    if (!access.has(unit)) continue;
    const wanted = rule.expected(unit, DEFAULT_POLICY);
    if (wanted === undefined) continue;
    const was = access.has(layout) ? access.read(frame, layout) : undefined;
    if (rule.follows === 'length') {
      if (was !== undefined && !isStreamLonger(unit, layout, observed)) checkLength(unit, layout, was, report, rule);
    } else if (was !== wanted) report(rule, rule.field, wanted, was ?? 'absent');
  }
  compareUnruled(first, layout, frame, actual, unit.isMerged, report);
  const payload = unit.bytes.subarray(unit.payloadOffset, unit.end);
  const most = Math.max(MAX_TRAILER, first.frame.length - first.ipEnd);
  comparePayload(
    payload,
    { frame, payloadOffset: layout.payloadOffset },
    most,
    ruleNamed('one-ordinary-segment'),
    report,
  );
  if (findings.length === 0) compareChecksums(expected, observed, capabilities, report);
  return findings;
}

type Report = (rule: RuleBase, field: string, wanted: string | number, was: string | number) => void;
type LayoutLike = Pick<Segment, 'ipVersion' | 'ipOffset' | 'tcpOffset' | 'payloadOffset'>;

/** Bytes were put into the stream or left out, and the length says so: H1 then, the length itself is true. */
function isStreamLonger(unit: Unit, layout: LayoutLike, { frame, segment }: Observed): boolean {
  const wanted = unit.end - unit.payloadOffset;
  const isTrue = segment.kind === 'segment' && segment.payloadLength !== wanted;
  return isTrue && !equalBytes(unit.bytes, unit.payloadOffset, frame, layout.payloadOffset, wanted);
}

/** The length that an SCU of this header layout must claim: another padding of the timestamps changes it rightly. */
function checkLength(unit: Unit, layout: LayoutLike, was: number, report: Report, rule: RuleBase): void {
  const header = layout.payloadOffset - layout.ipOffset - (unit.payloadOffset - unit.ipOffset);
  const wanted = unit.ipLengthWith(header);
  if (was !== wanted) report(rule, unit.ipVersion === 4 ? 'ipv4.total-length' : 'ipv6.payload-length', wanted, was);
}

/** What no field rule names must be as in the first segment. */
function compareUnruled(
  first: Segment,
  layout: LayoutLike,
  frame: Uint8Array,
  actual: Segment,
  isMerged: boolean,
  report: Report,
): void {
  const ordinary = ruleNamed('one-ordinary-segment');
  const same = (field: string, at: number, wantedAt: number, length: number): void => {
    if (equalBytes(first.frame, wantedAt, frame, at, length)) return;
    report(
      ordinary,
      field,
      toHex(first.frame.subarray(wantedAt, wantedAt + length)),
      toHex(frame.subarray(at, at + length)),
    );
  };
  same('ethernet', 0, 0, first.ipOffset);
  const ip = layout.ipOffset;
  const wantedIp = first.ipOffset;
  if (first.ipVersion === 4) {
    same('ipv4.version-ihl', ip, wantedIp, 1);
    const dscp = u8(frame, ip + Ipv4At.tos) >> 2;
    if (dscp !== first.dscp) report(ordinary, 'ip.dscp', first.dscp, dscp);
    same('ipv4.flags-offset', ip + Ipv4At.fragment, wantedIp + Ipv4At.fragment, 2);
    same('ipv4.protocol', ip + Ipv4At.protocol, wantedIp + Ipv4At.protocol, 1);
    same('ipv4.addresses', ip + Ipv4At.source, wantedIp + Ipv4At.source, first.tcpOffset - wantedIp - Ipv4At.source);
  } else {
    const classAndLabel = (bytes: Uint8Array, at: number): string => toHex(withoutEcn(bytes.subarray(at, at + 4)));
    const wanted = classAndLabel(first.frame, wantedIp);
    const was = classAndLabel(frame, ip);
    if (was !== wanted) report(ordinary, 'ipv6.class-label', wanted, was);
    same('ipv6.next-header', ip + Ipv6At.nextHeader, wantedIp + Ipv6At.nextHeader, 1);
    same('ipv6.addresses', ip + Ipv6At.source, wantedIp + Ipv6At.source, first.tcpOffset - wantedIp - Ipv6At.source);
  }
  same('tcp.ports', layout.tcpOffset, first.tcpOffset, 4);
  const flags =
    ((u8(frame, layout.tcpOffset + TcpAt.dataOffset) & 0xf) << 8) | u8(frame, layout.tcpOffset + TcpAt.flags);
  if (((flags ^ first.flags) & ~RULED_FLAGS) !== 0)
    report(ordinary, 'tcp.flags', flagText(first.flags), flagText(flags));
  // Any padding around the timestamps of a merged unit will do (C10): their values are compared by T3.
  if (!isMerged || !first.hasTimestamps || !actual.hasTimestamps) {
    // As the frame has it: one whose offset is impossible is no segment, and has no layout of its own.
    const words = u8(frame, layout.tcpOffset + TcpAt.dataOffset) >> 4;
    if (words !== first.tcpHeaderLength / 4) report(ordinary, 'tcp.data-offset', first.tcpHeaderLength / 4, words);
    else
      same(
        'tcp.options',
        layout.tcpOffset + TCP_HEADER,
        first.tcpOffset + TCP_HEADER,
        first.tcpHeaderLength - TCP_HEADER,
      );
  }
  if (!isMerged || (first.flags & TcpFlag.urg) !== 0)
    same('tcp.urgent', layout.tcpOffset + TcpAt.urgent, first.tcpOffset + TcpAt.urgent, 2);
}

function withoutEcn(word: Uint8Array): Uint8Array {
  const copy = word.slice();
  copy[1] = u8(copy, 1) & ~0x30;
  return copy;
}

function flagText(flags: number): string {
  return `0x${flags.toString(16).padStart(3, '0')}`;
}

/** A checksum must verify over the frame as it is, or be flagged; a lone frame's is as it came. */
function compareChecksums(expected: Expected, observed: Observed, capabilities: Capabilities, report: Report): void {
  const { unit, first } = expected;
  const { frame, segment: actual, oob } = observed;
  if (capabilities.checksums === 'unknown' && unit.isMerged) return;
  const flagged = (which: 'ip' | 'tcp'): boolean => oob.valueInvalid === 1 || oob.valueInvalid === which;
  const mayFlag =
    unit.isMerged ||
    (first.ipChecksum !== 'wrong' && (first.tcpChecksum === 'right' || first.tcpChecksum === 'partial'));
  if (unit.ipVersion === 4) {
    const was = headerFields['ipv4.checksum'].read(frame, actual);
    const right = unit.isMerged
      ? verifies(sumBytes(frame, actual.ipOffset, actual.tcpOffset))
      : was === headerFields['ipv4.checksum'].read(first.frame, first);
    if (!right && !(mayFlag && isExcused('ip', flagged, oob, capabilities))) {
      report(ruleNamed('ipv4-checksum-recomputed'), 'ipv4.checksum', wantedIpChecksum(frame, actual), was);
    }
  }
  if (expected.isMarked === true) return;
  const was = headerFields['tcp.checksum'].read(frame, actual);
  const right = unit.isMerged
    ? actual.tcpChecksum === 'right'
    : was === headerFields['tcp.checksum'].read(first.frame, first);
  const partial =
    oob.tcpChecksum === 'partial' && was === fold(pseudoHeaderSum(actual, actual.ipEnd - actual.tcpOffset));
  if (!right && !partial && !(mayFlag && isExcused('tcp', flagged, oob, capabilities))) {
    report(ruleNamed('tcp-checksum-recomputed'), 'tcp.checksum', wantedTcpChecksum(frame, actual), was);
  }
}

/** Flagged invalid; or the target says that it flags, and the flag cannot be seen. */
function isExcused(
  which: 'ip' | 'tcp',
  flagged: (which: 'ip' | 'tcp') => boolean,
  oob: Partial<OutOfBand>,
  capabilities: Capabilities,
): boolean {
  return flagged(which) || (oob.valueInvalid === undefined && capabilities.checksums === 'flagged');
}

function wantedIpChecksum(frame: Uint8Array, { ipOffset, tcpOffset }: Segment): number {
  return finish(
    sumBytes(frame, ipOffset, ipOffset + Ipv4At.checksum) + sumBytes(frame, ipOffset + Ipv4At.source, tcpOffset),
  );
}

function wantedTcpChecksum(frame: Uint8Array, actual: Segment): number {
  const { tcpOffset, ipEnd } = actual;
  const rest =
    sumBytes(frame, tcpOffset, tcpOffset + TcpAt.checksum) + sumBytes(frame, tcpOffset + TcpAt.urgent, ipEnd);
  return finish(rest + pseudoHeaderSum(actual, ipEnd - tcpOffset));
}
