/** One bit of an indicated frame is changed: which field the judge names, and what it says of it. */

import { expect } from 'chai';
import type { OutOfBand } from '../../reference-impl/indication.ts';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../../reference-impl/wire/build.ts';
import { u16 } from '../../reference-impl/wire/bytes.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { withChecksums } from '../selfcheck/alterations.ts';
import { hexText } from './field-words.ts';
import { judge } from './judge.ts';
import type { Finding, ObservedIndication } from './types.ts';

const FOUR: FrameSpec = { src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, seq: 1000, ack: 9, id: 7 };
const SIX: FrameSpec = { ...FOUR, src: 'fd00::1', dst: 'fd00::2', flowLabel: 0x12345 };

/** The frame, and another that may join it; each its own bytes. */
function pair(spec: FrameSpec, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) =>
    buildFrame({ ...spec, seq: 1000 + 20 * i, payload: Uint8Array.from({ length: 20 }, (_, j) => 20 * i + j + 1) }),
  );
}

interface Announced {
  readonly oob?: Partial<OutOfBand>;
  readonly capabilities?: Partial<Capabilities>;
}

/** What the judge finds where the one frame that comes out is `frame`. */
function findings(
  frames: readonly Uint8Array[],
  frame: Uint8Array,
  { oob = {}, capabilities }: Announced = {},
): Finding[] {
  const steps: FrameStep[] = [...frames.map((rx) => ({ rx })), { dpc: true }];
  const indications = [{ step: frames.length, frame, oob }];
  const all = { ...DEFAULT_CAPABILITIES, ...capabilities };
  return [...judge({ steps, indications, statistics: undefined, capabilities: all }).findings];
}

function indicated(frames: readonly Uint8Array[]): Uint8Array {
  const due = referenceRun([...frames.map((rx) => ({ rx })), { dpc: true }]).indications;
  if (due.length !== 1) throw new Error(`${due.length} frames came out`);
  return (due[0] as ObservedIndication).frame;
}

function flipped(frame: Uint8Array, at: number, bit: number): Uint8Array {
  const copy = frame.slice();
  copy[at] = (copy[at] as number) ^ (1 << bit);
  return copy;
}

describe('judge, of one bit', () => {
  const shapes: readonly { name: string; frames: Uint8Array[] }[] = [
    { name: 'a lone frame', frames: pair(FOUR, 1) },
    { name: 'a lone frame, IPv6', frames: pair(SIX, 1) },
    { name: 'a lone frame with options', frames: pair({ ...FOUR, options: '0101080a0102030405060708' }, 1) },
    { name: 'a merged frame', frames: pair(FOUR, 3) },
    { name: 'a merged frame, IPv6', frames: pair({ ...SIX, timestamps: [3, 4] }, 3) },
    { name: 'a merged frame, tagged', frames: pair({ ...FOUR, tags: [{ vid: 9 }] }, 2) },
  ];
  for (const { name, frames } of shapes) {
    it(`fails whatever bit of ${name} is different`, () => {
      const sound = indicated(frames);
      expect(findings(frames, sound)).to.deep.equal([]);
      for (let at = 0; at < sound.length; at++) {
        for (let bit = 0; bit < 8; bit++) {
          expect(findings(frames, flipped(sound, at, bit)), `byte ${at}, bit ${bit}`).to.have.length.above(0);
        }
      }
    });
  }

  /** Fields of an untagged merged frame by where they begin; what is at a place is the last that begins before it. */
  const fieldAt = (fields: Readonly<Record<number, string>>, at: number): string | undefined =>
    Object.entries(fields).findLast(([from]) => Number(from) <= at)?.[1];

  const places: readonly { name: string; spec: FrameSpec; fields: Readonly<Record<number, string>> }[] = [
    {
      name: 'IPv4',
      spec: FOUR,
      fields: {
        ...{ 0: 'ethernet', 14: 'ipv4.version-ihl', 15: 'ip.dscp', 16: 'ipv4.total-length', 18: 'ipv4.id' },
        ...{ 20: 'ipv4.flags-offset', 22: 'ip.ttl', 23: 'ipv4.protocol', 24: '-', 26: 'ipv4.addresses' },
        ...{ 34: 'tcp.ports', 38: 'tcp.seq', 42: 'tcp.ack', 46: 'tcp.data-offset', 47: 'tcp.flags' },
        ...{ 48: 'tcp.window', 50: '-', 54: 'payload' },
      },
    },
    {
      name: 'IPv6',
      spec: SIX,
      fields: {
        ...{ 0: 'ethernet', 14: 'ipv6.class-label', 18: 'ipv6.payload-length', 20: 'ipv6.next-header' },
        ...{ 21: 'ip.ttl', 22: 'ipv6.addresses', 54: 'tcp.ports', 58: 'tcp.seq', 62: 'tcp.ack' },
        ...{ 66: 'tcp.data-offset', 67: 'tcp.flags', 68: 'tcp.window', 70: '-', 74: 'payload' },
      },
    },
  ];
  for (const { name, spec, fields } of places) {
    it(`names the field, where the checksums are right for what it became: ${name}`, () => {
      const frames = pair(spec, 3);
      const sound = indicated(frames);
      const named = new Map<string, Set<string>>();
      for (let at = 0; at < sound.length; at++) {
        const place = fieldAt(fields, at) as string;
        if (place === '-') continue;
        for (let bit = 0; bit < 8; bit++) {
          for (const { field } of findings(frames, withChecksums(flipped(sound, at, bit)))) {
            named.set(place, (named.get(place) ?? new Set()).add(field ?? '?'));
          }
        }
      }
      const silent = Object.values(fields).filter((place) => place !== '-' && !named.get(place)?.has(place));
      expect(silent, JSON.stringify([...named].map(([place, all]) => [place, ...all]))).to.deep.equal([]);
    });
  }
});

describe('judge, of the padding around timestamps', () => {
  const [FIRST_LAYOUT, OTHER_LAYOUT] = ['080a00000007000000090101', '0101080a0000000700000009'];
  const laidOut = (...layouts: readonly string[]): Uint8Array[] =>
    layouts.map((options, i) =>
      buildFrame({
        ...FOUR,
        options,
        seq: 1000 + 20 * i,
        payload: Uint8Array.from({ length: 20 }, (_, j) => 20 * i + j),
      }),
    );

  it('warns of a unit that has not the first segment’s', () => {
    const frames = laidOut(FIRST_LAYOUT, FIRST_LAYOUT, FIRST_LAYOUT);
    const found = findings(frames, indicated(laidOut(OTHER_LAYOUT, OTHER_LAYOUT, OTHER_LAYOUT)));
    expect(found.map(({ rule, level, field }) => [rule, level, field])).to.deep.equal([
      ['H1', 'should', 'tcp.options'],
    ]);
  });

  it('wants the first segment’s where the segments differ in it', () => {
    const frames = laidOut(FIRST_LAYOUT, OTHER_LAYOUT);
    expect(findings(frames, indicated(frames))).to.deep.equal([]);
    expect(findings(frames, indicated(laidOut(OTHER_LAYOUT, OTHER_LAYOUT)))).to.have.length(1);
  });

  it('names the rule of the timestamps alone where they are wrong', () => {
    const frames = laidOut(FIRST_LAYOUT, FIRST_LAYOUT);
    const other = indicated(laidOut('080a00000008000000090101', '080a00000008000000090101'));
    expect(findings(frames, other).map(({ rule }) => rule)).to.deep.equal(['T3']);
  });
});

describe('judge, of checksums', () => {
  const IP_CHECKSUM = 24;
  const TCP_CHECKSUM = 50;
  /** Rule, field, what it must be and what it is, for each finding. */
  const said = (frames: readonly Uint8Array[], frame: Uint8Array, announced: Announced = {}): string[] =>
    findings(frames, frame, announced).map(
      ({ rule, field, expected, actual }) => `${rule} ${field} ${expected} ${actual}`,
    );

  for (const count of [1, 3]) {
    it(`says what they must be: ${count} segment${count === 1 ? '' : 's'}`, () => {
      const frames = pair(FOUR, count);
      const sound = indicated(frames);
      const ip = u16(sound, IP_CHECKSUM);
      const tcp = u16(sound, TCP_CHECKSUM);
      expect(said(frames, flipped(sound, IP_CHECKSUM, 3))).to.deep.equal([
        `H7 ipv4.checksum ${hexText(ip, 4)} ${hexText(ip ^ 0x800, 4)}`,
      ]);
      expect(said(frames, flipped(sound, TCP_CHECKSUM, 3))).to.deep.equal([
        `H7 tcp.checksum ${hexText(tcp, 4)} ${hexText(tcp ^ 0x800, 4)}`,
      ]);
    });
  }

  it('takes one that is flagged as it is, and only that one', () => {
    const frames = pair(FOUR, 3);
    const sound = indicated(frames);
    const stale = { ip: flipped(sound, IP_CHECKSUM, 3), tcp: flipped(sound, TCP_CHECKSUM, 3) };
    const isFree = (which: 'ip' | 'tcp', announced: Announced): boolean =>
      findings(frames, stale[which], announced).length === 0;
    const flags = [0, 1, 'ip', 'tcp'] as const;
    const free = (which: 'ip' | 'tcp'): unknown =>
      flags.filter((valueInvalid) => isFree(which, { oob: { valueInvalid } }));
    expect(free('ip')).to.deep.equal([1, 'ip']);
    expect(free('tcp')).to.deep.equal([1, 'tcp']);
  });

  it('takes the target’s word for a flag that cannot be seen, but not against one that can', () => {
    const frames = pair(FOUR, 3);
    for (const at of [IP_CHECKSUM, TCP_CHECKSUM]) {
      const stale = flipped(indicated(frames), at, 3);
      const count = (announced: Announced): number => findings(frames, stale, announced).length;
      expect(count({ capabilities: { checksums: 'flagged' } })).to.equal(0);
      expect(count({ capabilities: { checksums: 'flagged' }, oob: { valueInvalid: 0 } })).to.equal(1);
      expect(count({ capabilities: { checksums: 'recomputed' } })).to.equal(1);
      expect(count({ capabilities: { checksums: 'unknown' } })).to.equal(0);
    }
  });

  it('of a lone frame a flag excuses what was right before, and nothing that came wrong', () => {
    const broken = (corrupt: NonNullable<FrameSpec['corrupt']>): Uint8Array[] => [buildFrame({ ...FOUR, corrupt })];
    const announced: Announced = { oob: { valueInvalid: 1 } };
    for (const at of [IP_CHECKSUM, TCP_CHECKSUM]) {
      const sound = pair(FOUR, 1);
      expect(findings(sound, flipped(sound[0] as Uint8Array, at, 3), announced), `sound, ${at}`).to.deep.equal([]);
      for (const corrupt of [{ ipChecksum: 'wrong' }, { tcpChecksum: 'wrong' }] as const) {
        const frames = broken(corrupt);
        const came = frames[0] as Uint8Array;
        expect(findings(frames, came)).to.deep.equal([]);
        expect(said(frames, flipped(came, at, 3), announced), `${JSON.stringify(corrupt)}, ${at}`).to.have.length(1);
      }
    }
  });

  it('lets the urgent pointer of a merged frame be anything: URG is clear', () => {
    const frames = pair(FOUR, 3);
    const sound = indicated(frames);
    expect(findings(frames, withChecksums(flipped(sound, 53, 1)))).to.deep.equal([]);
    const lone = pair(FOUR, 1);
    const [came] = lone as [Uint8Array];
    expect(findings(lone, withChecksums(flipped(came, 53, 1))).map(({ field }) => field)).to.include('tcp.urgent');
    const urgent = [buildFrame({ ...FOUR, flags: 'AU', urgent: 5 })];
    const pointed = urgent[0] as Uint8Array;
    expect(findings(urgent, pointed)).to.deep.equal([]);
    expect(findings(urgent, withChecksums(flipped(pointed, 53, 1)))[0]?.field).to.equal('tcp.urgent');
  });

  it('fails headers that were cut', () => {
    const frames = pair(FOUR, 3);
    const cut = indicated(frames).slice(0, 53);
    expect(findings(frames, cut)).to.have.length.above(0);
    const lone = pair(FOUR, 1);
    expect(findings(lone, (lone[0] as Uint8Array).slice(0, 40))).to.have.length.above(0);
  });
});
