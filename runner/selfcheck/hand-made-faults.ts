/** Faults that no rule turned off makes: loss, repetition, order, bytes, time, counters, and what real coalescers got wrong. */

import { headerFields } from '../../reference-impl/wire/fields.ts';
import { isLoose, parsed } from '../judge/arrival.ts';
import type { ObservedIndication } from '../judge/types.ts';
import type { Fault } from './faults.ts';
import { altered, alteredFrames, coalescerSubject, type Outcome, type Subject } from './subject.ts';

const reference: Subject = coalescerSubject();

function isMerged({ oob }: ObservedIndication): boolean {
  return (oob.segCount ?? 0) > 1;
}

function onMerged(change: (frame: Uint8Array, indication: ObservedIndication) => ObservedIndication): Subject {
  return alteredFrames(reference, (indication) =>
    isMerged(indication) ? change(indication.frame.slice(), indication) : indication,
  );
}

function onList(change: (indications: ObservedIndication[]) => ObservedIndication[]): Subject {
  return altered(reference, (outcome) => ({ ...outcome, indications: change([...outcome.indications]) }));
}

function onCounters(change: (outcome: Outcome) => NonNullable<Outcome['statistics']>): Subject {
  return altered(reference, (outcome) => ({ ...outcome, statistics: change(outcome) }));
}

function counter(name: 'pkts' | 'octets' | 'events' | 'aborts', plus: number): Subject {
  return onCounters(({ statistics = { pkts: 0, octets: 0, events: 0, aborts: 0 } }) => ({
    ...statistics,
    [name]: statistics[name] + plus,
  }));
}

function made(name: string, summary: string, subject: Subject, ...blames: string[]): Fault {
  return { name: `hand/${name}`, summary, subject, blames };
}

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
    'lost-last',
    'The last indication never comes.',
    onList((all) => all.slice(0, -1)),
    'I7',
    'C9',
  ),
  made(
    'lost-first',
    'The first indication never comes.',
    onList((all) => all.slice(1)),
    'I7',
    'C9',
    'C3',
  ),
  made(
    'repeated',
    'The first indication comes twice.',
    onList((all) => [...all.slice(0, 1), ...all]),
    'I7',
    'I1',
    'H6',
  ),
  made('swapped', 'Neighbours of one answer change places.', onList(swapped), 'I1', 'I7'),
  made('held-back', 'The last indication comes after everything.', onList(heldBack), 'I2', 'I1', 'I7'),
  made(
    'payload-byte-first',
    'The first payload byte of an SCU is altered.',
    flipped((frame) => parsed(frame).payloadOffset),
    'H1',
    'H7',
  ),
  made(
    'payload-byte-last',
    'The last payload byte of an SCU is altered.',
    flipped((frame) => frame.length - 1),
    'H1',
    'H7',
  ),
  made(
    'destination-mac',
    'The destination MAC of an SCU is altered.',
    flipped(() => 0),
    'H1',
  ),
  made(
    'source-port',
    'The source port of an SCU is altered.',
    flipped((frame) => parsed(frame).tcpOffset),
    'H1',
    'I7',
  ),
  made(
    'dscp',
    'The traffic class of an SCU is altered.',
    flipped((frame) => parsed(frame).ipOffset + 1),
    'H1',
    'H6',
  ),
  made('padding-spliced', 'Zero bytes get behind the first segment’s payload (QEMU).', onMerged(spliced), 'H1', 'H2'),
  made('tail-cut', 'The last payload byte of an SCU is missing, and the length says so.', onMerged(cut), 'H1', 'H2'),
  made(
    'stale-ip-checksum',
    'The IPv4 checksum is the first segment’s (Hyper-V).',
    onMerged(stale('ipv4.checksum')),
    'H7',
  ),
  made('stale-tcp-checksum', 'The TCP checksum is not recomputed.', onMerged(stale('tcp.checksum')), 'H7'),
  made('count-from-mtu', 'Segments are counted as if each were 1,448 bytes long (NetKVM).', onMerged(counted), 'O1'),
  made(
    'flags-of-checksum-missing',
    'No checksum verdict on an SCU (NetKVM).',
    onMerged((frame, one) => ({ ...one, frame, oob: { ...one.oob, tcpChecksum: 'none', ipChecksum: 'none' } })),
    'H8',
  ),
  made(
    'always-ok',
    'Every frame is said to have right checksums.',
    alteredFrames(reference, (one) => ({ ...one, oob: { ...one.oob, tcpChecksum: 'ok', ipChecksum: 'ok' } })),
    'O4',
  ),
  made('counter-pkts', 'CoalescedPkts counts one too many.', counter('pkts', 1), 'S1', 'S2', 'S3'),
  made('counter-octets-headers', 'CoalescedOctets counts headers too (NetKVM).', onCounters(octetsWithHeaders), 'S2'),
  made('counter-events', 'CoalesceEvents counts one too few.', counter('events', -1), 'S3', 'S1', 'S2'),
  made('counter-aborts', 'Aborts counts what is none.', counter('aborts', 300), 'S4'),
];

/** Within one step, where both name a connection. */
function swapped(all: ObservedIndication[]): ObservedIndication[] {
  for (let i = 0; i + 1 < all.length; i++) {
    const [a, b] = [all[i] as ObservedIndication, all[i + 1] as ObservedIndication];
    if (a.step !== b.step || isLoose(parsed(a.frame)) || isLoose(parsed(b.frame))) continue;
    all[i] = b;
    all[i + 1] = a;
    i++;
  }
  return all;
}

function heldBack(all: ObservedIndication[]): ObservedIndication[] {
  const last = all.pop();
  return last === undefined ? all : [...all, { ...last, step: 10_000 }];
}

function spliced(frame: Uint8Array, indication: ObservedIndication): ObservedIndication {
  const { payloadOffset, ipOffset, ipVersion } = parsed(frame);
  const longer = new Uint8Array(frame.length + 6);
  longer.set(frame.subarray(0, payloadOffset + 1));
  longer.set(frame.subarray(payloadOffset + 1), payloadOffset + 7);
  return { ...indication, frame: withLength(longer, ipOffset, ipVersion, 6) };
}

function cut(frame: Uint8Array, indication: ObservedIndication): ObservedIndication {
  const { ipOffset, ipVersion } = parsed(frame);
  return { ...indication, frame: withLength(frame.slice(0, -1), ipOffset, ipVersion, -1) };
}

function withLength(frame: Uint8Array, ipOffset: number, ipVersion: number, plus: number): Uint8Array {
  const layout = { ipVersion: ipVersion as 4 | 6, ipOffset, tcpOffset: 0, payloadOffset: 0, timestampsOffset: 0 };
  const access = headerFields[ipVersion === 4 ? 'ipv4.total-length' : 'ipv6.payload-length'];
  access.write(frame, layout, Math.min(access.read(frame, layout) + plus, 0xffff));
  return frame;
}

function stale(
  field: 'ipv4.checksum' | 'tcp.checksum',
): (frame: Uint8Array, one: ObservedIndication) => ObservedIndication {
  return (frame, one) => {
    const layout = parsed(frame);
    if (headerFields[field].has(layout))
      headerFields[field].write(frame, layout, headerFields[field].read(frame, layout) ^ 0x0101);
    return { ...one, frame };
  };
}

function counted(frame: Uint8Array, one: ObservedIndication): ObservedIndication {
  return { ...one, frame, oob: { ...one.oob, segCount: Math.ceil(parsed(frame).payloadLength / 1448) } };
}

function octetsWithHeaders({ statistics }: Outcome): NonNullable<Outcome['statistics']> {
  const { pkts, octets, events, aborts } = statistics ?? { pkts: 0, octets: 0, events: 0, aborts: 0 };
  return { pkts, octets: octets + 40 * pkts, events, aborts };
}
