import { expect } from 'chai';
import fc from 'fast-check';
import type { OutOfBand } from '../../../reference-impl/indication.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { udpFields } from '../../../reference-impl/udp/udp-fields.ts';
import { buildFrame, type FrameSpec } from '../../../reference-impl/wire/build.ts';
import { setU16, u16 } from '../../../reference-impl/wire/bytes.ts';
import { Ipv4At } from '../../../reference-impl/wire/fields.ts';
import { dice } from '../../../testing/legal-coalescer.ts';
import { positionCode } from '../../../vectors/position-code.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { coalescerSubject } from '../../selfcheck/subject.ts';
import { arrivalsOf } from '../arrival.ts';
import { judge } from '../judge.ts';
import type { Judgement, ObservedIndication } from '../types.ts';
import { splitUdp, type UdpArrival } from './udp-arrival.ts';
import { checkUdpMerge } from './udp-merge-check.ts';

const capabilities: Capabilities = { ...DEFAULT_CAPABILITIES, uro: true };
const SOURCES = ['10.0.0.1', '10.0.0.2', '2001:db8::5'] as const;
const ODDITIES: readonly Partial<FrameSpec>[] = [
  { ttl: 3 },
  { dscp: 3 },
  { ecn: 3 },
  { df: false, flowLabel: 9 },
  { srcMac: '02:00:00:00:00:09' },
  { tags: [{ vid: 5 }] },
  { corrupt: { udpChecksum: 'wrong' } },
  { corrupt: { udpChecksum: 0 } },
  { corrupt: { ipChecksum: 'wrong' } },
  { corrupt: { udpLength: 9 } },
  { corrupt: { ipLength: 25 } },
  { corrupt: { ipLength: 2000 } },
  { slack: 3 },
  { ipOptions: '01010101', extensions: [{ kind: 'destination' }] },
  { mf: true, extensions: [{ kind: 'fragment', more: true }] },
  { fragmentOffset: 9, extensions: [{ kind: 'fragment', offset: 9 }] },
  { trailer: 40, trailerByte: 0xee },
];

interface Op {
  readonly what: 'datagram' | 'dpc' | 'on' | 'off';
  readonly connection: number;
  readonly length: number;
  readonly odd: number;
}

const ops: fc.Arbitrary<Op[]> = fc.array(
  fc.record({
    what: fc.oneof(
      { weight: 20, arbitrary: fc.constant('datagram' as const) },
      { weight: 3, arbitrary: fc.constantFrom('dpc' as const, 'on' as const, 'off' as const) },
    ),
    connection: fc.nat(2),
    length: fc.constantFrom(50, 50, 50, 50, 20, 60, 0, 4),
    odd: fc.oneof({ weight: 4, arbitrary: fc.constant(-1) }, { weight: 1, arbitrary: fc.nat(ODDITIES.length - 1) }),
  }),
  { maxLength: 24 },
);

/** URO goes on first, and a DPC ends it all. */
function stepsOf(list: readonly Op[]): FrameStep[] {
  let id = 1;
  let at = 0;
  const steps = list.map(({ what, connection, length, odd }): FrameStep => {
    if (what === 'dpc') return { dpc: true };
    if (what !== 'datagram') return { set: { uro: what === 'on' } };
    const src = SOURCES[connection] as string;
    const payload = new Uint8Array(length);
    positionCode(src, at, payload);
    at += length;
    const dst = src.includes(':') ? '2001:db8::1' : '192.0.2.1';
    const ends = { src, dst, sport: 4000, dport: 5000 };
    return { rx: buildFrame({ ...ends, transport: 'udp', id: id++, payload, ...(ODDITIES[odd] ?? {}) }) };
  });
  return [{ set: { uro: true } }, ...steps, { dpc: true }];
}

/** Anything that the rules allow, as the dice fall. */
function legalUro(steps: readonly FrameStep[], seed: number): ObservedIndication[] {
  const roll = dice(seed);
  const eager = roll();
  const style = { id: roll() < 0.3, quiet: roll() < 0.3, pad: roll() < 0.3, lone: roll() < 0.5, eachSet: roll() < 0.5 };
  const arrivals = arrivalsOf(steps, false);
  const datagrams = new Map(splitUdp(steps, arrivals, []).arrivals.map((one) => [one.step, one]));
  const open = new Map<string, UdpArrival[]>();
  const out: ObservedIndication[] = [];
  let due: Omit<ObservedIndication, 'step'>[] = [];
  const end = (name: string): void => {
    const run = open.get(name);
    open.delete(name);
    if (run !== undefined) due.push(indicated(run));
  };
  const indicated = (run: readonly UdpArrival[]): Omit<ObservedIndication, 'step'> => {
    const { unit } = checkUdpMerge(run);
    const first = run[0] as UdpArrival;
    const oob: Partial<OutOfBand> = { ipChecksum: 'none', tcpChecksum: 'none' };
    if (run.length === 1) {
      const count = style.lone ? { uroSegCount: 1, uroSegSize: first.datagram.payloadLength } : {};
      return { frame: first.frame.slice(), oob: style.quiet ? {} : { ...oob, ...count } };
    }
    const frame = new Uint8Array(unit.end + (style.pad ? 20 : 0));
    frame.set(unit.bytes.subarray(0, unit.end));
    for (const [field, access] of Object.entries(udpFields)) {
      if (!access.has(unit)) continue;
      const lengths = { 'udp.length': unit.end - unit.udpOffset } as Readonly<Record<string, number>>;
      access.write(frame, unit, field.endsWith('checksum') ? 0 : (lengths[field] ?? unit.ipLengthWith(0)));
    }
    if (style.id && unit.ipVersion === 4) setU16(frame, unit.ipOffset + Ipv4At.id, 4711);
    const size = unit.udpLength - 8;
    const metadata = { uroSegCount: run.length, uroSegSize: size, ipChecksum: 'ok', tcpChecksum: 'ok' } as const;
    return { frame, oob: style.quiet ? {} : metadata };
  };
  const take = (step: number): void => {
    out.push(...due.map((one) => ({ ...one, step })));
    due = [];
  };
  steps.forEach((step, index) => {
    if ('dpc' in step) {
      for (const name of [...open.keys()].sort(() => roll() - 0.5)) end(name);
      take(index);
    } else if ('set' in step) {
      if (step.set.uro === false || style.eachSet) for (const name of [...open.keys()]) end(name);
      if (step.set.uro === false || roll() < 0.5) take(index);
    } else if ('rx' in step) {
      const one = datagrams.get(index);
      if (one === undefined) {
        due.push({ frame: step.rx, oob: {} });
        return;
      }
      const name = one.datagram.connection;
      const run = open.get(name) ?? [];
      const isLegal = run.length > 0 && checkUdpMerge([...run, one]).findings.length === 0;
      if (isLegal && roll() < eager) open.set(name, [...run, one]);
      else {
        end(name);
        open.set(name, [one]);
        if (roll() > eager) end(name);
      }
    }
  });
  return out;
}

function judged(steps: readonly FrameStep[], indications: readonly ObservedIndication[]): Judgement {
  return judge({ steps, indications, statistics: undefined, capabilities });
}

describe('judge of URO', () => {
  const plain: Op = { what: 'datagram', connection: 0, length: 50, odd: -1 };
  const three = stepsOf([plain, plain, plain]);
  const reference = coalescerSubject();

  it('never fails the reference', () => {
    fc.assert(
      fc.property(ops, (list) => {
        const steps = stepsOf(list);
        const { findings, verdict, ratio } = judge({ steps, ...reference(steps), capabilities });
        expect(findings).to.deep.equal([]);
        expect([verdict, ratio]).to.deep.equal(['pass', 1]);
      }),
      { numRuns: 300 },
    );
  });

  it('never fails anything that is legal', () => {
    fc.assert(
      fc.property(ops, fc.integer(), (list, seed) => {
        const steps = stepsOf(list);
        expect(judged(steps, legalUro(steps, seed)).findings).to.deep.equal([]);
      }),
      { numRuns: 500 },
    );
  });

  it('finds what is lost, and what comes twice, in any session', () => {
    fc.assert(
      fc.property(ops, fc.nat(), (list, pick) => {
        const steps = stepsOf([plain, ...list]);
        const { indications } = reference(steps);
        const at = pick % indications.length;
        const lost = indications.filter((_, i) => i !== at);
        expect(judged(steps, lost).verdict).to.equal('fail');
        const twice = indications.flatMap((one, i) => (i === at ? [one, one] : [one]));
        expect(judged(steps, twice).verdict).to.equal('fail');
      }),
      { numRuns: 150 },
    );
  });

  it('never throws, whatever was indicated', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 90 }),
      fc.nat().map((n) => n),
    );
    fc.assert(
      fc.property(ops, fc.array(fc.tuple(bytes, fc.nat(20), fc.nat(255)), { maxLength: 6 }), (list, noise) => {
        const steps = stepsOf(list);
        const { indications } = reference(steps);
        const frames = indications.map(({ frame }) => frame);
        const made = noise.map(([what, at, value]): ObservedIndication => {
          const frame =
            typeof what === 'number' ? (frames[what % Math.max(1, frames.length)] ?? new Uint8Array()).slice() : what;
          if (frame.length > 0) frame[(at * 3) % frame.length] = value;
          return { step: at, frame, oob: { uroSegCount: value, uroSegSize: at } };
        });
        expect(judged(steps, made).verdict).to.be.oneOf(['pass', 'pass-less', 'warn', 'fail']);
      }),
      { numRuns: 200 },
    );
  });

  it('warns where the lengths leave the UDP header out, and says which', () => {
    const [one, ...others] = reference(three).indications;
    expect(others).to.deep.equal([]);
    const frame = one?.frame.slice() ?? new Uint8Array();
    for (const at of [16, 38]) setU16(frame, at, u16(frame, at) - 8);
    const { verdict, findings } = judged(three, [{ ...one, frame, step: 4, oob: one?.oob ?? {} }]);
    expect(verdict).to.equal('warn');
    expect(findings.map(({ rule, field, level }) => [rule, field, level])).to.deep.equal([
      ['U5', 'ipv4.total-length', 'should'],
      ['U5', 'udp.length', 'should'],
    ]);
  });

  it('takes a key that was not reported for nothing', () => {
    const { indications } = reference(three);
    const bare = indications.map((one) => ({ ...one, oob: {} }));
    const { verdict, notObserved } = judged(three, bare);
    expect(verdict).to.equal('pass');
    expect(notObserved).to.include.members(['uroSegCount', 'uroSegSize']);
  });

  it('accepts zeroed checksums of a lone datagram only while URO is on', () => {
    const zeroed = (steps: readonly FrameStep[]): Judgement => {
      const { indications } = reference(steps);
      return judged(
        steps,
        indications.map((one) => {
          const frame = one.frame.slice();
          setU16(frame, 24, 0);
          setU16(frame, 40, 0);
          return { ...one, frame, oob: { ...one.oob, ipChecksum: 'ok', tcpChecksum: 'ok' } };
        }),
      );
    };
    expect(zeroed(stepsOf([plain])).findings).to.deep.equal([]);
    expect(zeroed(stepsOf([{ ...plain, what: 'off' }, plain])).findings[0]?.rule).to.equal('U10');
  });
});
