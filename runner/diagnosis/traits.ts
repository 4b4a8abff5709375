/**
 * The dimensions in which vectors differ, computed from their steps alone. Conditions of a cause are made of these,
 * whether a vector comes from the corpus, the fuzzer or a capture.
 */

import type { FrameStep } from '../../reference-impl/step.ts';
import { EXCEPTIONAL_FLAGS, type Segment } from '../../reference-impl/wire/segment.ts';
import { seqDiff } from '../../reference-impl/wire/seq.ts';
import { TcpFlag } from '../../reference-impl/wire/tcp.ts';
import { OptionsKind } from '../../reference-impl/wire/tcp-options.ts';
import { connectionOf, isUnordered, parsed } from '../judge/arrival.ts';

/** In words that follow "only". If several mean the same, the first is preferred. */
export const TRAITS = {
  ipv4: 'over IPv4',
  ipv6: 'over IPv6',
  udp: 'for UDP',
  timestamps: 'with timestamps',
  'no-timestamps': 'without timestamps',
  tagged: 'where a frame has a VLAN tag',
  connections: 'with several connections at a time',
  'one-connection': 'with one connection',
  'several-dpcs': 'across more than one DPC',
  'rsc-switched': 'where RSC is switched while traffic flows',
  'uro-on': 'with URO on',
  'rxcsum-switched': 'where receive checksum offload is switched',
  reset: 'after a device reset',
  negotiated: 'with other virtio features than RSC wants',
  short: 'where the payload is shorter than the padding',
  'padded-data': 'where a data segment is padded',
  padded: 'where a frame carries bytes after its IP packet',
  'pure-ack': 'where a pure ACK arrives',
  'ack-first': 'where data follows a pure ACK',
  'ack-after-data': 'where a pure ACK follows data',
  'window-update': 'where a window update arrives',
  duplicate: 'where a duplicate ACK arrives',
  'keep-alive': 'where a keep-alive arrives',
  'exception-after': 'where an exception meets a unit in progress',
  'after-exception': 'after an exception',
  'exception-alone': 'where an exception has no unit before it',
  syn: 'where SYN is set',
  fin: 'where FIN is set',
  rst: 'where RST is set',
  urg: 'where URG is set',
  'no-ack': 'where ACK is not set',
  'reserved-bits': 'where a reserved TCP bit is set',
  'psh-then-none': 'where PSH is set on a segment that is not the last',
  psh: 'where PSH is set',
  'ece-cwr-changes': 'where ECE or CWR changes',
  'ece-cwr': 'where ECE or CWR is set',
  'cwr-changes': 'where CWR changes',
  'ece-changes': 'where ECE changes',
  'ecn-changes': 'where the ECN field changes',
  ce: 'where a segment is marked CE',
  ecn: 'where the ECN field is not zero',
  'dscp-changes': 'where the DSCP changes',
  dscp: 'where the DSCP is not zero',
  'flow-label-changes': 'where the flow label changes',
  'df-changes': 'where DF changes',
  'df-clear': 'where DF is clear',
  'reserved-flag': 'where the reserved IPv4 flag changes',
  'ttl-changes': 'where the TTL or hop limit changes',
  'ttl-falls': 'where a later segment has a smaller TTL or hop limit',
  'ttl-rises': 'where a later segment has a larger TTL or hop limit',
  'macs-change': 'where the MAC addresses change',
  'tag-changes': 'where the VLAN tag changes',
  'ip-options': 'where the IPv4 header has options',
  'extension-header': 'where an IPv6 extension header precedes TCP',
  fragment: 'where a fragment arrives',
  'ip-checksum': 'where an IPv4 header checksum is wrong',
  'tcp-checksum': 'where a TCP checksum is wrong',
  'tcp-options': 'where a TCP option other than timestamps is present',
  'padding-options': 'where the TCP options are padding alone',
  'malformed-options': 'where the TCP options are malformed',
  'timestamps-in-some': 'where timestamps come and go',
  'tsval-falls': 'where a TSval is older',
  'tsval-grows': 'where the TSval grows',
  ipsec: 'where a segment was protected by IPsec',
  partial: 'where a frame is marked partial',
  unnecessary: 'where a frame is marked as validated',
  'not-tcp': 'where a frame is no whole TCP segment',
  gap: 'where a segment is missing',
  again: 'where bytes come again',
  'again-window': 'where a retransmission has another window',
  'ack-falls': 'where an acknowledgment number is older',
  'ack-grows': 'where the acknowledgment number grows',
  'seq-wraps': 'where the sequence number wraps',
  'sizes-differ': 'where payload lengths differ',
  odd: 'where a payload length is odd',
  'over-32k': 'where a connection carries more than 32,767 bytes',
  'over-64k': 'where a connection carries more than 65,535 bytes',
  many: 'where more than 16 frames arrive in a DPC',
} as const;

export type Trait = keyof typeof TRAITS;

/** Never throws, whatever the frames contain. */
export function traitsOf(steps: readonly FrameStep[]): Set<Trait> {
  const reader = new TraitReader();
  for (const step of steps) reader.step(step);
  return reader.finish();
}

interface Flow {
  readonly first: Segment;
  latest: Segment;
  nxt: number;
  bytes: number;
  data: number;
  /** The unit in progress ended with an exception. */
  isBroken: boolean;
}

class TraitReader {
  readonly #found = new Set<Trait>();
  readonly #flows = new Map<string, Flow>();
  #frames = 0;
  #dpcsWithFrames = 0;

  step(step: FrameStep): void {
    if ('rx' in step) this.#frame(step);
    else if ('set' in step) this.#set(step.set);
    else if ('dpc' in step) {
      if (this.#frames > 0) this.#dpcsWithFrames++;
      this.#note('many', this.#frames > 16);
      this.#frames = 0;
    }
  }

  finish(): Set<Trait> {
    this.#note('several-dpcs', this.#dpcsWithFrames > 1);
    this.#note('many', this.#frames > 16);
    this.#note('connections', this.#flows.size > 1);
    this.#note('one-connection', this.#flows.size === 1);
    for (const { bytes } of this.#flows.values()) {
      this.#note('over-32k', bytes > 0x7fff);
      this.#note('over-64k', bytes > 0xffff);
    }
    this.#note('no-timestamps', this.#flows.size > 0 && !this.#found.has('timestamps'));
    return this.#found;
  }

  #note(trait: Trait, holds: boolean): void {
    if (holds) this.#found.add(trait);
  }

  #set(set: Extract<FrameStep, { set: unknown }>['set']): void {
    this.#note('rsc-switched', set.rsc4 !== undefined || set.rsc6 !== undefined);
    this.#note('uro-on', set.uro === true);
    this.#note('rxcsum-switched', set.rxcsum !== undefined);
    const { negotiate } = set;
    if (negotiate === undefined) return;
    this.#note('reset', this.#frames > 0 || this.#dpcsWithFrames > 0);
    this.#note('negotiated', (negotiate.without ?? []).length + (negotiate.with ?? []).length > 0);
  }

  #frame({ rx, csum, ipsec }: Extract<FrameStep, { rx: Uint8Array }>): void {
    this.#frames++;
    const segment = parsed(rx);
    this.#note('partial', csum === 'partial');
    this.#note('unnecessary', csum === 'unnecessary');
    this.#note('ipsec', ipsec === true);
    this.#note('ipv4', segment.ipVersion === 4);
    this.#note('ipv6', segment.ipVersion === 6);
    this.#note('tagged', segment.ipOffset > 14);
    this.#note('fragment', segment.isFragment);
    this.#note('ip-checksum', segment.ipChecksum === 'wrong');
    this.#note('padded', segment.ipVersion !== 0 && segment.ipEnd < rx.length);
    const isUdp = segment.reason === 'not-tcp' && protocolOf(segment) === 17;
    this.#note('udp', isUdp);
    this.#note('not-tcp', segment.kind === 'other' && !isUdp);
    if (isUnordered(segment)) return;
    this.#header(segment);
    this.#place(segment, isException(segment, csum !== undefined, ipsec === true));
  }

  #header(segment: Segment): void {
    const { flags, frame, ipEnd, payloadLength } = segment;
    const padding = frame.length - ipEnd;
    this.#note('padded-data', payloadLength > 0 && padding > 0);
    this.#note('short', payloadLength > 0 && payloadLength < padding);
    this.#note('pure-ack', segment.isPureAck);
    this.#note('odd', payloadLength % 2 === 1);
    this.#note('syn', (flags & TcpFlag.syn) !== 0);
    this.#note('fin', (flags & TcpFlag.fin) !== 0);
    this.#note('rst', (flags & TcpFlag.rst) !== 0);
    this.#note('urg', (flags & TcpFlag.urg) !== 0);
    this.#note('no-ack', (flags & TcpFlag.ack) === 0);
    this.#note('reserved-bits', (flags & TcpFlag.reserved) !== 0);
    this.#note('psh', (flags & TcpFlag.psh) !== 0);
    this.#note('ece-cwr', (flags & (TcpFlag.ece | TcpFlag.cwr)) !== 0);
    this.#note('ecn', segment.ecn !== 0);
    this.#note('ce', segment.ecn === 3);
    this.#note('dscp', segment.dscp !== 0);
    this.#note('df-clear', segment.ipVersion === 4 && (segment.ipFlags & 0x4000) === 0);
    this.#note('ip-options', segment.ipVersion === 4 && segment.hasIpExtras);
    this.#note('extension-header', segment.ipVersion === 6 && segment.hasIpExtras);
    this.#note('tcp-checksum', segment.tcpChecksum === 'wrong');
    this.#note('timestamps', segment.hasTimestamps);
    this.#note('tcp-options', segment.options === OptionsKind.other);
    this.#note('padding-options', segment.options === OptionsKind.padding);
    this.#note('malformed-options', segment.options === OptionsKind.malformed);
  }

  #place(segment: Segment, isException: boolean): void {
    const name = connectionOf(segment);
    const flow = this.#flows.get(name);
    const end = (segment.seq + segment.payloadLength) >>> 0;
    this.#note('seq-wraps', segment.payloadLength > 0 && end < segment.seq);
    if (flow === undefined) {
      this.#note('exception-alone', isException);
      this.#flows.set(name, {
        first: segment,
        latest: segment,
        nxt: end,
        bytes: segment.payloadLength,
        data: segment.payloadLength > 0 ? 1 : 0,
        isBroken: isException,
      });
      return;
    }
    this.#compare(flow, segment);
    this.#note('exception-after', isException && !flow.isBroken);
    this.#note('after-exception', !isException && flow.isBroken);
    if (segment.payloadLength > 0) flow.data++;
    flow.bytes += segment.payloadLength;
    flow.isBroken = isException;
    flow.latest = segment;
    if (seqDiff(end, flow.nxt) > 0) flow.nxt = end;
  }

  #compare({ latest, nxt, data }: Flow, segment: Segment): void {
    const changed = latest.flags ^ segment.flags;
    this.#note('ece-changes', (changed & TcpFlag.ece) !== 0);
    this.#note('cwr-changes', (changed & TcpFlag.cwr) !== 0);
    this.#note('ece-cwr-changes', (changed & (TcpFlag.ece | TcpFlag.cwr)) !== 0);
    this.#note('psh-then-none', (latest.flags & TcpFlag.psh) !== 0);
    this.#note('ecn-changes', latest.ecn !== segment.ecn);
    this.#note('dscp-changes', latest.dscp !== segment.dscp);
    this.#note('flow-label-changes', latest.flowLabel !== segment.flowLabel);
    this.#note('df-changes', ((latest.ipFlags ^ segment.ipFlags) & 0x4000) !== 0);
    this.#note('reserved-flag', ((latest.ipFlags ^ segment.ipFlags) & 0x8000) !== 0);
    this.#note('ttl-changes', latest.ttl !== segment.ttl);
    this.#note('ttl-falls', latest.ttl > segment.ttl);
    this.#note('ttl-rises', latest.ttl < segment.ttl);
    this.#note('macs-change', !sameBytes(latest.frame, segment.frame, 0, 12));
    const isTagOther =
      latest.ipOffset !== segment.ipOffset || !sameBytes(latest.frame, segment.frame, 12, segment.ipOffset);
    this.#note('tag-changes', isTagOther);
    this.#note('timestamps-in-some', latest.hasTimestamps !== segment.hasTimestamps);
    if (latest.hasTimestamps && segment.hasTimestamps) {
      this.#note('tsval-falls', seqDiff(segment.tsVal, latest.tsVal) < 0);
      this.#note('tsval-grows', seqDiff(segment.tsVal, latest.tsVal) > 0);
    }
    const ack = seqDiff(segment.ack, latest.ack);
    this.#note('ack-falls', ack < 0);
    this.#note('ack-grows', ack > 0);
    const ahead = seqDiff(segment.seq, nxt);
    this.#note('gap', ahead > 0);
    if (segment.isPureAck) {
      this.#note('ack-after-data', data > 0);
      this.#note('window-update', ahead === 0 && ack === 0 && segment.window !== latest.window);
      this.#note('duplicate', ahead === 0 && ack === 0 && segment.window === latest.window);
      this.#note('keep-alive', ahead < 0);
      return;
    }
    this.#note('ack-first', latest.isPureAck);
    this.#note('again', ahead < 0);
    this.#note('again-window', ahead < 0 && segment.window !== latest.window);
    this.#note('sizes-differ', !latest.isPureAck && latest.payloadLength !== segment.payloadLength);
  }
}

function isException(segment: Segment, isVouchedFor: boolean, ipsec: boolean): boolean {
  return (
    ipsec ||
    segment.isFragment ||
    segment.hasIpExtras ||
    segment.ipChecksum === 'wrong' ||
    (segment.tcpChecksum === 'wrong' && !isVouchedFor) ||
    (segment.flags & (EXCEPTIONAL_FLAGS | TcpFlag.reserved)) !== 0 ||
    (segment.flags & TcpFlag.ack) === 0 ||
    (segment.options !== OptionsKind.none && !segment.hasTimestamps)
  );
}

function protocolOf({ frame, ipOffset, ipVersion }: Segment): number | undefined {
  return frame[ipOffset + (ipVersion === 4 ? 9 : 6)];
}

function sameBytes(a: Uint8Array, b: Uint8Array, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (a[i] !== b[i]) return false;
  return true;
}
