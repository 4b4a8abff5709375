import { expect } from 'chai';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { Ipv4At, Ipv6At } from '../../reference-impl/wire/fields.ts';
import { IPV6_HEADER, NextHeader } from '../../reference-impl/wire/ipv6.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { failuresOf, judged, LINK, run, verdictOf } from '../../testing/capture-pair-scene.ts';
import { fillIpChecksum } from './wire-frame.ts';

const V6 = { src: '2001:db8::1', dst: '2001:db8::2' };
const SEGMENTS = 50;

/** The first frame and the payloads of all after it, as one packet; its length field as it is in the first. */
function joined(frames: readonly Uint8Array[], header: number): Uint8Array {
  const [first] = frames as [Uint8Array];
  return Uint8Array.from([...first.subarray(0, header), ...frames.flatMap((frame) => [...frame.subarray(header)])]);
}

function withIpv4Length(frame: Uint8Array, length: number): Uint8Array {
  const copy = frame.slice();
  setU16(copy, LINK + Ipv4At.totalLength, length);
  fillIpChecksum(parseSegment(copy, new Segment()));
  return copy;
}

function withIpv6Length(frame: Uint8Array, length: number): Uint8Array {
  const copy = frame.slice();
  setU16(copy, LINK + Ipv6At.payloadLength, length);
  return copy;
}

/** With the jumbo payload option in a hop-by-hop header (RFC 2675). */
function jumbo(frame: Uint8Array): Uint8Array {
  const at = LINK + IPV6_HEADER;
  const length = frame.length - at + 8;
  const option = [
    frame[LINK + Ipv6At.nextHeader] as number,
    0,
    0xc2,
    4,
    0,
    length >> 16,
    (length >> 8) & 0xff,
    length & 0xff,
  ];
  const long = withIpv6Length(Uint8Array.from([...frame.subarray(0, at), ...option, ...frame.subarray(at)]), 0);
  long[LINK + Ipv6At.nextHeader] = NextHeader.hopByHop;
  return long;
}

describe('packets whose IP length field says nothing', () => {
  const sent4 = run(SEGMENTS);
  const sent6 = run(SEGMENTS, V6);
  const big4 = joined(sent4, LINK + 40);
  const big6 = joined(sent6, LINK + 60);
  const units: readonly (readonly [string, readonly Uint8Array[], Uint8Array])[] = [
    ['an IPv4 total length of 0', sent4, withIpv4Length(big4, 0)],
    ['an IPv4 total length modulo 65,536', sent4, withIpv4Length(big4, (big4.length - LINK) & 0xffff)],
    ['an IPv6 payload length of 0', sent6, withIpv6Length(big6, 0)],
    ['the jumbo payload option', sent6, jumbo(withIpv6Length(big6, 0))],
  ];
  for (const [name, sent, unit] of units) {
    it(`are E7 where a unit is over 65,535 bytes: ${name}`, async () => {
      const results = await judged(sent, [unit]);
      expect(failuresOf(results)).to.deep.equal(['E7 merge']);
      expect(results.map(({ counts }) => counts.explained)).to.deep.equal([SEGMENTS]);
    });

    it(`are what a sender leaves to segmentation offload: ${name}`, async () => {
      const [result] = await judged([unit], sent, {
        allowsSenderOffload: true,
        mtu: 1448 + (sent === sent4 ? 40 : 60),
      });
      expect(verdictOf(result)).to.equal('pass');
      expect(result?.counts.explained).to.equal(SEGMENTS);
    });

    it(`are not judged where the size of the segments is guessed wrong: ${name}`, async () => {
      expect(verdictOf((await judged([unit], sent, { allowsSenderOffload: true, mtu: 1400 }))[0])).to.equal(
        'unsupported',
      );
    });

    it(`are judged by what a capture holds of them: ${name}`, async () => {
      const cut = { frame: unit.subarray(0, 128), original: unit.length };
      expect(failuresOf(await judged(sent, [cut]))).to.deep.equal(['E7 merge']);
    });
  }

  for (const [name, sent, header, zeroed] of [
    ['IPv4', sent4.slice(0, 4), LINK + 40, (frame: Uint8Array) => withIpv4Length(frame, 0)],
    ['IPv6', sent6.slice(0, 4), LINK + 60, (frame: Uint8Array) => withIpv6Length(frame, 0)],
  ] as const) {
    const unit = zeroed(joined(sent, header));

    it(`of an ordinary length are read on the sent side, where segmentation offload leaves 0: ${name}`, async () => {
      const [result] = await judged([unit], sent, { allowsSenderOffload: true, mtu: header - LINK + 1448 });
      expect(verdictOf(result)).to.equal('pass');
      expect(result?.counts.explained).to.equal(4);
    });

    it(`of an ordinary length are a wrong length in a merged frame: ${name}`, async () => {
      expect(failuresOf(await judged(sent, [unit]))).to.deep.equal([
        name === 'IPv4' ? 'H2 ipv4.total-length' : 'H2 ipv6.payload-length',
      ]);
    });
  }
});
