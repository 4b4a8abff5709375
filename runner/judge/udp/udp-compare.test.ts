import { expect } from 'chai';
import { Coalescer } from '../../../reference-impl/coalescer.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { advance } from '../../../reference-impl/step.ts';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { judge } from '../judge.ts';

describe('judge, of an SCU of datagrams', () => {
  const datagram = (id: number): FrameStep => ({
    rx: buildFrame({
      src: '10.0.0.1',
      dst: '192.0.2.1',
      sport: 1,
      dport: 2,
      id,
      transport: 'udp',
      payload: new Uint8Array(40).fill(id),
    }),
  });
  /** What the reference makes of two datagrams, without a checksum verdict. */
  function rulesBroken(end: FrameStep): string[] {
    const steps = [{ set: { uro: true } }, datagram(1), datagram(2), end, { dpc: true as const }];
    const coalescer = new Coalescer();
    const indications = steps.flatMap((step, at) =>
      advance(coalescer, step).map(({ frame, oob }) => ({
        step: at,
        frame,
        oob: { ...oob, tcpChecksum: 'none' as const, ipChecksum: 'none' as const },
      })),
    );
    const capabilities = { ...DEFAULT_CAPABILITIES, uro: true, rxcsum: true };
    return judge({ steps, indications, statistics: undefined, capabilities }).findings.map(({ rule }) => rule);
  }

  it('asks no checksum verdict of what switching receive checksum offload off ends, as of segments', () => {
    expect(rulesBroken({ set: { rxcsum: false } })).to.deep.equal([]);
  });

  it('asks it otherwise', () => {
    expect(rulesBroken({ wait: 1 })).to.deep.equal(['U5', 'U5']);
  });
});
