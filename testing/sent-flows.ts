/** Flows as a sender's capture shows them, and the arrival of each frame: lost, late, sent again. */

import fc from 'fast-check';
import { Coalescer } from '../reference-impl/coalescer.ts';
import type { Policy } from '../reference-impl/policy.ts';
import { buildFrame, type FrameFields } from '../reference-impl/wire/build.ts';
import { setU16, u16 } from '../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../reference-impl/wire/checksum.ts';
import { TUNNEL_KINDS, type TunnelKind } from '../reference-impl/wire/tunnel.ts';
import { tunnelled } from '../vectors/tunnel.ts';

const LENGTH = 40;
const LINK = 14;

/** One frame on the sender's side. */
export interface Sent {
  readonly frame: Uint8Array;
  readonly isLost: boolean;
  /** A DPC ends after it. */
  readonly endsDpc: boolean;
  /** This many frames overtake it on the way. */
  readonly late: number;
}

/** The common properties of a flow's frames. */
interface Wrapping {
  readonly ipv6: boolean;
  /** The IPv4 Identification counts up, is 0, or is equal in all. */
  readonly ids: 'counted' | 'zero' | 'constant';
  readonly tags: number;
  readonly tunnel: TunnelKind | undefined;
  /** There is a router between the captures. */
  readonly hop: boolean;
}

const wrappings: fc.Arbitrary<Wrapping> = fc.record({
  ipv6: fc.boolean(),
  ids: fc.constantFrom('counted', 'counted', 'zero', 'constant'),
  tags: fc.constantFrom(0, 0, 0, 1, 2),
  tunnel: fc.constantFrom(undefined, undefined, undefined, ...TUNNEL_KINDS),
  hop: fc.integer({ min: 0, max: 5 }).map((die) => die === 0),
});

const oneIn = (count: number): fc.Arbitrary<boolean> => fc.integer({ min: 1, max: count }).map((die) => die === count);
const lateness = fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 5);

export interface TcpFlow extends Wrapping {
  readonly timestamps: boolean;
  /** A lost segment is sent again after this many packets. */
  readonly later: number;
  readonly policy: Partial<Policy>;
  readonly packets: readonly TcpPacket[];
}

interface TcpPacket {
  readonly kind:
    | 'data'
    | 'short'
    | 'push'
    | 'window'
    | 'duplicate'
    | 'sack'
    | 'ack'
    | 'keep-alive'
    | 'fin'
    | 'spurious';
  readonly isLost: boolean;
  readonly endsDpc: boolean;
  readonly wait: number;
  readonly isMarked: boolean;
  readonly late: number;
  readonly ttl: number;
}

export const tcpFlows: fc.Arbitrary<TcpFlow> = fc
  .tuple(
    wrappings,
    fc.record({
      timestamps: fc.boolean(),
      later: fc.integer({ min: 1, max: 6 }),
      policy: fc.constantFrom<Partial<Policy>[]>(
        {},
        {},
        { duplicateAcks: 'counted' },
        { stopAtPush: true },
        { maxSegments: 3 },
        { maxSegments: 1 },
        { tagged: 'alone' },
        { checksums: 'flagged' },
        { paddingOptions: 'merged' },
      ),
      packets: fc.array(
        fc.record({
          kind: fc.constantFrom<TcpPacket['kind'][]>(
            ...(['data', 'data', 'data', 'data', 'data', 'data', 'short', 'push', 'window'] as const),
            ...(['duplicate', 'sack', 'ack', 'keep-alive', 'fin', 'spurious'] as const),
          ),
          isLost: oneIn(10),
          endsDpc: oneIn(4),
          wait: fc.integer({ min: 0, max: 3 }),
          isMarked: oneIn(12),
          late: lateness,
          ttl: fc.constantFrom(64, 64, 64, 64, 64, 63),
        }),
        { minLength: 2, maxLength: 40 },
      ),
    }),
  )
  .map(([wrapping, flow]) => ({ ...wrapping, ...flow }));

/** A sender that retransmits lost segments some time later. */
export function sentSegments(flow: TcpFlow): Sent[] {
  const { timestamps, later, packets } = flow;
  const sent: Sent[] = [];
  const again: { readonly seq: number; readonly length: number; readonly at: number }[] = [];
  let next = 0xffff_ff00;
  let time = 1000;
  let ack = 1;
  let window = 500;
  const send = (
    fields: Pick<FrameFields, 'flags' | 'options'> & { readonly seq: number; readonly length: number },
    packet: Omit<TcpPacket, 'kind' | 'wait'>,
  ): void => {
    const { seq, length, ...rest } = fields;
    const payload = Uint8Array.from({ length }, (_, i) => {
      const at = (seq + i) >>> 0;
      return (at ^ ((at >>> 8) * 31)) & 0xff;
    });
    const { isMarked: isCe, ttl } = packet;
    const spec = { seq: seq >>> 0, ack, window, payload, ttl, ecn: isCe ? 3 : 2, ...rest };
    sent.push({
      ...packet,
      frame: framed(flow, { ...spec, ...(timestamps ? { timestamps: [time, 7] as const } : {}) }, 100 + sent.length),
    });
  };
  // Two captures cannot distinguish an exception that was late from one that the device merged around.
  const ends = (kind: TcpPacket['kind']): boolean => kind === 'fin' || kind === 'sack';
  const calm = { isLost: false, endsDpc: true, isMarked: false, late: 0, ttl: 64 };
  const resend = (): void => {
    const { seq, length } = again.shift() as (typeof again)[number];
    send({ seq, length }, calm);
  };
  let last = { seq: next, length: 0 };
  for (const { kind, wait, ...drawn } of packets) {
    const packet = ends(kind) ? { ...drawn, late: 0 } : drawn;
    time += wait;
    while (again[0] !== undefined && sent.length >= again[0].at) {
      time += 1;
      resend();
    }
    if (kind === 'window') window += 1 + wait * 100;
    if (kind === 'ack') ack += 1000;
    const isData = kind === 'data' || kind === 'short' || kind === 'push' || kind === 'fin';
    if (!isData) {
      const is = { window: {}, duplicate: {}, ack: {}, sack: { options: '0101050a0000100000001100' } };
      if (kind === 'keep-alive') send({ seq: next - 1, length: 1 }, packet);
      else if (kind === 'spurious') send(last, packet);
      else send({ seq: next, length: 0, ...is[kind] }, packet);
      continue;
    }
    const length = kind === 'short' ? 17 : LENGTH;
    last = { seq: next, length };
    if (packet.isLost && kind !== 'fin') again.push({ ...last, at: sent.length + later });
    send({ ...last, flags: { data: 'A', short: 'AP', push: 'AP', fin: 'AF' }[kind] }, packet);
    next += length + (kind === 'fin' ? 1 : 0);
  }
  // A timer at the end of the flow.
  time += 200;
  while (again.length > 0) resend();
  return sent;
}

function framed(flow: Wrapping, fields: FrameFields & { readonly payload: Uint8Array }, id: number): Uint8Array {
  const { ipv6, ids, tags, tunnel } = flow;
  const ownId = { counted: id, zero: 0, constant: 7 }[ids];
  const frame = buildFrame({
    ...(ipv6 ? { src: '2001:db8::1', dst: '2001:db8::2' } : { src: '10.0.0.1', dst: '10.0.0.2', id: ownId }),
    ...{ sport: 5000, dport: 443, tags: [{ vid: 5 }, { vid: 6 }].slice(0, tags), ...fields },
    ...(tunnel === undefined ? {} : { trailer: 0 }),
  });
  if (tunnel === undefined || tags > 0) return frame;
  if ((tunnel === 'ipip' && ipv6) || (tunnel === '6in4' && !ipv6)) return frame;
  return tunnelled(frame, { kind: tunnel }, id);
}

export interface UdpFlow extends Wrapping {
  readonly packets: readonly UdpPacket[];
}

interface UdpPacket {
  readonly length: number;
  readonly isLost: boolean;
  readonly endsDpc: boolean;
  readonly late: number;
  /** Its payload is that of another frame. */
  readonly isAlike: boolean;
  readonly ttl: number;
  readonly hasChecksum: boolean;
}

export const udpFlows: fc.Arbitrary<UdpFlow> = fc
  .tuple(
    wrappings,
    fc.array(
      fc.record({
        length: fc.constantFrom(40, 40, 40, 40, 40, 20, 1, 2, 0, 60),
        isLost: oneIn(10),
        endsDpc: oneIn(4),
        late: lateness,
        isAlike: oneIn(5),
        ttl: fc.constantFrom(64, 64, 64, 64, 64, 64, 64, 63),
        hasChecksum: oneIn(8).map((isNone) => !isNone),
      }),
      { minLength: 2, maxLength: 40 },
    ),
  )
  .map(([wrapping, packets]) => ({ ...wrapping, packets }));

export function sentDatagrams(flow: UdpFlow): Sent[] {
  return flow.packets.map(({ length, isAlike, ttl, hasChecksum, ...packet }, index) => {
    const place = isAlike ? 7 : index;
    const payload = Uint8Array.from({ length }, (_, i) => (place * 31 + i * 7) & 0xff);
    const corrupt = hasChecksum ? {} : { corrupt: { udpChecksum: 0 } };
    return { ...packet, frame: framed(flow, { transport: 'udp', payload, ttl, ...corrupt }, 100 + index) };
  });
}

/** The frames that the host gets, in order of arrival. */
export function receivedOf(
  sent: readonly Sent[],
  {
    policy = {},
    hop = false,
    uro = false,
  }: { readonly policy?: Partial<Policy>; readonly hop?: boolean; readonly uro?: boolean } = {},
): Uint8Array[] {
  const coalescer = new Coalescer(policy);
  if (uro) coalescer.setRsc({ uro });
  const received: Uint8Array[] = [];
  const flush = (): void => {
    received.push(...coalescer.endOfDpc().map((indication) => indication.frame));
  };
  const arrivals = sent.map((one, i) => ({ one, at: i + one.late + (one.late > 0 ? 0.5 : 0) }));
  arrivals.sort((a, b) => a.at - b.at);
  for (const { one } of arrivals) {
    if (!one.isLost) coalescer.receive(hop ? routed(one.frame) : one.frame);
    if (one.endsDpc) flush();
  }
  flush();
  return received;
}

/** As it leaves a router: other MAC addresses, a lower TTL. */
function routed(frame: Uint8Array): Uint8Array {
  const copy = frame.slice();
  setU16(copy, 4, 0x7777);
  setU16(copy, 10, 0x8888);
  let ip = LINK;
  while (u16(copy, ip - 2) === 0x8100 || u16(copy, ip - 2) === 0x88a8) ip += 4;
  const type = u16(copy, ip - 2);
  if (type === 0x86dd) copy[ip + 7] = (copy[ip + 7] as number) - 1;
  if (type !== 0x0800) return copy;
  copy[ip + 8] = (copy[ip + 8] as number) - 1;
  setU16(copy, ip + 10, 0);
  setU16(copy, ip + 10, finish(sumBytes(copy, ip, ip + 20)));
  return copy;
}
