/** Coalescers that announce tunnels, but write wrong headers before the inner packet. */

import { Coalescer } from '../../reference-impl/coalescer.ts';
import { registry } from '../../reference-impl/rules/index.ts';
import type { Rule } from '../../reference-impl/rules/rule.ts';
import {
  outerChecksumUpdated,
  outerHeadersEqual,
  outerLengthLimit,
  outerLengthUpdated,
  updateOuter,
} from '../../reference-impl/rules/tunnels.ts';
import { advance } from '../../reference-impl/step.ts';
import { setU16, u16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At } from '../../reference-impl/wire/fields.ts';
import { type OuterHeader, type OuterKind, TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import { type Arrival, arrivalsOf, parsed } from '../judge/arrival.ts';
import { isMerged } from './alterations.ts';
import type { Fault } from './fault.ts';
import { alteredFrames, coalescerSubject, type OwnIndication, type Subject } from './subject.ts';

const ANNOUNCED = { tunnels: TUNNEL_KINDS } as const;
const looking = coalescerSubject(ANNOUNCED);
const READING = { kinds: TUNNEL_KINDS, lengths: 'checked' } as const;
const UPDATES = [outerLengthUpdated, outerChecksumUpdated];

function made(name: string, summary: string, subject: Subject, broken = 'I5', ...kin: string[]): Fault {
  return { name: `tunnel/${name}`, summary, subject, broken, blames: [broken, ...kin], capabilities: ANNOUNCED };
}

function without(...left: readonly Rule[]): Subject {
  return coalescerSubject(ANNOUNCED, { rules: registry.filter((rule) => !left.includes(rule)) });
}

/** Changes the headers of a merged unit; dependent fields are updated. */
function onOuter(change: (frame: Uint8Array, header: OuterHeader) => void, updates = UPDATES): Subject {
  return alteredFrames(looking, (one) => {
    const { outer, ipEnd } = parsed(one.frame, READING);
    if (!isMerged(one) || outer.length === 0) return one;
    const frame = one.frame.slice();
    for (const header of outer) change(frame, header);
    updateOuter(frame, outer, ipEnd, updates);
    return { ...one, frame };
  });
}

const flip =
  (kind: OuterKind, offset: number, bits: number) =>
  (frame: Uint8Array, { kind: own, at }: OuterHeader): void => {
    if (own === kind) frame[at + offset] = (frame[at + offset] as number) ^ bits;
  };

/** If a header of this kind has a 16-bit field, the field is wrong. */
const off =
  (kind: OuterKind, offset: number) =>
  (frame: Uint8Array, { kind: own, at }: OuterHeader): void => {
    if (own === kind) setU16(frame, at + offset, u16(frame, at + offset) ^ 2);
  };

/** Confuses all tunnels between two ends of an inner connection. */
function confusing(): Subject {
  const coalescer = new Coalescer(ANNOUNCED);
  return (steps) => {
    const arrivals = arrivalsOf(steps, false, TUNNEL_KINDS);
    const firsts = new Map<string, Arrival>();
    const struck = new Set<number>();
    const dressed = arrivals.map((arrival): Uint8Array => {
      const { segment, frame, number } = arrival;
      if (segment.kind !== 'segment' || segment.outer.length === 0) return frame;
      const name = `${segment.key.subarray(segment.hostWords - (segment.ipVersion === 4 ? 2 : 8), segment.keyWords).join()}`;
      const first = firsts.get(name);
      firsts.set(name, first ?? arrival);
      if (first === undefined || first.connection === arrival.connection) return frame;
      struck.add(number);
      return inTunnelOf(first, arrival, frame);
    });
    coalescer.reset();
    let number = 0;
    const indications = steps.flatMap((step, index) => {
      const seen = 'rx' in step ? { ...step, rx: dressed[number++] as Uint8Array } : step;
      return advance(coalescer, seen).map(({ frame, oob, arrivals: own }): OwnIndication => {
        const first = arrivals[own[0] as number] as Arrival;
        if (!struck.has(first.number)) return { step: index, frame, oob, arrivals: own };
        const shown =
          own.length === 1 ? first.frame : inTunnelOf(first, { ...first, segment: parsed(frame, READING) }, frame);
        return { step: index, frame: shown, oob, arrivals: own };
      });
    });
    return { indications, statistics: coalescer.statistics };
  };
}

/** The packet of a frame, with the headers before another's. */
function inTunnelOf(first: Arrival, { segment }: Arrival, frame: Uint8Array): Uint8Array {
  const { ipOffset, outer } = first.segment;
  const packet = frame.subarray(segment.ipOffset);
  const dressed = new Uint8Array(ipOffset + packet.length);
  dressed.set(first.frame.subarray(0, ipOffset));
  dressed.set(packet, ipOffset);
  updateOuter(dressed, outer, segment.ipEnd + ipOffset - segment.ipOffset, UPDATES);
  return dressed;
}

/** Each writes one wrong field before the inner packet. */
export const TUNNEL_FAULTS: readonly Fault[] = [
  made('length-stale', 'Outer lengths stay those of the first frame.', without(outerLengthUpdated)),
  made('checksum-stale', 'Outer checksums stay those of the first frame.', without(outerChecksumUpdated)),
  made('nothing-updated', 'Outer headers stay as they were.', without(outerLengthUpdated, outerChecksumUpdated)),
  made('differing', 'Segments merge whatever the outer headers say.', without(outerHeadersEqual)),
  made('too-long', 'Units grow past what outer lengths can say.', without(outerLengthLimit), 'E7'),
  made('udp-length', 'The outer UDP length is wrong.', onOuter(off('udp', 4), [outerChecksumUpdated])),
  made('ipv6-length', 'The outer IPv6 payload length is wrong.', onOuter(off('ipv6', 4), [])),
  made('pppoe-length', 'The PPPoE length is wrong.', onOuter(off('pppoe', 4), [])),
  made('snap-length', 'The IEEE 802.3 length is wrong.', onOuter(off('snap', 0), [])),
  made(
    'udp-checksum',
    'The outer UDP checksum, where there is one, is wrong.',
    onOuter((frame, header) => {
      if (header.kind === 'udp' && u16(frame, header.at + 6) !== 0) off('udp', 6)(frame, header);
    }, []),
  ),
  made(
    'udp-checksum-dropped',
    'The outer UDP checksum is dropped.',
    onOuter((frame, { kind, at }) => {
      if (kind === 'udp') setU16(frame, at + 6, 0);
    }, []),
  ),
  made(
    'identification',
    'The outer IPv4 Identification is not the first frame’s.',
    onOuter(flip('ipv4', Ipv4At.id, 1)),
  ),
  made('ttl', 'The outer TTL is changed.', onOuter(flip('ipv4', Ipv4At.ttl, 1))),
  made('vxlan-network', 'The VXLAN network identifier is changed.', onOuter(flip('vxlan', 6, 1)), 'I5'),
  made('pppoe-session', 'The PPPoE session is changed.', onOuter(flip('pppoe', 3, 1)), 'I5'),
  made('mpls-label', 'The MPLS label is changed.', onOuter(flip('mpls', 2, 0x10)), 'I5'),
  made('tunnels-confused', 'Tunnels that only an end or an identifier tells apart are one.', confusing(), 'C11'),
  {
    // I8: merged. O4: alone in its DPC, a segment in a tunnel shows it only by the verdict on its TCP checksum.
    ...made('not-announced', 'Coalesces inside tunnels without a word.', looking, 'I5', 'I8', 'O4'),
    capabilities: {},
  },
];
