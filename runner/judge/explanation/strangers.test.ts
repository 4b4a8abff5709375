import { expect } from 'chai';
import { referenceRun } from '../../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../../../reference-impl/wire/build.ts';
import { datagram, URO } from '../../../testing/datagram-steps.ts';
import { scripted } from '../../../testing/scripted-coalescer.ts';
import { data, pureAck } from '../../../testing/segment-steps.ts';
import { KINDS, sessionOf } from '../../../testing/single-faults.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { isUnordered, parsed } from '../arrival.ts';
import { isSoft } from '../finding.ts';
import { judge } from '../judge.ts';
import type { Finding, ObservedIndication } from '../types.ts';

function hardFindings(steps: readonly FrameStep[], indications: readonly ObservedIndication[]): Finding[] {
  const capabilities = { ...DEFAULT_CAPABILITIES, uro: true };
  return judge({ steps, indications, statistics: undefined, capabilities }).findings.filter((one) => !isSoft(one));
}

function named(steps: readonly FrameStep[], indications: readonly ObservedIndication[]): string[] {
  return hardFindings(steps, indications).map(({ rule, message }) => `${rule} ${message}`);
}

/** Of hosts, ports, numbers and bytes that no arrival has. */
const STRANGE: FrameSpec = {
  src: '198.51.100.7',
  dst: '203.0.113.9',
  sport: 777,
  dport: 888,
  seq: 0x7000_0000,
  ack: 0x6000_0000,
  id: 99,
  payload: Uint8Array.from({ length: 10 }, (_, i) => 0xe0 + i),
};
const dpc: FrameStep = { dpc: true };

describe('a frame that shares neither the flow nor the payload with what is missing', () => {
  const cases: readonly (readonly [string, readonly FrameStep[], FrameSpec, string])[] = [
    ['a segment for data', [data(0), data(2), dpc], STRANGE, 'I7 #1 (data) never came out.'],
    [
      'a pure ACK for data',
      [data(0), data(2), dpc],
      { ...STRANGE, payload: new Uint8Array() },
      'I7 #1 (data) never came out.',
    ],
    ['a segment for a pure ACK', [data(0), pureAck(3, { ack: 50 }), dpc], STRANGE, 'I7 #1 (pure ACK) never came out.'],
    [
      'a datagram',
      [URO, datagram(1), datagram(2, { ttl: 9 }), dpc],
      { ...STRANGE, transport: 'udp' },
      'I7 #1 (datagram) never came out.',
    ],
  ];
  for (const [name, steps, strange, lost] of cases) {
    it(`is one that was never sent: ${name}`, () => {
      const [first] = scripted(steps, [{ arrivals: [0] }]) as [ObservedIndication];
      const found = named(steps, [first, { ...first, frame: buildFrame(strange) }]);
      expect(found).to.deep.equal([
        'I7 Indication 1 is a frame that was never sent: it holds nothing that arrived.',
        lost,
      ]);
    });
  }
});

describe('a frame of which one field was altered', () => {
  it('is that arrival or unit, whichever field it is', () => {
    const wrong: string[] = [];
    let count = 0;
    const kinds = Object.keys(KINDS);
    kinds.forEach((first, i) => {
      const steps = sessionOf([first, kinds[(i * 5 + 3) % kinds.length] as string], i % 2 === 0 ? 4 : 6);
      const right = referenceRun(steps).indications.map(({ step, frame, oob }) => ({ step, frame, oob }));
      right.forEach((one, place) => {
        const { kind, payloadOffset } = parsed(one.frame);
        if (isUnordered({ kind } as Parameters<typeof isUnordered>[0])) return;
        for (let at = 0; at < payloadOffset; at++) {
          const frame = one.frame.slice();
          frame[at] = (frame[at] as number) ^ (1 << ((3 * at + i) % 8));
          const rows = hardFindings(
            steps,
            right.map((other, k) => (k === place ? { ...one, frame } : other)),
          ).map(({ rule }) => rule);
          count++;
          if (rows.length !== 1 || !rows[0]?.startsWith('H'))
            wrong.push(`${first}, indication ${place}, byte ${at}: ${rows}`);
        }
      });
    });
    expect(count).to.be.at.least(500);
    expect(wrong, wrong.join('\n')).to.deep.equal([]);
  });

  it('is the unit whose header length is wrong, timestamps or none', () => {
    for (const timestamps of [undefined, [7, 8] as const]) {
      const fields = timestamps === undefined ? {} : { timestamps };
      const steps = [data(0, fields), data(1, fields), dpc];
      const [unit] = scripted(steps, [{ arrivals: [0, 1] }]) as [ObservedIndication];
      const frame = unit.frame.slice();
      // The data offset: one word more.
      frame[46] = (frame[46] as number) + 0x10;
      const found = hardFindings(steps, [{ ...unit, frame }]).map(({ rule, field }) => `${rule} ${field}`);
      expect(found).to.deep.equal(['H1 tcp.data-offset']);
    }
  });

  it('is found in a connection that conforms without it', () => {
    const steps = [data(0), pureAck(1), dpc];
    const [first, second] = scripted(steps, [{ arrivals: [0] }, { arrivals: [1] }]) as [
      ObservedIndication,
      ObservedIndication,
    ];
    const frame = second.frame.slice();
    // Of the source address.
    frame[27] = 1;
    expect(
      hardFindings(steps, [first, { ...second, frame }]).map(({ rule, field }) => `${rule} ${field}`),
    ).to.deep.equal(['H1 ipv4.addresses']);
  });

  it('repeats the unit that came out as it should', () => {
    const steps = [data(0), data(1), dpc];
    const [unit] = scripted(steps, [{ arrivals: [0, 1] }]) as [ObservedIndication];
    const frame = unit.frame.slice();
    frame[22] = 9;
    expect(
      hardFindings(steps, [unit, { ...unit, frame }]).map(({ rule, arrivals }) => `${rule} ${arrivals}`),
    ).to.deep.equal(['I7 0,1', 'H4 0,1']);
  });
});
