import { expect } from 'chai';
import fc from 'fast-check';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { setU16, u16 } from '../../../reference-impl/wire/bytes.ts';
import { fold, sumBytes } from '../../../reference-impl/wire/checksum.ts';
import { Ipv4At, TcpAt } from '../../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment, verify } from '../../../reference-impl/wire/segment.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import { addressesFrom, VECTOR_ADDRESSES } from './device.ts';
import { readdress } from './readdress.ts';

const DEVICE = addressesFrom({
  sourceMac: '02:aa:bb:cc:dd:01',
  mac: '02:aa:bb:cc:dd:02',
  ip4: '198.18.255.77',
  ip6: 'fd12:3456:789a:1::ff',
});

function parsed(frame: Uint8Array): Segment {
  const segment = parseSegment(frame, new Segment());
  if (segment.kind === 'segment') verify(segment, fold(sumBytes(frame, segment.payloadOffset, segment.ipEnd)));
  return segment;
}

/** How far the TCP checksum is from right, modulo 65,535. */
function wrongBy(frame: Uint8Array): number {
  const segment = parsed(frame);
  const sum = sumBytes(frame, segment.tcpOffset, segment.ipEnd);
  return fold(sum + pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset)) % 0xffff;
}

describe('readdress', () => {
  const frames = loadCorpus().vectors.flatMap((vector) =>
    expandVector(vector).flatMap((step) => ('rx' in step ? [step.rx] : [])),
  );

  it('leaves every frame of the corpus as right or as wrong as it was', () => {
    for (const frame of frames) {
      const before = parsed(frame);
      const after = parsed(readdress(frame, VECTOR_ADDRESSES, DEVICE));
      expect(after.kind).to.equal(before.kind);
      expect(after.ipChecksum).to.equal(before.ipChecksum);
      expect(after.tcpChecksum).to.equal(before.tcpChecksum);
    }
  });

  it('and back is the same frame, but for the two zeros of ones’ complement', () => {
    for (const frame of frames) {
      const there = readdress(frame, VECTOR_ADDRESSES, DEVICE);
      const back = readdress(there, DEVICE, VECTOR_ADDRESSES);
      const { ipOffset, tcpOffset, ipVersion } = parsed(frame);
      for (const at of [...(ipVersion === 4 ? [ipOffset + Ipv4At.checksum] : []), tcpOffset + TcpAt.checksum]) {
        if (at + 2 <= frame.length && u16(frame, at) % 0xffff === 0 && u16(back, at) % 0xffff === 0)
          setU16(back, at, u16(frame, at));
      }
      expect(Buffer.from(back).toString('hex'), 'there and back').to.equal(Buffer.from(frame).toString('hex'));
    }
  });

  it('sends to the device, from our own MAC address', () => {
    const frame = readdress(
      buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2 }),
      VECTOR_ADDRESSES,
      DEVICE,
    );
    const wanted = buildFrame({
      src: '10.0.0.1',
      dst: '198.18.255.77',
      sport: 1,
      dport: 2,
      srcMac: '02:aa:bb:cc:dd:01',
      dstMac: '02:aa:bb:cc:dd:02',
    });
    expect(Buffer.from(frame).equals(wanted)).to.equal(true);
  });

  it('keeps a wrong checksum wrong by the same difference', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 0xffff }),
        fc.uint8Array({ maxLength: 80 }),
        fc.boolean(),
        (value, payload, is6) => {
          const hosts = is6 ? { src: '2001:db8:1::9', dst: '2001:db8::1' } : { src: '10.9.8.7', dst: '192.0.2.1' };
          const frame = buildFrame({ ...hosts, sport: 1, dport: 2, payload, corrupt: { tcpChecksum: value } });
          expect(wrongBy(readdress(frame, VECTOR_ADDRESSES, DEVICE))).to.equal(wrongBy(frame));
        },
      ),
    );
  });

  it('keeps a bare pseudo-header sum one', () => {
    const frame = buildFrame({ src: '10.9.8.7', dst: '192.0.2.1', sport: 1, dport: 2, payload: new Uint8Array(900) });
    const sumOf = (bytes: Uint8Array): number => {
      const segment = parsed(bytes);
      return fold(pseudoHeaderSum(segment, segment.ipEnd - segment.tcpOffset));
    };
    setU16(frame, parsed(frame).tcpOffset + TcpAt.checksum, sumOf(frame));
    const there = readdress(frame, VECTOR_ADDRESSES, DEVICE);
    expect(u16(there, parsed(there).tcpOffset + TcpAt.checksum)).to.equal(sumOf(there));
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => {
        expect(readdress(bytes, VECTOR_ADDRESSES, DEVICE).length).to.equal(bytes.length);
      }),
    );
  });
});
