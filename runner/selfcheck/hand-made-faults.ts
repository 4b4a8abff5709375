/** Faults other than a removed rule: loss, repetition, order, bytes, time, counters, and bugs of real coalescers. */

import { headerFields, Ipv4At } from '../../reference-impl/wire/fields.ts';
import { isUnordered, parsed } from '../judge/arrival.ts';
import { counter, framesIn, made, onCounters, onList, onMerged, reference, withChecksums } from './alterations.ts';
import type { Fault } from './fault.ts';
import { alteredFrames, type Outcome, type OwnIndication, type Subject } from './subject.ts';

/** One flipped byte at a place given by the frame. */
function flipped(place: (frame: Uint8Array) => number): Subject {
  return onMerged((frame, indication) => {
    const at = place(frame);
    frame[at] = (frame[at] as number) ^ 0x55;
    return { ...indication, frame };
  });
}

export const HAND_MADE_FAULTS: readonly Fault[] = [
  made(
    'hand/lost-last',
    'The last indication never comes.',
    onList((all) => all.slice(0, -1)),
    'I7',
  ),
  made(
    'hand/lost-first',
    'The first indication never comes.',
    onList((all) => all.slice(1)),
    'I7',
  ),
  made(
    'hand/repeated',
    'The first indication comes twice.',
    onList((all) => [...all.slice(0, 1), ...all]),
    'I7',
  ),
  made('hand/swapped', 'Neighbours of one answer change places.', onList(swapped), 'I1'),
  made('hand/held-back', 'The last indication comes after everything.', onList(heldBack), 'I2'),
  made(
    'hand/payload-byte-first',
    'The first payload byte of an SCU is altered.',
    flipped((frame) => parsed(frame).payloadOffset),
    'H1',
  ),
  made(
    'hand/payload-byte-last',
    'The last payload byte of an SCU is altered.',
    flipped((frame) => frame.length - 1),
    'H1',
  ),
  made(
    'hand/destination-mac',
    'The destination MAC of an SCU is altered.',
    flipped(() => 0),
    'H1',
  ),
  made(
    'hand/source-port',
    'The source port of an SCU is altered.',
    flipped((frame) => parsed(frame).tcpOffset),
    'H1',
  ),
  made(
    'hand/dscp',
    'The traffic class of an SCU is altered.',
    flipped((frame) => parsed(frame).ipOffset + Ipv4At.tos),
    'H1',
    'H6',
  ),
  made('hand/padding-spliced', 'Zero bytes get after the first segment’s payload (QEMU).', onMerged(spliced), 'H1'),
  made(
    'hand/padding-counted',
    'Ethernet padding counts as payload: the end of the frame passes for the end of the packet.',
    onFilled,
    'H1',
    // Where the padding fills a gap.
    'C2',
  ),
  made('hand/tail-cut', 'The last payload byte of an SCU is missing, and the length says so.', onMerged(cut), 'H1'),
  made(
    'hand/stale-ip-checksum',
    'The IPv4 checksum is the first segment’s (Hyper-V).',
    onMerged(stale('ipv4.checksum')),
    'H7',
  ),
  made('hand/stale-tcp-checksum', 'The TCP checksum is not recomputed.', onMerged(stale('tcp.checksum')), 'H7'),
  made(
    'hand/count-from-mtu',
    'Segments are counted as if each were 1,448 bytes long (NetKVM).',
    onMerged(counted),
    'O1',
  ),
  made(
    'hand/flags-of-checksum-missing',
    'No checksum verdict on an SCU (NetKVM).',
    onMerged((frame, one) => ({ ...one, frame, oob: { ...one.oob, tcpChecksum: 'none', ipChecksum: 'none' } })),
    'H8',
  ),
  made(
    'hand/always-ok',
    'Every frame is reported with right checksums.',
    alteredFrames(reference, (one) => ({ ...one, oob: { ...one.oob, tcpChecksum: 'ok', ipChecksum: 'ok' } })),
    'O4',
  ),
  made('hand/counter-pkts', 'CoalescedPkts counts one too many.', counter('pkts', 1), 'S1'),
  made(
    'hand/counter-octets-headers',
    'CoalescedOctets counts headers too (NetKVM).',
    onCounters(octetsWithHeaders),
    'S2',
  ),
  made('hand/counter-events', 'CoalesceEvents counts one too few.', counter('events', -1), 'S3'),
  made('hand/counter-aborts', 'Aborts counts what is none.', counter('aborts', 300), 'S4'),
];

/** Within one step, if both belong to a connection. */
function swapped(all: OwnIndication[]): OwnIndication[] {
  for (let i = 0; i + 1 < all.length; i++) {
    const [a, b] = [all[i] as OwnIndication, all[i + 1] as OwnIndication];
    if (a.step !== b.step || isUnordered(parsed(a.frame)) || isUnordered(parsed(b.frame))) continue;
    all[i] = b;
    all[i + 1] = a;
    i++;
  }
  return all;
}

function heldBack(all: OwnIndication[]): OwnIndication[] {
  const last = all.pop();
  return last === undefined ? all : [...all, { ...last, step: 10_000 }];
}

function spliced(frame: Uint8Array, indication: OwnIndication): OwnIndication {
  const { payloadOffset, ipOffset, ipVersion } = parsed(frame);
  const longer = new Uint8Array(frame.length + 6);
  longer.set(frame.subarray(0, payloadOffset + 1));
  longer.set(frame.subarray(payloadOffset + 1), payloadOffset + 7);
  return { ...indication, frame: withLength(longer, ipOffset, ipVersion, 6) };
}

/** A padded frame merges as if its packet ended with the frame; alone, it comes out unchanged. */
function onFilled(steps: Parameters<Subject>[0]): Outcome {
  const outcome = reference(steps.map((step) => ('rx' in step ? { ...step, rx: filled(step.rx) } : step)));
  const frames = framesIn(steps);
  const indications = outcome.indications.map((one) => {
    const [arrival = 0] = one.arrivals;
    return one.arrivals.length === 1 ? { ...one, frame: frames[arrival] ?? one.frame } : one;
  });
  return { ...outcome, indications };
}

function filled(frame: Uint8Array): Uint8Array {
  const { kind, ipEnd, ipOffset, ipVersion, payloadLength, ipChecksum, tcpChecksum } = parsed(frame);
  const padding = frame.length - ipEnd;
  const isWhole = kind === 'segment' && ipChecksum !== 'wrong' && tcpChecksum === 'right';
  if (!isWhole || padding === 0 || payloadLength === 0) return frame;
  return withChecksums(withLength(frame.slice(), ipOffset, ipVersion, padding));
}

function cut(frame: Uint8Array, indication: OwnIndication): OwnIndication {
  const { ipOffset, ipVersion } = parsed(frame);
  return { ...indication, frame: withLength(frame.slice(0, -1), ipOffset, ipVersion, -1) };
}

function withLength(frame: Uint8Array, ipOffset: number, ipVersion: number, plus: number): Uint8Array {
  const layout = { ipVersion: ipVersion as 4 | 6, ipOffset, tcpOffset: 0, payloadOffset: 0, timestampsOffset: 0 };
  const access = headerFields[ipVersion === 4 ? 'ipv4.total-length' : 'ipv6.payload-length'];
  access.write(frame, layout, Math.min(access.read(frame, layout) + plus, 0xffff));
  return frame;
}

function stale(field: 'ipv4.checksum' | 'tcp.checksum'): (frame: Uint8Array, one: OwnIndication) => OwnIndication {
  return (frame, one) => {
    const layout = parsed(frame);
    if (headerFields[field].has(layout))
      headerFields[field].write(frame, layout, headerFields[field].read(frame, layout) ^ 0x0101);
    return { ...one, frame };
  };
}

function counted(frame: Uint8Array, one: OwnIndication): OwnIndication {
  return { ...one, frame, oob: { ...one.oob, segCount: Math.ceil(parsed(frame).payloadLength / 1448) } };
}

function octetsWithHeaders({ statistics }: Outcome): NonNullable<Outcome['statistics']> {
  const { pkts, octets, events, aborts } = statistics ?? { pkts: 0, octets: 0, events: 0, aborts: 0 };
  return { pkts, octets: octets + 40 * pkts, events, aborts };
}
