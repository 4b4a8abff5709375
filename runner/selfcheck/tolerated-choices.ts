/** Legal ways to merge less, or to produce different output, as products do. */

import { TcpAt } from '../../reference-impl/wire/fields.ts';
import type { Segment } from '../../reference-impl/wire/segment.ts';
import { connectionOf, isUnordered, parsed } from '../judge/arrival.ts';
import { isUdp, reference } from './alterations.ts';
import { split } from './split.ts';
import {
  altered,
  alteredFrames,
  coalescerSubject,
  type Implementation,
  type OwnIndication,
  type Subject,
} from './subject.ts';
import { byOutput, byPolicy, stopping, without } from './variant-parts.ts';

const ofConnection = (segment: Segment): string => (isUnordered(segment) ? 'none' : connectionOf(segment));
const isPlain = (segment: Segment): boolean => segment.kind === 'segment';

export const TOLERATED_CHOICES: readonly Implementation[] = [
  byOutput(
    'restart-alone',
    'A segment that does not join is indicated alone; the next one starts the SCU.',
    split(ofConnection, { endsAfter: ({ did }) => did === 'restarted' }),
  ),
  byOutput('connections-apart', 'Each connection has a coalescer of its own.', split(ofConnection)),
  byPolicy('two-connections', 'A flow table of two entries; newcomers go alone.', { maxConnections: 2 }),
  byPolicy('two-connections-evicting', 'A flow table of two entries; the oldest SCU ends for a newcomer.', {
    maxConnections: 2,
    fullTable: 'evict',
  }),
  byOutput(
    'sizes-equal',
    'Merges segments of one size; a shorter one is the last (GRO).',
    stopping(
      (unit, segment) =>
        unit.payloadLength % Math.max(1, unit.firstPayloadLength) !== 0 ||
        segment.payloadLength > unit.firstPayloadLength,
    ),
  ),
  byOutput(
    'identification-rises',
    'Merges only where the Identification rises by one (older GRO).',
    stopping((unit, segment) => unit.ipVersion === 4 && segment.ipId !== ((unit.ipId + unit.segments) & 0xffff)),
  ),
  byOutput(
    'acknowledgments-equal',
    'Merges only where the acknowledgment stays.',
    stopping((unit, segment) => segment.ack !== unit.ack),
  ),
  byOutput(
    'windows-equal',
    'Merges only where the window stays.',
    stopping((unit, segment) => segment.window !== unit.window),
  ),
  byOutput(
    'timestamps-equal',
    'Merges only where TSval stays.',
    stopping((unit, segment) => segment.hasTimestamps && segment.tsVal !== unit.tsVal),
  ),
  byOutput(
    'df-clear-alone',
    'Leaves IPv4 segments without DF alone (QEMU).',
    without((s) => isPlain(s) && s.ipVersion === 4 && (s.ipFlags & 0x4000) === 0),
  ),
  byOutput(
    'ecn-marked-alone',
    'Leaves segments with ECN bits alone.',
    without((s) => isPlain(s) && (s.ecn !== 0 || (s.flags & 0xc0) !== 0)),
  ),
  byOutput(
    'push-alone',
    'Leaves segments with PSH alone.',
    without((s) => isPlain(s) && (s.flags & 8) !== 0),
  ),
  byOutput('every-third', 'Ends what a connection has in progress at every third of its segments.', everyThird()),
  byOutput(
    'trailers-filled',
    'What is after the IP packet is any 46 bytes.',
    alteredFrames(reference, (one) => trailer(one, 46, 0xa5)),
  ),
  byOutput(
    'non-segments-last',
    'Frames that are no segments come last in their DPC.',
    altered(reference, (outcome) => ({ ...outcome, indications: nonSegmentsLast(outcome.indications) })),
  ),
  byOutput(
    'boundary-none',
    'Everything comes at the end, as the target announces.',
    altered(reference, (outcome, steps) => ({
      ...outcome,
      indications: outcome.indications.map((one) => ({ ...one, step: steps.length })),
    })),
    { boundary: 'none' },
  ),
  {
    ...byPolicy('forwarded-left-alone', 'Knows its addresses, and leaves segments to others alone.', {
      hostAddresses: ['192.0.2.1', '2001:db8::1'],
    }),
    capabilities: { addresses: ['192.0.2.1', '2001:db8::1'] },
  },
  byOutput('tcp-flagged-only', 'Leaves TCP checksums stale and flagged; IPv4 ones are right.', tcpFlagged()),
];

function everyThird(): Subject {
  return split(ofConnection, { endsAfter: ({ arrival }) => arrival % 3 === 2 });
}

function trailer(one: OwnIndication, length: number, byte: number): OwnIndication {
  const { ipEnd, kind } = parsed(one.frame);
  if (kind === 'other') return one;
  const frame = new Uint8Array(ipEnd + length).fill(byte);
  frame.set(one.frame.subarray(0, ipEnd));
  return { ...one, frame };
}

function nonSegmentsLast(all: readonly OwnIndication[]): OwnIndication[] {
  const rank = ({ step, frame }: OwnIndication): number => 2 * step + (isUnordered(parsed(frame)) ? 1 : 0);
  return [...all].sort((a, b) => rank(a) - rank(b));
}

function tcpFlagged(): Subject {
  return alteredFrames(coalescerSubject({ checksums: 'recomputed' }), (one) => {
    if (one.arrivals.length < 2 || isUdp(one.frame)) return one;
    const frame = one.frame.slice();
    const at = parsed(frame).tcpOffset + TcpAt.checksum;
    frame[at] = (frame[at] as number) ^ 0x5a;
    return { ...one, frame, oob: { ...one.oob, valueInvalid: 'tcp' } };
  });
}
