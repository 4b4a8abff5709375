import { expect } from 'chai';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { judge } from '../judge.ts';

describe('judge, of a frame cut short', () => {
  const whole = buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, id: 7, payload: Uint8Array.of(9) });
  const runt = whole.slice(0, 47);
  const findings = (frame: Uint8Array): unknown =>
    judge({
      steps: [{ rx: runt }, { dpc: true }],
      indications: [{ step: 1, frame, oob: {} }],
      statistics: undefined,
      capabilities: DEFAULT_CAPABILITIES,
    }).findings;

  it('lets it be padded to Ethernet’s minimum, though that makes its IP packet whole', () => {
    const padded = new Uint8Array(60);
    padded.set(runt);
    expect(findings(padded)).to.deep.equal([]);
  });

  it('lets a datagram be padded so, too, where URO is on', () => {
    const [src, dst] = ['10.0.0.1', '192.0.2.1'];
    const rx = buildFrame({ src, dst, sport: 1, dport: 2, id: 7, transport: 'udp', corrupt: { cutTo: 24 } });
    const frame = new Uint8Array(60);
    frame.set(rx);
    const { findings: found } = judge({
      steps: [{ set: { uro: true } }, { rx }, { dpc: true }],
      indications: [{ step: 2, frame, oob: {} }],
      statistics: undefined,
      capabilities: { ...DEFAULT_CAPABILITIES, uro: true },
    });
    expect(found).to.deep.equal([]);
  });

  it('does not take the whole frame for it', () => {
    expect(findings(whole)).to.have.length.above(0);
  });

  it('does not take another frame that begins like it for it, where it may be dropped', () => {
    const ethernetOnly = whole.slice(0, 14);
    const other = buildFrame({ src: '10.0.0.3', dst: '192.0.2.1', sport: 1, dport: 2, transport: 'udp' });
    for (const [steps, step] of [
      [[{ rx: ethernetOnly }, { dpc: true }, { rx: other }, { dpc: true }], 3],
      [[{ rx: ethernetOnly }, { rx: other }, { dpc: true }], 2],
    ] as const) {
      const { findings: found } = judge({
        steps,
        indications: [{ step, frame: other, oob: {} }],
        statistics: undefined,
        capabilities: { ...DEFAULT_CAPABILITIES, drops: 'malformed' },
      });
      expect(found).to.deep.equal([]);
    }
  });

  it('takes what came late for late, and not for another frame', () => {
    const [one, two] = [whole.slice(0, 30), whole.slice(0, 31)];
    const { findings: found } = judge({
      steps: [{ rx: one }, { dpc: true }, { rx: two }, { dpc: true }],
      indications: [
        { step: 3, frame: one, oob: {} },
        { step: 3, frame: two, oob: {} },
      ],
      statistics: undefined,
      capabilities: DEFAULT_CAPABILITIES,
    });
    expect(found.map(({ rule, arrivals }) => `${rule} ${arrivals}`)).to.deep.equal(['I2 0']);
  });
});
