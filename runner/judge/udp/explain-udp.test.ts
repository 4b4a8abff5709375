/** What the judge calls it where no order explains the datagrams that came out. */

import { expect } from 'chai';
import { referenceRun } from '../../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { setU16, u16 } from '../../../reference-impl/wire/bytes.ts';
import { datagram, URO } from '../../../testing/datagram-steps.ts';
import { type Capabilities, DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { judge } from '../judge.ts';

const frameOf = (step: FrameStep): Uint8Array => (step as { rx: Uint8Array }).rx;

/** What the reference makes of them. */
function unit(...datagrams: FrameStep[]): Uint8Array {
  const [one] = referenceRun([URO, ...datagrams, { dpc: true }]).indications;
  if (one === undefined) throw new Error('nothing came out');
  return one.frame;
}

function reported(
  arrivals: readonly FrameStep[],
  indicated: readonly Uint8Array[],
  capabilities: Partial<Capabilities> = {},
): string[] {
  const steps = [URO, ...arrivals, { dpc: true as const }];
  const { findings } = judge({
    steps,
    indications: indicated.map((frame) => ({ step: steps.length - 1, frame, oob: {} })),
    statistics: undefined,
    capabilities: { ...DEFAULT_CAPABILITIES, uro: true, ...capabilities },
  });
  return findings.map((found) => `${found.rule} #${found.arrivals} ${found.field}`);
}

describe('judge of URO, out of order', () => {
  const [a, b, c, d] = [datagram(1), datagram(2), datagram(3), datagram(4)] as const;
  const other = datagram(9, { sport: 7 });
  const asOther = datagram(9);
  const wrong = datagram(2, { corrupt: { udpChecksum: 'wrong' } });
  const [fa, fb, fc, fd, fo] = [a, b, c, d, other].map(frameOf) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];

  it('knows what was passed over by a merge, before it or after it', () => {
    expect(reported([a, b, c], [unit(a, c), fb])).to.deep.equal(['U7 #1,2 order']);
    expect(reported([a, b, c], [fb, unit(a, c)])).to.deep.equal(['U7 #0,1 order']);
    expect(reported([a, b, c, d], [unit(a, c), unit(b, d)])).to.deep.equal(['U7 #1,2 order']);
  });

  it('knows a wrong checksum among what was passed over', () => {
    expect(reported([a, wrong, c], [unit(a, c), frameOf(wrong)])).to.deep.equal(['U4 #1,2 order']);
    expect(reported([a, b, wrong, c], [unit(a, c), fb, frameOf(wrong)])[0]).to.match(/^U4 #1,2,3 order$/);
  });

  it('holds nothing against a merge that only what never came out lay in', () => {
    expect(reported([a, b, c], [unit(a, c)])).to.deep.equal(['I7 #1 indications']);
    expect(reported([a, other, c], [unit(a, c), fo])).to.deep.equal([]);
    expect(reported([a, wrong, c], [unit(a, c)], { drops: 'checksum' })).to.deep.equal([]);
    expect(reported([a, wrong, b, c], [unit(a, c)], { drops: 'checksum' })).to.deep.equal(['I7 #2 indications']);
  });

  it('knows what changed places, alone or merged', () => {
    expect(reported([a, b], [fb, fa])).to.deep.equal(['U7 #0,1 order']);
    expect(reported([a, b, c, d], [fc, fd, unit(a, b)])).to.deep.equal(['U7 #0,1,2,3 order']);
    expect(reported([a, wrong, b, c], [fc, unit(a, b)], { drops: 'checksum' })[0]).to.match(/^U7 /);
  });

  it('knows it whatever the checksums of the unit', () => {
    // As a coalescer leaves them whose units are cut again.
    const summed = (frame: Uint8Array): Uint8Array => {
      setU16(frame, 40, 0x1234);
      return frame;
    };
    const optioned = datagram(3, { ipOptions: '01010101' });
    expect(reported([a, b, optioned, d], [summed(unit(a, b, d)), frameOf(optioned)])).to.deep.equal([
      'U5 #0,1,3 udp.checksum',
      'U7 #2,3 order',
    ]);
    const short = datagram(3, { payload: new Uint8Array(0), corrupt: { udpLength: 7 } });
    expect(reported([a, b, short], [frameOf(short), summed(unit(a, b))])).to.deep.equal([
      'U5 #0,1 udp.checksum',
      'U7 #0,1,2 order',
    ]);
  });

  it('knows what changed places beside what is only warned of', () => {
    const [e, f] = [datagram(5), datagram(6)] as const;
    // The lengths leave out the UDP header.
    const literal = unit(e, f);
    for (const at of [16, 38]) setU16(literal, at, u16(literal, at) - 8);
    const drops = { drops: 'checksum' } as const;
    expect(reported([a, wrong, b, c, e, f], [fc, unit(a, b), literal], drops)).to.deep.equal([
      'U5 #4,5 ipv4.total-length',
      'U5 #4,5 udp.length',
      'U7 #0,2,3 order',
    ]);
  });

  it('knows what came twice, what never came, and what was never sent', () => {
    expect(reported([a, b], [unit(a, b), unit(a, b)])).to.deep.equal(['I7 #0,1 indications']);
    expect(reported([a, b, c], [unit(a, b)])).to.deep.equal(['I7 #2 indications']);
    expect(reported([a], [fa, fo])).to.deep.equal(['I7 # indications']);
  });

  it('knows a merge with another connection’s datagram', () => {
    expect(reported([a, other, b], [unit(a, asOther), fb])).to.deep.equal(['U7 #1 merge']);
  });
});

describe('judge of URO, where tags are stripped', () => {
  const tagged = (place: number, vid: number): FrameStep => datagram(place, { tags: [{ vid }] });
  const four = [tagged(1, 5), tagged(2, 6), tagged(3, 5), tagged(4, 6)];
  const [a, b, c, d] = [datagram(1), datagram(2), datagram(3), datagram(4)] as const;
  const STRIPPED = { vlan: 'stripped' } as const;

  it('accepts units by tag, side by side, and units of all', () => {
    expect(reported(four, [unit(a, c), unit(b, d)], STRIPPED)).to.deep.equal([]);
    expect(reported(four, [unit(b, d), unit(a, c)], STRIPPED)).to.deep.equal([]);
    expect(reported(four, [unit(a, b, c, d)], STRIPPED)).to.deep.equal([]);
    expect(reported(four, [unit(a, c), frameOf(b), frameOf(d)], STRIPPED)).to.deep.equal([]);
  });

  it('accepts no others, and nothing lost', () => {
    expect(reported(four, [unit(a, d), unit(b, c)], STRIPPED)).to.have.length.above(0);
    expect(reported(four, [unit(a, c), frameOf(d)], STRIPPED)).to.deep.equal(['I7 #1 indications']);
    expect(reported(four, [unit(a, c), frameOf(d), frameOf(b)], STRIPPED)).to.have.length.above(0);
  });
});
