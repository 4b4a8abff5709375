/** Each out-of-band value wrong, and each counter. */

import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { parsed } from '../judge/arrival.ts';
import { made, onCounters, onMerged, reference } from './alterations.ts';
import type { Fault } from './fault.ts';
import { altered, alteredFrames, type Outcome, type OwnIndication, type Subject } from './subject.ts';

type Oob = OwnIndication['oob'];

/** Out-of-band values of merged units, or of frames that stayed alone. */
function oob(kind: 'merged' | 'lone', change: (oob: Oob, one: OwnIndication) => Oob): Subject {
  return alteredFrames(reference, (one) =>
    one.arrivals.length > 1 === (kind === 'merged') ? { ...one, oob: { ...one.oob, ...change(one.oob, one) } } : one,
  );
}

const NONE = { pkts: 0, octets: 0, events: 0, aborts: 0 };

export const OUT_OF_BAND_FAULTS: readonly Fault[] = [
  made(
    'oob/count-one-less',
    'CoalescedSegCount leaves the first segment out.',
    oob('merged', ({ segCount = 0 }) => ({ segCount: segCount - 1 })),
    'O1',
  ),
  made(
    'oob/count-zero',
    'CoalescedSegCount is 0 on a unit.',
    oob('merged', () => ({ segCount: 0 })),
    'O1',
  ),
  made(
    'oob/count-all',
    'CoalescedSegCount counts window updates, too.',
    oob('merged', (_, { arrivals }) => ({ segCount: arrivals.length })),
    'O1',
  ),
  made(
    'oob/count-two-when-alone',
    'CoalescedSegCount is 2 on a frame that stayed alone.',
    oob('lone', () => ({ segCount: 2 })),
    'O1',
  ),
  made('oob/count-while-off', 'CoalescedSegCount is 1 while RSC is off.', whileOff(), 'O1'),
  made(
    'oob/duplicates-when-alone',
    'DupAckCount is 1 on a frame that stayed alone.',
    oob('lone', () => ({ dupAckCount: 1 })),
    'O2',
  ),
  made(
    'oob/delta-of-last-two',
    'RscTcpTimestampDelta is one too few.',
    oob('merged', ({ timestampDelta }) => (timestampDelta === undefined ? {} : { timestampDelta: timestampDelta + 1 })),
    'T4',
  ),
  made(
    'oob/delta-backwards',
    'RscTcpTimestampDelta is the earliest minus the latest.',
    oob('merged', ({ timestampDelta }) =>
      timestampDelta === undefined ? {} : { timestampDelta: -timestampDelta >>> 0 },
    ),
    'T4',
  ),
  made(
    'oob/delta-missing',
    'RscTcpTimestampDelta is always 0 (NetKVM).',
    alteredFrames(reference, (one) => ({ ...one, oob: { ...one.oob, timestampDelta: 0 } })),
    'T4',
  ),
  made(
    'oob/failed-on-unit',
    'A unit is reported with a bad TCP checksum (vmxnet3).',
    oob('merged', () => ({ tcpChecksum: 'bad' })),
    'H8',
  ),
  made(
    'oob/ip-failed-on-unit',
    'A unit is reported with a bad IP checksum.',
    oob('merged', () => ({ ipChecksum: 'bad' })),
    'H8',
  ),
  made(
    'oob/ip-failed-when-alone',
    'A lone frame is reported with a bad IP checksum.',
    oob('lone', () => ({ ipChecksum: 'bad' })),
    'O4',
  ),
  made(
    'oob/tcp-failed-when-alone',
    'A lone frame is reported with a bad TCP checksum.',
    oob('lone', () => ({ tcpChecksum: 'bad' })),
    'O4',
  ),
  made(
    'oob/wrong-one-flagged',
    'The TCP checksum is stale, and the IP checksum is flagged invalid.',
    onMerged(wrongFlag),
    'H7',
  ),
  made(
    'counters/all-zero',
    'No counter ever moves.',
    onCounters(() => NONE),
    'S1',
  ),
  made(
    'counters/aborts-never',
    'Aborts stays 0 (NetKVM).',
    onCounters(({ statistics }) => ({ ...NONE, ...statistics, aborts: 0 })),
    'S4',
  ),
  made('counters/never-reset', 'Counters go on from what they were.', growing(), 'S1'),
  made('counters/octets-of-frames', 'CoalescedOctets counts whole frames.', onCounters(frameOctets), 'S2'),
  made(
    'counters/pkts-are-events',
    'CoalescedPkts counts units.',
    onCounters(({ statistics }) => ({ ...NONE, ...statistics, pkts: statistics?.events ?? 0 })),
    'S1',
  ),
  made(
    'counters/events-are-indications',
    'CoalesceEvents counts each frame indicated, twice.',
    onCounters(({ statistics, indications }) => ({ ...NONE, ...statistics, events: 2 * indications.length })),
    'S3',
  ),
];

function whileOff(): Subject {
  return altered(reference, (outcome, steps) => {
    const off = { 4: false, 6: false };
    const isOff = steps.flatMap((step) => {
      if ('set' in step)
        Object.assign(off, {
          4: step.set.rsc4 === undefined ? off[4] : !step.set.rsc4,
          6: step.set.rsc6 === undefined ? off[6] : !step.set.rsc6,
        });
      return 'rx' in step ? [{ ...off }[parsed(step.rx).ipVersion === 6 ? 6 : 4]] : [];
    });
    const indications = outcome.indications.map((one) =>
      isOff[one.arrivals[0] ?? 0] === true ? { ...one, oob: { ...one.oob, segCount: 1 } } : one,
    );
    return { ...outcome, indications };
  });
}

function wrongFlag(frame: Uint8Array, one: OwnIndication): OwnIndication {
  const at = parsed(frame).tcpOffset + TcpAt.checksum;
  frame[at] = (frame[at] as number) ^ 0x11;
  return { ...one, frame, oob: { ...one.oob, valueInvalid: 'ip' } };
}

/** As if another vector had been played before. */
function growing(): Subject {
  return onCounters(({ statistics = NONE }) => ({
    pkts: statistics.pkts + 40,
    octets: statistics.octets + 40_000,
    events: statistics.events + 10,
    aborts: statistics.aborts + 3,
  }));
}

function frameOctets({ statistics = NONE, indications }: Outcome): NonNullable<Outcome['statistics']> {
  const merged = indications.filter(({ arrivals }) => arrivals.length > 1);
  return { ...statistics, octets: merged.reduce((sum, { frame }) => sum + frame.length, 0) };
}
