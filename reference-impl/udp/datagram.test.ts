import { expect } from 'chai';
import fc from 'fast-check';
import { buildFrame, type FrameSpec } from '../wire/build.ts';
import { u16 } from '../wire/bytes.ts';
import { Datagram, parseDatagram } from './datagram.ts';

const ENDS = {
  4: { src: '10.0.0.1', dst: '192.0.2.1', sport: 4000, dport: 5000 },
  6: { src: '2001:db8::5', dst: '2001:db8::1', sport: 4000, dport: 5000 },
} as const;

function frame(version: 4 | 6, fields: Partial<FrameSpec> = {}): Uint8Array {
  return buildFrame({ ...ENDS[version], transport: 'udp', payload: new Uint8Array(20).fill(7), ...fields });
}

function parse(bytes: Uint8Array): Datagram {
  return parseDatagram(bytes, new Datagram());
}

describe('parseDatagram', () => {
  for (const version of [4, 6] as const) {
    const header = version === 4 ? 20 : 40;

    it(`reads a datagram over IPv${version}`, () => {
      const datagram = parse(frame(version, { dscp: 5, ecn: 1, ttl: 9 }));
      expect(datagram).to.deep.include({
        kind: 'datagram',
        ipVersion: version,
        udpOffset: 14 + header,
        udpLength: 28,
        payloadLength: 20,
        trafficClass: 21,
        ttl: 9,
        udpChecksum: 'right',
        hasChecksum: true,
        hasIpExtras: false,
      });
      expect(datagram.lengthsAgree).to.equal(true);
    });

    it(`tells checksums over IPv${version} apart: wrong, none, and a sum of zero sent as 0xFFFF`, () => {
      expect(parse(frame(version, { corrupt: { udpChecksum: 'wrong' } })).udpChecksum).to.equal('wrong');
      const none = parse(frame(version, { corrupt: { udpChecksum: 0 } }));
      expect([none.udpChecksum, none.hasChecksum]).to.deep.equal(['unverified', false]);
      // The payload that makes the sum zero: what the field says with two zero bytes in its place.
      const probe = frame(version, { payload: new Uint8Array(2) });
      const field = u16(probe, 14 + header + 6);
      const zero = frame(version, { payload: Uint8Array.from([field >> 8, field & 0xff]) });
      expect(u16(zero, 14 + header + 6)).to.equal(0xffff);
      expect(parse(zero).udpChecksum).to.equal('right');
    });

    it(`knows lengths over IPv${version} that disagree`, () => {
      const slack = parse(frame(version, { slack: 5 }));
      expect([slack.lengthsAgree, slack.payloadLength, slack.udpChecksum]).to.deep.equal([false, 20, 'right']);
      const claimed = parse(frame(version, { corrupt: { udpLength: 29 } }));
      expect([claimed.lengthsAgree, claimed.payloadLength, claimed.udpChecksum]).to.deep.equal([
        false,
        20,
        'unverified',
      ]);
      const none = parse(frame(version, { corrupt: { udpLength: 0 } }));
      expect([none.kind, none.lengthsAgree, none.payloadLength]).to.deep.equal(['datagram', false, 0]);
      const cut = parse(frame(version, { corrupt: { ipLength: (version === 4 ? 20 : 0) + 7 } }));
      expect(cut.kind).to.equal('other');
    });

    it(`keeps connections over IPv${version} apart`, () => {
      const names = [{}, { sport: 4001 }, { dport: 5001 }, { tags: [{ vid: 3 }] }, { tags: [{ vid: 4 }] }].map(
        (fields) => parse(frame(version, fields)).connection,
      );
      expect(new Set(names).size).to.equal(names.length);
      expect(parse(frame(version, { tags: [{ vid: 0 }] })).connection).to.equal(names[0]);
    });
  }

  it('knows fragments, options and extension headers', () => {
    expect(parse(frame(4, { mf: true })).kind).to.equal('first-fragment');
    expect(parse(frame(4, { fragmentOffset: 2 }))).to.deep.include({ kind: 'later-fragment', payloadLength: 28 });
    expect(parse(frame(4, { ipOptions: '01010101' })).hasIpExtras).to.equal(true);
    expect(parse(frame(6, { extensions: [{ kind: 'hop-by-hop' }] }))).to.deep.include({
      kind: 'datagram',
      hasIpExtras: true,
    });
    expect(parse(frame(6, { extensions: [{ kind: 'fragment', more: true }] })).kind).to.equal('first-fragment');
    expect(parse(frame(6, { extensions: [{ kind: 'fragment', offset: 1 }] })).kind).to.equal('later-fragment');
  });

  it('does not verify what a source route or a routing header sends elsewhere', () => {
    expect(parse(frame(4, { ipOptions: '830704c0000201' })).udpChecksum).to.equal('unverified');
    expect(parse(frame(6, { extensions: [{ kind: 'routing', left: 1 }] })).udpChecksum).to.equal('unverified');
    expect(parse(frame(4, { ipOptions: '830708c0000201' })).udpChecksum).to.equal('right');
    expect(parse(frame(6, { extensions: [{ kind: 'routing' }] })).udpChecksum).to.equal('right');
  });

  it('is not taken in by TCP', () => {
    expect(parse(buildFrame({ ...ENDS[4] })).kind).to.equal('other');
  });

  it('never throws, and stays within the frame, whatever the bytes', () => {
    const damaged = fc
      .record({
        version: fc.constantFrom(4 as const, 6 as const),
        extensions: fc.subarray(['hop-by-hop', 'routing', 'fragment', 'ah', 'destination'] as const),
        damage: fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 4 }),
        cutTo: fc.nat(200),
      })
      .map(({ version, extensions, damage, cutTo }) => {
        const bytes = frame(version, { extensions: extensions.map((kind) => ({ kind })) });
        for (const [at, value] of damage) if (at < bytes.length) bytes[at] = value;
        return bytes.slice(0, cutTo);
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), damaged), (bytes) => {
        const { kind, payloadOffset, payloadLength, ipEnd, connection } = parse(bytes);
        if (kind === 'other') {
          expect(connection).to.equal('');
          return;
        }
        expect(payloadOffset + payloadLength).to.be.at.most(ipEnd);
        expect(ipEnd).to.be.at.most(bytes.length);
      }),
      { numRuns: 3000 },
    );
  });
});
