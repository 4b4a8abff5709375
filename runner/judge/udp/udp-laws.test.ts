import { expect } from 'chai';
import { referenceRun } from '../../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { Datagram, parseDatagram } from '../../../reference-impl/udp/datagram.ts';
import { buildFrame, type FrameSpec } from '../../../reference-impl/wire/build.ts';
import { setU16, u16 } from '../../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At, UdpAt } from '../../../reference-impl/wire/fields.ts';
import { dice } from '../../../testing/legal-coalescer.ts';
import { positionCode } from '../../../vectors/position-code.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { isSoft } from '../finding.ts';
import { judge } from '../judge.ts';
import type { ObservedIndication } from '../types.ts';

const SESSIONS = 250;
const CAPABILITIES = { ...DEFAULT_CAPABILITIES, uro: true };
const ODD: readonly Partial<FrameSpec>[] = [
  {},
  {},
  {},
  { ttl: 9 },
  { dscp: 10 },
  { corrupt: { udpChecksum: 'wrong' } },
  { ipOptions: '01010101', extensions: [{ kind: 'destination' }] },
];

/** Two to nine datagrams of two connections, all of them different, and two DPCs. */
function sessionOf(roll: () => number): FrameStep[] {
  const [src, dst] = roll() < 0.5 ? ['10.0.0.1', '192.0.2.1'] : ['2001:db8::5', '2001:db8::1'];
  const count = 2 + Math.floor(roll() * 8);
  const frames = Array.from({ length: count }, (_, id): FrameStep => {
    const sport = roll() < 0.75 ? 1 : 2;
    const payload = new Uint8Array(roll() < 0.8 ? 30 : 12 + Math.floor(roll() * 40));
    positionCode(`${sport}`, 1000 * (id + 1), payload);
    const odd = ODD[Math.floor(roll() * ODD.length)];
    return { rx: buildFrame({ src, dst, sport, dport: 2, id, transport: 'udp', payload, ...odd }) };
  });
  return [{ set: { uro: true } }, ...frames, { dpc: true }, { dpc: true }];
}

type Change = (frame: Uint8Array, layout: Datagram) => boolean;

const flip =
  (at: (layout: Datagram) => number | undefined, bits: number): Change =>
  (frame, layout) => {
    const place = at(layout);
    if (place === undefined) return false;
    frame[place] = (frame[place] as number) ^ bits;
    return true;
  };
const of4 =
  (offset: number) =>
  ({ ipVersion, ipOffset }: Datagram): number | undefined =>
    ipVersion === 4 ? ipOffset + offset : undefined;
const of6 =
  (offset: number) =>
  ({ ipVersion, ipOffset }: Datagram): number | undefined =>
    ipVersion === 6 ? ipOffset + offset : undefined;

/** Fields of a merged unit, each wrong by itself; which row says so. */
const FIELDS: Readonly<Record<string, Change>> = {
  'source MAC': flip(() => 11, 1),
  DSCP: flip(of4(Ipv4At.tos), 4),
  TTL: flip(of4(Ipv4At.ttl), 1),
  DF: flip(of4(Ipv4At.fragment), 0x40),
  'IPv4 checksum': flip(of4(Ipv4At.checksum), 1),
  'traffic class': flip(of6(0), 1),
  'flow label': flip(of6(3), 1),
  'hop limit': flip(of6(Ipv6At.hopLimit), 1),
  'UDP checksum': flip(({ udpOffset }) => udpOffset + UdpAt.checksum, 1),
  'first byte': flip(({ payloadOffset }) => payloadOffset, 1),
  'last byte': flip(({ ipEnd }) => ipEnd - 1, 0x40),
  'IP length': (frame, { ipVersion, ipOffset }) => {
    const at = ipOffset + (ipVersion === 4 ? Ipv4At.totalLength : Ipv6At.payloadLength);
    setU16(frame, at, u16(frame, at) - 2);
    return true;
  },
  'UDP length': (frame, { udpOffset }) => {
    setU16(frame, udpOffset + UdpAt.length, u16(frame, udpOffset + UdpAt.length) - 2);
    return true;
  },
};

interface Outcome {
  readonly steps: readonly FrameStep[];
  readonly indications: readonly ObservedIndication[];
  readonly connections: readonly string[];
  /** Units, and datagrams that are right. */
  readonly isMerged: readonly boolean[];
}

function outcomeOf(steps: readonly FrameStep[]): Outcome {
  const { indications } = referenceRun(steps);
  return {
    steps,
    indications: indications.map(({ step, frame, oob }) => ({ step, frame: frame.slice(), oob })),
    connections: indications.map(({ frame }) => parseDatagram(frame, new Datagram()).connection),
    isMerged: indications.map(({ arrivals }) => arrivals.length > 1),
  };
}

function hardRows({ steps }: Outcome, indications: readonly ObservedIndication[]): string[] {
  const ordered = [...indications].sort((a, b) => a.step - b.step);
  const { findings } = judge({ steps, indications: ordered, statistics: undefined, capabilities: CAPABILITIES });
  return findings.filter((found) => !isSoft(found)).map(({ rule }) => rule);
}

/** Every outcome; `change`: what comes out instead, undefined where it does not apply. Returns what was reported, except `rows`. */
function unlike(
  rows: readonly string[],
  change: (outcome: Outcome, at: number) => readonly ObservedIndication[] | undefined,
): { readonly count: number; readonly wrong: readonly string[] } {
  const roll = dice(11);
  const wrong: string[] = [];
  let count = 0;
  for (let session = 0; session < SESSIONS; session++) {
    const outcome = outcomeOf(sessionOf(roll));
    for (let at = 0; at < outcome.indications.length; at++) {
      const changed = change(outcome, at);
      if (changed === undefined) continue;
      count++;
      const found = hardRows(outcome, changed);
      if (found.length !== 1 || !rows.includes(found[0] as string))
        wrong.push(`session ${session}, unit ${at}: ${found}`);
    }
  }
  return { count, wrong };
}

function holds(
  rows: readonly string[],
  change: (outcome: Outcome, at: number) => readonly ObservedIndication[] | undefined,
): void {
  const { count, wrong } = unlike(rows, change);
  expect(count).to.be.at.least(50);
  expect(wrong, wrong.join('\n')).to.deep.equal([]);
}

describe('laws of the explanation of datagrams', () => {
  it('two that changed places are out of order', () => {
    holds(['U7', 'U4', 'I1'], ({ indications, connections }, at) => {
      if (connections[at] === '' || connections[at] !== connections[at + 1]) return undefined;
      const [one, other] = [indications[at], indications[at + 1]] as [ObservedIndication, ObservedIndication];
      return [...indications.slice(0, at), other, one, ...indications.slice(at + 2)];
    });
  });

  it('one that is dropped never came out', () => {
    holds(['I7'], ({ indications }, at) => indications.filter((_, i) => i !== at));
  });

  it('one that is doubled came out twice', () => {
    holds(['I7'], ({ indications }, at) => indications.flatMap((one, i) => (i === at ? [one, one] : [one])));
  });

  it('one that is held back waited beyond its DPC', () => {
    holds(['I2'], ({ indications, steps }, at) =>
      indications.map((one, i) => (i === at ? { ...one, step: steps.length - 1 } : one)),
    );
  });

  for (const [name, alter] of Object.entries(FIELDS)) {
    it(`a unit whose ${name} is altered is one whose ${name} is wrong`, () => {
      holds(['U5', 'H1'], ({ indications, isMerged }, at) => {
        const { frame, ...one } = indications[at] as ObservedIndication;
        const copy = frame.slice();
        if (!isMerged[at] || !alter(copy, parseDatagram(frame, new Datagram()))) return undefined;
        return indications.map((other, i) => (i === at ? { ...one, frame: copy } : other));
      });
    });
  }

  for (const key of ['uroSegCount', 'uroSegSize'] as const) {
    it(`a unit whose ${key} is altered breaks U6`, () => {
      holds(['U6'], ({ indications, isMerged }, at) => {
        const one = indications[at] as ObservedIndication;
        if (!isMerged[at]) return undefined;
        const oob = { ...one.oob, [key]: (one.oob[key] ?? 0) + 1 };
        return indications.map((other, i) => (i === at ? { ...one, oob } : other));
      });
    });
  }
});
