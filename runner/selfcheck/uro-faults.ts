/** Faults of UDP coalescing other than a removed rule. */

import { registry } from '../../reference-impl/rules/index.ts';
import { uroChecksumWrong } from '../../reference-impl/rules/udp.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { Datagram, parseDatagram } from '../../reference-impl/udp/datagram.ts';
import { setU16, u16 } from '../../reference-impl/wire/bytes.ts';
import { finish, sumBytes } from '../../reference-impl/wire/checksum.ts';
import { Ipv4At, UdpAt } from '../../reference-impl/wire/fields.ts';
import { framesIn, isUdp, made, onList, reference } from './alterations.ts';
import type { Fault } from './fault.ts';
import { altered, alteredFrames, coalescerSubject, type OwnIndication, type Subject } from './subject.ts';

/** Changes a merged unit of datagrams. `frame` is a copy, `first` the length of its first datagram's payload. */
function onUnit(change: (frame: Uint8Array, layout: Datagram, first: number) => Uint8Array): Subject {
  return alteredFrames(reference, (one) => {
    if (one.oob.uroSegCount === undefined) return one;
    const frame = one.frame.slice();
    return { ...one, frame: change(frame, parseDatagram(frame, new Datagram()), one.oob.uroSegSize ?? 0) };
  });
}

function onOob(change: (one: OwnIndication, count: number, size: number) => OwnIndication['oob']): Subject {
  return alteredFrames(reference, (one) => {
    const { uroSegCount: count, uroSegSize: size } = one.oob;
    return count === undefined || size === undefined ? one : { ...one, oob: change(one, count, size) };
  });
}

/** Changes both lengths by the same number. */
function lengthened(frame: Uint8Array, { ipVersion, ipOffset, udpOffset }: Datagram, plus: number): Uint8Array {
  const ip = ipOffset + (ipVersion === 4 ? 2 : 4);
  setU16(frame, ip, u16(frame, ip) + plus);
  setU16(frame, udpOffset + UdpAt.length, u16(frame, udpOffset + UdpAt.length) + plus);
  return frame;
}

/** Settings are changed before the reference gets them; the steps keep their places. */
function switching(change: (uro: boolean, index: number) => boolean): Subject {
  return (steps) =>
    reference(
      steps.map((step, i) =>
        'set' in step && step.set.uro !== undefined ? { set: { ...step.set, uro: change(step.set.uro, i) } } : step,
      ),
    );
}

export const URO_FAULTS: readonly Fault[] = [
  made('uro/padding-spliced', 'Six zero bytes follow the first payload.', onUnit(spliced), 'U5'),
  made(
    'uro/tail-cut',
    'The last payload byte is missing, and the lengths say so.',
    onUnit((frame, layout) => lengthened(frame.slice(0, -1), layout, -1)),
    'U5',
  ),
  made(
    'uro/payload-byte',
    'A payload byte is altered.',
    onUnit((frame) => {
      frame[frame.length - 1] = (frame[frame.length - 1] as number) ^ 0x55;
      return frame;
    }),
    'U5',
  ),
  made('uro/payloads-swapped', 'The first two payloads change places.', onUnit(swappedPayloads), 'U5'),
  made('uro/stale-ip-length', 'The IP length is the first datagram’s.', onUnit(staleIpLength), 'U5'),
  made(
    'uro/stale-udp-length',
    'The UDP length is the first datagram’s.',
    onUnit((frame, { udpOffset }, first) => {
      setU16(frame, udpOffset + UdpAt.length, first + 8);
      return frame;
    }),
    'U5',
  ),
  made(
    'uro/checksum-recomputed',
    'The UDP checksum is recomputed instead of zero.',
    onUnit((frame, { udpOffset }) => {
      setU16(frame, udpOffset + UdpAt.checksum, finish(sumBytes(frame, udpOffset, frame.length)));
      return frame;
    }),
    'U5',
  ),
  made('uro/ip-checksum-recomputed', 'The IPv4 checksum is recomputed instead of zero.', onUnit(ipRecomputed), 'U5'),
  made(
    'uro/destination-mac',
    'The destination MAC address is altered.',
    onUnit((frame) => {
      frame[0] = (frame[0] as number) ^ 0x55;
      return frame;
    }),
    'U5',
  ),
  made(
    'uro/size-with-header',
    'The segment size counts the UDP header, too.',
    onOob(({ oob }, _count, size) => ({ ...oob, uroSegSize: size + 8 })),
    'U6',
  ),
  made('uro/size-of-last', 'The segment size is that of the last datagram.', onOob(sizeOfLast), 'U6'),
  made(
    'uro/count-without-first',
    'The segment count leaves out the first datagram.',
    onOob(({ oob }, count) => ({ ...oob, uroSegCount: count - 1 })),
    'U6',
  ),
  made(
    'uro/success-missing',
    'No checksum verdict goes with a unit.',
    onOob(({ oob }) => ({ ...oob, tcpChecksum: 'none', ipChecksum: 'none' })),
    'U5',
  ),
  made(
    'uro/across-bad-checksum',
    'What fails its checksum goes alone, and what follows joins what was before it.',
    coalescerSubject(
      {},
      {
        rules: registry.map((rule) => (rule === uroChecksumWrong ? { ...rule, ends: false } : rule)),
      },
    ),
    'U4',
    'U7',
  ),
  made(
    'uro/across-any',
    'Whatever goes alone ends no unit.',
    coalescerSubject(
      {},
      { rules: registry.map((rule) => (rule.kind === 'datagram' ? { ...rule, ends: false } : rule)) },
    ),
    'U7',
  ),
  made('uro/ports-ignored', 'Connections are distinguished by their addresses alone.', portsIgnored(), 'U7'),
  made('uro/swapped', 'Two neighbours of a connection change places.', onList(swapped), 'U7'),
  made(
    'uro/empty-swallowed',
    'Datagrams without payload never come out.',
    onList((all) => all.filter(({ frame }) => !isUdp(frame) || parseDatagram(frame, new Datagram()).payloadLength > 0)),
    'I7',
  ),
  made(
    'uro/repeated',
    'A merged unit comes twice.',
    onList((all) => all.flatMap((one) => (one.oob.uroSegCount === undefined ? [one] : [one, one]))),
    'I7',
  ),
  made(
    'uro/lost',
    'Merged units never come out.',
    onList((all) => all.filter(({ oob }) => oob.uroSegCount === undefined)),
    'I7',
  ),
  // A unit that waits may wait beyond a switch-off of receive checksum offload.
  made('uro/dpc-ignored', 'Units of datagrams wait for the next DPC.', late(), 'I2', 'K4'),
  made('uro/always-on', 'URO is on from the start and cannot be switched off.', alwaysOn(), 'U8', 'I8'),
  made(
    'uro/off-ignored',
    'URO cannot be switched off.',
    switching(() => true),
    'U8',
    'I8',
  ),
  made(
    'uro/off-not-flushed',
    'Units in progress come out later than the answer to the switch-off.',
    notFlushed(),
    'U8',
  ),
  made('uro/counted-as-tcp', 'The counters of TCP count datagrams.', countedAsTcp(), 'S1'),
];

function spliced(frame: Uint8Array, layout: Datagram, first: number): Uint8Array {
  const at = layout.payloadOffset + first;
  const longer = new Uint8Array(frame.length + 6);
  longer.set(frame.subarray(0, at));
  longer.set(frame.subarray(at), at + 6);
  return frame.length > 65_000 ? frame : lengthened(longer, layout, 6);
}

function swappedPayloads(frame: Uint8Array, { payloadOffset }: Datagram, first: number): Uint8Array {
  const [a, b] = [payloadOffset, payloadOffset + first];
  const second = frame.slice(b, Math.min(b + first, frame.length));
  const copy = frame.slice();
  copy.set(second, a);
  copy.set(frame.subarray(a, b), a + second.length);
  return copy;
}

function staleIpLength(frame: Uint8Array, { ipVersion, ipOffset, udpOffset }: Datagram, first: number): Uint8Array {
  const header = ipVersion === 4 ? udpOffset - ipOffset : 0;
  setU16(frame, ipOffset + (ipVersion === 4 ? 2 : 4), header + 8 + first);
  return frame;
}

function ipRecomputed(frame: Uint8Array, { ipVersion, ipOffset, udpOffset }: Datagram): Uint8Array {
  if (ipVersion === 4) setU16(frame, ipOffset + Ipv4At.checksum, finish(sumBytes(frame, ipOffset, udpOffset)));
  return frame;
}

function sizeOfLast({ oob, frame }: OwnIndication, count: number, size: number): OwnIndication['oob'] {
  const { payloadLength } = parseDatagram(frame, new Datagram());
  return { ...oob, uroSegSize: payloadLength - (count - 1) * size };
}

function swapped(all: OwnIndication[]): OwnIndication[] {
  const connection = ({ frame }: OwnIndication): string => parseDatagram(frame, new Datagram()).connection;
  for (let i = 0; i + 1 < all.length; i++) {
    const [a, b] = [all[i] as OwnIndication, all[i + 1] as OwnIndication];
    if (a.step !== b.step || connection(a) === '' || connection(a) !== connection(b)) continue;
    [all[i], all[i + 1]] = [b, a];
    i++;
  }
  return all;
}

/** To the reference, all datagrams of a session have one source port; units get that of their first datagram. */
function portsIgnored(): Subject {
  return (steps) => {
    const arrivals = framesIn(steps);
    const blind = steps.map((step): FrameStep => {
      if (!('rx' in step) || !isUdp(step.rx)) return step;
      const rx = step.rx.slice();
      const { udpOffset, kind, udpChecksum } = parseDatagram(rx, new Datagram());
      if (kind !== 'datagram') return step;
      setU16(rx, udpOffset, 7);
      if (udpChecksum !== 'wrong') setU16(rx, udpOffset + UdpAt.checksum, 0);
      return { ...step, rx };
    });
    const { indications, statistics } = coalescerSubject()(blind);
    return {
      statistics,
      indications: indications.map((one) => {
        const first = arrivals[one.arrivals[0] as number] as Uint8Array;
        if (one.arrivals.length === 1) return { ...one, frame: first };
        if (!isUdp(one.frame)) return one;
        const { udpOffset } = parseDatagram(first, new Datagram());
        const frame = one.frame.slice();
        setU16(frame, udpOffset, u16(first, udpOffset));
        return { ...one, frame };
      }),
    };
  };
}

/** A later step that is answered; the number of steps if there is none. */
function nextAnswer(steps: readonly FrameStep[], after: number): number {
  const at = steps.findIndex((step, i) => i > after && 'dpc' in step);
  return at < 0 ? steps.length : at;
}

function late(): Subject {
  return alteredFrames(reference, (one, _position, steps) =>
    one.oob.uroSegCount === undefined ? one : { ...one, step: nextAnswer(steps, one.step) },
  );
}

/** The answer to a switch-off comes with the end of the DPC. */
function notFlushed(): Subject {
  return alteredFrames(reference, (one, _position, steps) => {
    const step = steps[one.step];
    const isOff = step !== undefined && 'set' in step && step.set.uro === false;
    return isOff && isUdp(one.frame) ? { ...one, step: nextAnswer(steps, one.step) } : one;
  });
}

function alwaysOn(): Subject {
  const plain = coalescerSubject();
  return (steps) => {
    const on: FrameStep[] = [{ set: { uro: true } }];
    for (const step of steps) {
      on.push('set' in step && step.set.uro !== undefined ? { set: { ...step.set, uro: true } } : step);
    }
    const { indications, statistics } = plain(on);
    return { statistics, indications: indications.map((one) => ({ ...one, step: one.step - 1 })) };
  };
}

function countedAsTcp(): Subject {
  return altered(reference, (outcome) => {
    const merged = outcome.indications.reduce((sum, { oob }) => sum + (oob.uroSegCount ?? 0), 0);
    const statistics = outcome.statistics ?? { pkts: 0, octets: 0, events: 0, aborts: 0 };
    return { ...outcome, statistics: { ...statistics, pkts: statistics.pkts + merged } };
  });
}
