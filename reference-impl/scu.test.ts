/** What an SCU says: header fields, out-of-band data, counters. */

import { expect } from 'chai';
import { ack, BASE6, data, feed, parsed, payloadOf, run } from '../testing/scenario.ts';
import { Coalescer } from './coalescer.ts';
import type { Policy } from './policy.ts';
import type { FrameSpec } from './wire/build.ts';

const six = (extra: Partial<FrameSpec> = {}): Partial<FrameSpec> => ({ src: BASE6.src, dst: BASE6.dst, ...extra });
const jumbo = (extra: Partial<FrameSpec>, last: number): Uint8Array[] => [
  ...Array.from({ length: 3 }, (_, i) => data(i * 20_000, extra, 20_000)),
  data(60_000, extra, last),
];

describe('SCU', () => {
  it('a header field of each kind', () => {
    const [scu] = run([
      data(0, { id: 7, ttl: 9, window: 1, flags: 'AP', timestamps: [10, 1] }, 101),
      data(101, { id: 8, ttl: 5, window: 2, ack: 600, timestamps: [17, 3] }, 99),
      ack(200, { id: 9, ttl: 8, window: 3, ack: 600, timestamps: [18, 4] }),
    ]);
    const segment = parsed(scu?.frame as Uint8Array);
    const { ipId, ttl, window, ack: acknowledged, seq, flags, tsVal, tsEcr, payloadLength, ipEnd } = segment;
    expect([ipId, ttl, window, acknowledged, seq, flags, tsVal, tsEcr, payloadLength]).to.deep.equal([
      ...[7, 5, 3, 600, 1000, 0x18, 18, 4, 200],
    ]);
    expect(ipEnd).to.equal(segment.frame.length);
    expect(payloadOf(segment.frame)).to.deep.equal(payloadOf(data(0, {}, 200)));
    expect(scu?.oob).to.deep.equal({
      ...{ segCount: 2, dupAckCount: 0, timestampDelta: 8, ipChecksum: 'ok', tcpChecksum: 'ok', valueInvalid: 0 },
    });
  });

  it('leaves Ethernet padding out, and merged SCUs short', () => {
    const [scu] = run([data(0, {}, 1), data(1, {}, 1)]);
    expect(scu?.frame.length).to.equal(56);
    expect(payloadOf(scu?.frame as Uint8Array)).to.deep.equal(payloadOf(data(0, {}, 2)));
  });

  it('H7 flagged: the checksum fields stay, and are said to be invalid', () => {
    const frames = [data(0, { id: 1 }), data(100)];
    const [scu] = run(frames, { checksums: 'flagged' });
    expect(scu?.oob.valueInvalid).to.equal(1);
    expect(scu?.frame.slice(50, 52)).to.deep.equal(frames[0]?.slice(50, 52));
    expect(run([data(0, six()), data(100, six())], { checksums: 'flagged' })[0]?.oob.valueInvalid).to.equal('tcp');
  });

  it('O1, O2: counts', () => {
    const counts = (frames: readonly Uint8Array[], policy: Partial<Policy> = {}): unknown =>
      run(frames, policy).map(({ oob }) => [oob.segCount, oob.dupAckCount]);
    expect(counts([data(0)])).to.deep.equal([[0, 0]]);
    expect(counts([data(0)], { loneSegCount: 1 })).to.deep.equal([[1, 0]]);
    expect(counts([data(0), ack(100, { window: 1 })])).to.deep.equal([[1, 0]]);
    expect(counts([ack(0), ack(0, { window: 1 })])).to.deep.equal([[1, 0]]);
    expect(counts([ack(0), ack(0), ack(0)], { duplicateAcks: 'counted' })).to.deep.equal([[1, 2]]);
  });

  it('O4: verdicts of lone frames are true', () => {
    const verdict = (frame: Uint8Array): unknown => {
      const { oob } = run([frame])[0] as { oob: { ipChecksum: string; tcpChecksum: string } };
      return `${oob.ipChecksum} ${oob.tcpChecksum}`;
    };
    expect(verdict(data(0))).to.equal('ok ok');
    expect(verdict(data(0, { corrupt: { tcpChecksum: 'wrong' } }))).to.equal('ok bad');
    expect(verdict(data(0, { corrupt: { ipChecksum: 'wrong' } }))).to.equal('bad ok');
    expect(verdict(data(0, { mf: true }))).to.equal('ok none');
    expect(verdict(data(0, { fragmentOffset: 2 }))).to.equal('ok none');
    expect(verdict(data(0, { ipOptions: '83070400000000' }))).to.equal('ok none');
    expect(verdict(data(0, { ipOptions: '83070800000000' }))).to.equal('ok ok');
    expect(verdict(data(0, six({ extensions: [{ kind: 'routing', left: 1 }] })))).to.equal('none none');
    expect(verdict(data(0, six({ extensions: [{ kind: 'routing' }] })))).to.equal('none ok');
    expect(verdict(data(0, six({ extensions: [{ kind: 'fragment' }] })))).to.equal('none ok');
    expect(verdict(data(0, { transport: 'udp' }))).to.equal('ok none');
  });

  it('S: counters', () => {
    const coalescer = new Coalescer();
    feed(coalescer, [
      ...[data(0), data(100), ack(200, { window: 3 }), data(250, { window: 3 }), ack(350, { window: 3 })],
      ...[
        ack(350, { window: 9 }),
        data(350, { flags: 'AS' }),
        data(0, { transport: 'udp' }),
        ...jumbo({ ecn: 1 }, 9000),
      ],
    ]);
    coalescer.endOfDpc();
    // Units: [0 1 2] ended by C2, [3] by C8, [4 5] by E3, three 20,000s by E7, and 9,000 bytes.
    expect(coalescer.statistics).to.deep.equal({ pkts: 2 + 1 + 3, octets: 200 + 60_000, events: 3, aborts: 3 });
    coalescer.reset();
    expect(coalescer.statistics).to.deep.equal({ pkts: 0, octets: 0, events: 0, aborts: 0 });
  });
});
