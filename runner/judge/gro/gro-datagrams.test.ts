import { expect } from 'chai';
import { referenceRun } from '../../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { setU16, u16 } from '../../../reference-impl/wire/bytes.ts';
import { datagram, URO } from '../../../testing/datagram-steps.ts';
import { DEFAULT_CAPABILITIES } from '../../capabilities/capabilities.ts';
import { judge } from '../judge.ts';

const frameOf = (step: FrameStep): Uint8Array => (step as { rx: Uint8Array }).rx;

/** What Microsoft's rules make of them: the same headers and payloads, both checksums zero. */
function unit(...datagrams: FrameStep[]): Uint8Array {
  const [one] = referenceRun([URO, ...datagrams, { dpc: true }]).indications;
  if (one === undefined) throw new Error('nothing came out');
  return one.frame.slice();
}

function reported(arrivals: readonly FrameStep[], indicated: readonly Uint8Array[], uroSegSize?: number): string[] {
  const steps = [URO, ...arrivals, { dpc: true as const }];
  const { findings } = judge({
    steps,
    indications: indicated.map((frame) => ({
      step: steps.length - 1,
      frame,
      oob: uroSegSize === undefined ? {} : { uroSegSize },
    })),
    statistics: undefined,
    capabilities: { ...DEFAULT_CAPABILITIES, uro: true, profile: 'gro' },
  });
  return findings.map((found) => `${found.rule} ${found.level} #${found.arrivals} ${found.field}`);
}

/** Longer than Ethernet's minimum. */
const long = (place: number, fields = {}): FrameStep =>
  datagram(place, { payload: new Uint8Array(40).fill(place), ...fields });

describe('judge of datagrams under profile gro', () => {
  const [a, b, c] = [long(1), long(2), long(3)] as const;

  it('accepts what gives back the datagrams, whenever it comes', () => {
    expect(reported([a, b, c], [unit(a, b, c)], 40)).to.deep.equal([]);
    expect(reported([a, b, c], [unit(a, b), frameOf(c)])).to.deep.equal([]);
    expect(reported([a, { dpc: true }, b], [unit(a, b)])).to.deep.equal([]);
    const last = long(3, { payload: new Uint8Array(7).fill(3) });
    expect(reported([a, b, last], [unit(a, b, last)])).to.deep.equal([]);
  });

  it('accepts any Identification with DF; without it, one that counts', () => {
    const [d, e] = [long(9, { df: true }), long(5, { df: true })];
    expect(reported([d, e], [unit(d, e)])).to.deep.equal([]);
    const [f, g] = [long(9, { df: false }), long(5, { df: false })];
    expect(reported([f, g], [unit(f, g)])).to.deep.equal(['R1 must #1 merge']);
    const [h, i] = [long(9, { df: false, id: 4 }), long(5, { df: false, id: 4 })];
    expect(reported([h, i], [unit(h, i)])).to.deep.equal(['R1 should #1 merge']);
  });

  it('accepts no merge that no segmentation makes', () => {
    const unlike: readonly (readonly [string, object])[] = [
      ['another TTL', { ttl: 9 }],
      ['another DSCP', { dscp: 9 }],
      ['longer', { payload: new Uint8Array(41) }],
      ['another source MAC', { srcMac: '02:00:00:00:00:09' }],
    ];
    for (const [what, fields] of unlike) {
      const odd = long(2, fields);
      const plain = long(2, 'payload' in fields ? fields : {});
      expect(reported([a, odd], [unit(a, plain)]), what).to.not.deep.equal([]);
    }
    const wrong = long(2, { corrupt: { udpChecksum: 'wrong' } });
    expect(reported([a, wrong], [unit(a, b)])).to.deep.equal(['R1 must #1 merge']);
    const none = long(2, { corrupt: { udpChecksum: 0 } });
    expect(reported([a, none], [unit(a, b)])).to.deep.equal(['R1 should #1 merge']);
  });

  it('compares the frame: lengths, ports, payload, the reported size', () => {
    const changes: readonly (readonly [number, string])[] = [
      [16, 'IP length'],
      [38, 'udp.length'],
      [34, 'addresses and ports'],
      [50, 'payload'],
    ];
    for (const [at, field] of changes) {
      const frame = unit(a, b);
      setU16(frame, at, u16(frame, at) ^ 1);
      expect(reported([a, b], [frame]).join(), field).to.match(/^(?:R1|I7) must/);
    }
    expect(reported([a, b], [unit(a, b)], 39)).to.deep.equal(['R1 must #0 merge']);
  });

  it('warns where what GRO gives up overtakes its flow, and fails where a plain datagram does', () => {
    const asides = [
      long(2, { corrupt: { udpChecksum: 0 } }),
      long(2, { ipOptions: '01010101' }),
      long(2, { corrupt: { udpChecksum: 'wrong' } }),
      long(2, { trailer: 4 }),
      long(2, { payload: new Uint8Array(0) }),
    ];
    for (const aside of asides)
      expect(reported([a, aside], [frameOf(aside), frameOf(a)])).to.deep.equal(['R2 should #0,1 order']);
    expect(reported([a, b], [frameOf(b), frameOf(a)])).to.deep.equal(['I1 must #0,1 order']);
  });

  it('misses nothing that is lost or repeated', () => {
    expect(reported([a, b, c], [unit(a, b)])).to.deep.equal(['I7 derived #2 indications']);
    expect(reported([a, b], [unit(a, b), frameOf(b)])).to.deep.equal(['I7 derived #1 indications']);
  });
});
