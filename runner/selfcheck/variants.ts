/** Legal ways to be unusual: each must come out conformant. */

import type { FrameStep } from '../../reference-impl/step.ts';
import { Ipv4At, TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { OptionsKind } from '../../reference-impl/wire/tcp-options.ts';
import { TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { arrivalsOf, parsed, withoutTags } from '../judge/arrival.ts';
import { mayDrop } from '../judge/may-drop.ts';
import { mayDropDatagram, splitUdp, usesUro } from '../judge/udp/udp-arrival.ts';
import { isUdp, reference } from './alterations.ts';
import { marksOf } from './checksum-marks.ts';
import { CHECKSUM_VARIANTS } from './checksum-variants.ts';
import { ACCOUNTS } from './legal-accounts.ts';
import {
  altered,
  alteredFrames,
  coalescerSubject,
  type Implementation,
  type OwnIndication,
  type Subject,
} from './subject.ts';
import { TOLERATED_CHOICES } from './tolerated-choices.ts';
import { URO_VARIANTS } from './uro-variants.ts';
import { byOutput, byPolicy, without } from './variant-parts.ts';

/** Every frame ends every SCU of the connections that a test picks, as if it had a DPC of its own. */
function flushing(when: (segment: Segment, isLast: boolean) => boolean): Subject {
  return (steps) => {
    const ends: number[] = [];
    const split: FrameStep[] = [];
    const origin: number[] = [];
    const probe = new Segment();
    steps.forEach((step, index) => {
      const push = (one: FrameStep, from: number): void => {
        split.push(one);
        origin.push(from);
      };
      if ('rx' in step && when(parseSegment(step.rx, probe), false)) push({ dpc: true }, -1);
      push(step, index);
      if ('rx' in step && when(parseSegment(step.rx, probe), true)) push({ dpc: true }, -1);
      ends.push(split.length);
    });
    const outcome = reference(split);
    const indications = outcome.indications.map((one) => ({ ...one, step: answeringStep(steps, origin, one.step) }));
    return { indications, statistics: outcome.statistics };
  };
}

/** The next real step that has an answer. */
function answeringStep(steps: readonly FrameStep[], origin: readonly number[], at: number): number {
  for (let i = at; i < origin.length; i++) {
    const index = origin[i] as number;
    const step = index < 0 ? undefined : steps[index];
    if (step !== undefined && ('dpc' in step || 'set' in step)) return index;
  }
  return steps.length;
}

const withoutKeys = (keys: readonly string[]): Subject =>
  alteredFrames(reference, (one) => ({
    ...one,
    oob: Object.fromEntries(Object.entries(one.oob).filter(([key]) => !keys.includes(key))),
  }));

const isMerged = ({ oob }: OwnIndication): boolean => (oob.segCount ?? 0) > 1;

function trimmed(one: OwnIndication): OwnIndication {
  const { ipEnd } = parsed(one.frame);
  return { ...one, frame: one.frame.slice(0, ipEnd) };
}

function padded(one: OwnIndication): OwnIndication {
  if (one.frame.length >= 60) return one;
  const frame = new Uint8Array(60);
  frame.set(one.frame);
  return { ...one, frame };
}

function zeroed(one: OwnIndication): OwnIndication {
  if (one.oob.valueInvalid === 0) return one;
  const frame = one.frame.slice();
  const { tcpOffset, ipOffset, ipVersion } = parsed(frame);
  frame.fill(0, tcpOffset + TcpAt.checksum, tcpOffset + TcpAt.urgent);
  if (ipVersion === 4) frame.fill(0, ipOffset + Ipv4At.checksum, ipOffset + Ipv4At.source);
  return { ...one, frame };
}

export function variants(): Implementation[] {
  return [
    ...TOLERATED_CHOICES,
    ...ACCOUNTS,
    ...CHECKSUM_VARIANTS,
    ...URO_VARIANTS,
    byOutput(
      'tags-stripped',
      'Strips tags on arrival: segments that only tags distinguished are coalesced.',
      stripping(),
      {
        vlan: 'stripped',
      },
    ),
    byOutput(
      'tags-stripped-late',
      'Coalesces by tag, and strips tags afterwards.',
      alteredFrames(reference, (one) => ({ ...one, frame: withoutTags(one.frame) })),
      { vlan: 'stripped' },
    ),
    byPolicy('stops-at-push', 'Ends an SCU at PSH.', { stopAtPush: true }),
    byPolicy('two-segments', 'At most two segments an SCU.', { maxSegments: 2 }),
    byPolicy('few-bytes', 'At most 4,000 payload bytes an SCU.', { maxBytes: 4000 }),
    byPolicy('stops-at-ttl-change', 'Ends an SCU where the TTL changes.', { stopAtTtlChange: true }),
    byPolicy('no-timestamps', 'Takes timestamps as an exception.', { timestamps: 'exception' }),
    byPolicy('no-timestamps-announced', 'The same, and says so.', { timestamps: 'exception' }, { timestamps: false }),
    byPolicy('padding-options-merged', 'Merges segments whose options are only padding.', { paddingOptions: 'merged' }),
    byPolicy('ipv6-total-limit', 'Ends an IPv6 SCU at 65,535 bytes in all.', { ipv6Limit: 'total' }),
    byPolicy('one-connection', 'A flow table of one entry; newcomers go alone.', { maxConnections: 1 }),
    byPolicy('one-connection-evicting', 'A flow table of one entry; the newcomer takes it.', {
      maxConnections: 1,
      fullTable: 'evict',
    }),
    byPolicy('never-coalesces', 'Merges nothing.', { maxSegments: 1 }),
    byPolicy('tags-left-alone', 'Leaves tagged frames alone.', { tagged: 'alone' }),
    byPolicy(
      'tunnels-looked-into',
      'Coalesces inside tunnels, and says so.',
      { tunnels: TUNNEL_KINDS },
      { tunnels: TUNNEL_KINDS },
    ),
    byPolicy(
      'tunnels-looked-into-by-two',
      'Coalesces two segments inside tunnels, and says that it does inside tunnels.',
      { tunnels: TUNNEL_KINDS, maxSegments: 2 },
      { tunnels: TUNNEL_KINDS },
    ),
    byPolicy(
      'tunnels-announced',
      'Says that it may coalesce inside tunnels, and leaves them alone.',
      {},
      { tunnels: TUNNEL_KINDS },
    ),
    byPolicy('lone-count-one', 'Says 1 for a frame that stayed alone.', { loneSegCount: 1 }),
    byPolicy('checksums-flagged', 'Leaves checksums stale, flagged invalid.', { checksums: 'flagged' }),
    byPolicy(
      'duplicates-counted',
      'Counts duplicates, and says so.',
      { duplicateAcks: 'counted' },
      { duplicateacks: 'counted' },
    ),
    byOutput(
      'checksums-zeroed',
      'Zeroes checksums, flagged invalid.',
      alteredFrames(coalescerSubject({ checksums: 'flagged' }), zeroed),
    ),
    byOutput(
      'checksums-unknown',
      'Checksums stale, and says that they mean nothing.',
      alteredFrames(coalescerSubject({ checksums: 'flagged' }), (one) => ({ ...one, oob: {} })),
      { checksums: 'unknown' },
    ),
    byOutput(
      'no-metadata',
      'Reports nothing out of band.',
      alteredFrames(reference, (one) => ({ ...one, oob: {} })),
    ),
    byOutput(
      'no-statistics',
      'Has no counters.',
      altered(reference, (outcome) => ({ ...outcome, statistics: undefined })),
    ),
    byOutput(
      'no-counts',
      'Reports checksum verdicts only.',
      withoutKeys(['segCount', 'dupAckCount', 'timestampDelta']),
    ),
    byOutput(
      'no-lone-verdicts',
      'Gives no checksum verdict on lone frames.',
      alteredFrames(reference, (one) =>
        isMerged(one) || one.oob.uroSegCount !== undefined || one.oob.tcpChecksum === 'partial'
          ? one
          : {
              ...one,
              oob: { ...one.oob, ...(one.oob.segCount === 0 ? { tcpChecksum: 'none', ipChecksum: 'none' } : {}) },
            },
      ),
    ),
    byOutput(
      'low-timestamp-delta',
      'Reports the low 16 bits of the timestamp delta.',
      alteredFrames(reference, (one) =>
        one.oob.timestampDelta === undefined
          ? one
          : { ...one, oob: { ...one.oob, timestampDelta: one.oob.timestampDelta & 0xffff } },
      ),
    ),
    byOutput('padding-stripped', 'Drops trailers.', alteredFrames(reference, trimmed)),
    byOutput('repadded', 'Pads short frames.', alteredFrames(reference, padded)),
    byOutput(
      'connections-reversed',
      'Indicates connections in another order.',
      altered(reference, (outcome) => ({ ...outcome, indications: reversedConnections(outcome.indications) })),
    ),
    byOutput(
      'ipv4-only',
      'Coalesces IPv4 only.',
      without((segment) => segment.ipVersion === 6),
    ),
    byOutput(
      'ipv6-only',
      'Coalesces IPv6 only.',
      without((segment) => segment.ipVersion === 4),
    ),
    byOutput(
      'pure-acks-alone',
      'Tracks no pure ACK, merges no window update.',
      without((segment) => segment.kind === 'segment' && segment.isPureAck),
    ),
    byOutput(
      'flushes-all-on-exception',
      'Finalizes every connection on whatever it does not like.',
      flushing((segment, after) => !after && isUnusual(segment)),
    ),
    byOutput(
      'small-segments-alone',
      'Leaves segments of under 64 bytes alone.',
      without((segment) => segment.payloadLength < 64),
    ),
    byOutput('drops-bad-checksums', 'Drops what fails a checksum, and says so.', dropping(), { drops: 'checksum' }),
    byOutput(
      'drops-before-coalescing',
      'What fails a checksum is dropped before the coalescer sees it: it ends no SCU.',
      droppingEarly(),
      { drops: 'checksum' },
    ),
  ];
}

/** Anything but plain data and pure ACKs, with or without timestamps, with right checksums. */
function isUnusual(segment: Segment): boolean {
  if (segment.kind !== 'segment' || (segment.flags & ~0x18) !== 0 || segment.hasIpExtras) return true;
  const { ipChecksum, tcpChecksum, options } = parsed(segment.frame);
  return ipChecksum === 'wrong' || tcpChecksum === 'wrong' || options > OptionsKind.timestamps;
}

function stripping(): Subject {
  return (steps) => reference(steps.map((step) => ('rx' in step ? { ...step, rx: withoutTags(step.rx) } : step)));
}

/** By connection: the order across connections does not matter. */
function reversedConnections(all: readonly OwnIndication[]): OwnIndication[] {
  const groups = new Map<string, OwnIndication[]>();
  for (const one of all) {
    const { key, keyWords } = parsed(one.frame);
    const name = `${1e6 - one.step} ${key.subarray(0, keyWords).join()}`;
    groups.set(name, [...(groups.get(name) ?? []), one]);
  }
  return [...groups.values()]
    .reverse()
    .flat()
    .sort((a, b) => a.step - b.step);
}

function dropping(): Subject {
  return altered(reference, (outcome, steps) => {
    const marks = marksOf(steps);
    const keeps = ({ frame, arrivals: [first = 0] }: OwnIndication): boolean => {
      if (isUdp(frame)) return true;
      const { ipChecksum, tcpChecksum } = parsed(frame);
      return ipChecksum !== 'wrong' && (marks[first] !== 'none' || tcpChecksum !== 'wrong');
    };
    return { ...outcome, indications: outcome.indications.filter(keeps) };
  });
}

const DROPS_CHECKSUM = { ...DEFAULT_CAPABILITIES, drops: 'checksum' } as const;

function droppingEarly(): Subject {
  return (steps) => {
    const arrivals = arrivalsOf(steps, false);
    const datagrams = usesUro(steps) ? splitUdp(steps, arrivals, []).arrivals : [];
    const dropped = new Set([
      ...arrivals.filter((arrival) => mayDrop(arrival, DROPS_CHECKSUM)).map(({ step }) => step),
      ...datagrams.filter((datagram) => mayDropDatagram(datagram, DROPS_CHECKSUM)).map(({ step }) => step),
    ]);
    return reference(steps.map((step, index) => (dropped.has(index) ? { wait: 0 } : step)));
  };
}
