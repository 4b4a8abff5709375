import { expect } from 'chai';
import fc from 'fast-check';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { Segment } from './segment.ts';
import { TUNNEL_KINDS, type TunnelReading } from './tunnel.ts';
import { parseTunnelled } from './tunnelled-segment.ts';

const READINGS: readonly TunnelReading[] = [
  { kinds: TUNNEL_KINDS, lengths: 'checked' },
  { kinds: TUNNEL_KINDS, lengths: 'ignored' },
];

describe('a segment inside tunnels', () => {
  const frames = loadCorpus()
    .vectors.filter(({ id }) => id.startsWith('indication/tunnels/'))
    .flatMap((vector) => expandVector(vector).flatMap((step) => ('rx' in step ? [step.rx] : [])));

  it('has all headers before it in order, without a hole', () => {
    let inside = 0;
    for (const frame of frames) {
      for (const reading of READINGS) {
        const { outer, linkEnd, ipOffset, tunnels } = parseTunnelled(frame, new Segment(), reading);
        expect([linkEnd, ...outer.map(({ end }) => end)]).to.deep.equal([...outer.map(({ at }) => at), ipOffset]);
        inside += tunnels.length;
      }
    }
    expect(inside).to.be.greaterThan(frames.length);
  });

  it('has no IP checksum over IPv6, whatever the outer header’s is', () => {
    const states = frames.flatMap((frame) =>
      READINGS.map((reading) => parseTunnelled(frame, new Segment(), reading))
        .filter(({ ipVersion, tunnels, kind }) => ipVersion === 6 && tunnels.length > 0 && kind === 'segment')
        .map(({ ipChecksum }) => ipChecksum),
    );
    expect(states.length).to.be.greaterThan(0);
    expect(new Set(states)).to.deep.equal(new Set(['unverified']));
  });

  it('is read whatever the bytes are', () => {
    const changes = fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 6 });
    fc.assert(
      fc.property(fc.nat(frames.length - 1), changes, fc.nat(200), fc.nat(1), (which, bytes, cut, how) => {
        const frame = (frames[which] as Uint8Array).slice(0, cut < 150 ? cut : undefined);
        for (const [at, value] of bytes) if (at < frame.length) frame[at] = value;
        const segment = parseTunnelled(frame, new Segment(), READINGS[how] as TunnelReading);
        expect(segment.ipEnd).to.be.at.most(Math.max(frame.length, segment.ipOffset));
        if (segment.kind === 'segment') expect(segment.payloadOffset).to.be.at.most(segment.ipEnd);
      }),
      { numRuns: 3000 },
    );
  });

  it('is not looked for where an outer length or checksum is wrong, unless these are ignored', () => {
    const [frame] = frames as [Uint8Array];
    const [checked, ignored] = READINGS as [TunnelReading, TunnelReading];
    const { outer } = parseTunnelled(frame, new Segment(), checked);
    const ip = outer[0]?.at ?? 0;
    for (const at of [ip + 3, ip + 10]) {
      const wrong = frame.slice();
      wrong[at] = (wrong[at] as number) ^ 1;
      expect(parseTunnelled(wrong, new Segment(), checked).kind).to.equal('other');
      expect(parseTunnelled(wrong, new Segment(), ignored).kind).to.equal('segment');
    }
  });
});
