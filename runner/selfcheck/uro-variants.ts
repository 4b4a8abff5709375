/** Legal ways to coalesce UDP: each must come out conformant. */

import { registry } from '../../reference-impl/rules/index.ts';
import type { DatagramPairRule, DatagramRule } from '../../reference-impl/rules/rule.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { Datagram, parseDatagram } from '../../reference-impl/udp/datagram.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, UdpAt } from '../../reference-impl/wire/fields.ts';
import { framesIn, isUdp, reference } from './alterations.ts';
import { alteredFrames, coalescerSubject, type Implementation, type OwnIndication, type Subject } from './subject.ts';
import { byOutput } from './variant-parts.ts';

const OWN = {
  id: 'C12',
  level: 'may',
  clause: { doc: 'derived', heading: '' },
  summary: 'This coalescer stops.',
} as const;

/** Datagrams that a test picks out go alone. */
function declining(forbids: DatagramRule['forbids']): Subject {
  const rule: DatagramRule = { ...OWN, kind: 'datagram', name: 'declined', ends: true, forbids };
  return coalescerSubject({}, { rules: [...registry, rule] });
}

/** Nothing joins if a test says so. */
function stopping(forbids: DatagramPairRule['forbids']): Subject {
  const rule: DatagramPairRule = { ...OWN, kind: 'datagram-pair', name: 'stopping', forbids };
  return coalescerSubject({}, { rules: [...registry, rule] });
}

export const URO_VARIANTS: readonly Implementation[] = [
  byOutput('uro-never', 'Takes the switch and coalesces no UDP.', never()),
  byOutput(
    'uro-ipv4-only',
    'Coalesces UDP over IPv4 only.',
    declining(({ ipVersion }) => ipVersion === 6),
  ),
  byOutput(
    'uro-ipv6-only',
    'Coalesces UDP over IPv6 only.',
    declining(({ ipVersion }) => ipVersion === 4),
  ),
  byOutput(
    'uro-checksum-wanted',
    'Leaves datagrams without a checksum alone.',
    declining((one) => !one.hasChecksum),
  ),
  byOutput(
    'uro-small-alone',
    'Leaves small datagrams alone.',
    declining(({ payloadLength }) => payloadLength < 64),
  ),
  byOutput(
    'uro-equal-only',
    'A shorter datagram does not join: it starts the next unit.',
    stopping((unit, { udpLength }) => udpLength !== unit.udpLength),
  ),
  byOutput(
    'uro-checksums-alike',
    'Does not mix datagrams with and without a checksum.',
    stopping((unit, { hasChecksum }) => (unit.udpChecksum === 'unverified') === hasChecksum),
  ),
  byOutput(
    'uro-three',
    'At most three datagrams a unit.',
    stopping(({ datagrams }) => datagrams >= 3),
  ),
  byOutput('uro-one-connection', 'A datagram of another connection ends the unit in progress.', oneConnection()),
  byOutput('uro-lone-counted', 'A datagram that stayed alone is a unit of one.', alteredFrames(reference, counted)),
  byOutput('uro-lone-zeroed', 'Zeroes the right checksums of lone datagrams, too.', alteredFrames(reference, zeroed)),
  byOutput(
    'uro-count-shared',
    'Keeps one count for TCP and UDP, as NetAdapterCx does.',
    alteredFrames(reference, (one) =>
      one.oob.uroSegCount === undefined ? one : { ...one, oob: { ...one.oob, segCount: one.oob.uroSegCount } },
    ),
  ),
  byOutput('uro-last-identification', 'A unit has the Identification of its last datagram.', lastIdentification()),
  byOutput(
    'uro-unmeasured',
    'Reports no segment count and size.',
    alteredFrames(reference, ({ oob: { uroSegCount: _count, uroSegSize: _size, ...oob }, ...one }) => ({
      ...one,
      oob,
    })),
  ),
];

function never(): Subject {
  return (steps) =>
    reference(
      steps.map((step) => ('set' in step && step.set.uro === true ? { set: { ...step.set, uro: false } } : step)),
    );
}

/** A separate DPC for each change of connection, answered with the next real answer. */
function oneConnection(): Subject {
  const plain = coalescerSubject();
  return (steps) => {
    const split: FrameStep[] = [];
    const origins: number[] = [];
    let before = '';
    steps.forEach((step, index) => {
      const connection = 'rx' in step ? parseDatagram(step.rx, new Datagram()).connection : before;
      if (connection !== before) {
        split.push({ dpc: true });
        origins.push(-1);
      }
      before = connection;
      split.push(step);
      origins.push(index);
    });
    const { indications, statistics } = plain(split);
    const answered = (at: number): number => {
      const next = origins.findIndex(
        (origin, i) =>
          i >= at &&
          origin >= 0 &&
          !('rx' in (steps[origin] as FrameStep)) &&
          !('wait' in (steps[origin] as FrameStep)),
      );
      return next < 0 ? steps.length : (origins[next] as number);
    };
    return { statistics, indications: indications.map((one) => ({ ...one, step: answered(one.step) })) };
  };
}

function counted(one: OwnIndication): OwnIndication {
  if (one.arrivals.length > 1 || !isUdp(one.frame)) return one;
  const { payloadLength } = parseDatagram(one.frame, new Datagram());
  return { ...one, oob: { ...one.oob, uroSegCount: 1, uroSegSize: payloadLength } };
}

function zeroed(one: OwnIndication, _position: number, steps: readonly FrameStep[]): OwnIndication {
  if (!wasOn(steps, one.arrivals[0] ?? 0)) return one;
  const frame = one.frame.slice();
  const datagram = parseDatagram(frame, new Datagram());
  if (one.arrivals.length > 1 || datagram.udpChecksum !== 'right') return one;
  if (datagram.ipVersion === 4 && datagram.ipChecksum !== 'right') return one;
  setU16(frame, datagram.udpOffset + UdpAt.checksum, 0);
  if (datagram.ipVersion === 4) setU16(frame, datagram.ipOffset + Ipv4At.checksum, 0);
  return {
    ...one,
    frame,
    oob: { ...one.oob, tcpChecksum: 'ok', ipChecksum: datagram.ipVersion === 4 ? 'ok' : 'none' },
  };
}

/** URO, when this arrival came. */
function wasOn(steps: readonly FrameStep[], arrival: number): boolean {
  let isOn = false;
  let seen = 0;
  for (const step of steps) {
    if ('set' in step) isOn = step.set.uro ?? isOn;
    else if ('rx' in step && seen++ === arrival) return isOn;
  }
  return isOn;
}

function lastIdentification(): Subject {
  return alteredFrames(reference, (one, _position, steps) => {
    const last = framesIn(steps)[one.arrivals.at(-1) ?? 0];
    if (one.oob.uroSegCount === undefined || last === undefined) return one;
    const { ipVersion, ipOffset } = parseDatagram(one.frame, new Datagram());
    if (ipVersion !== 4) return one;
    const frame = one.frame.slice();
    frame.set(last.subarray(ipOffset + Ipv4At.id, ipOffset + Ipv4At.fragment), ipOffset + Ipv4At.id);
    return { ...one, frame };
  });
}
