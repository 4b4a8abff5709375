/** The wire modules one by one: what their callers rely on, to the byte. */

import { expect } from 'chai';
import fc from 'fast-check';
import { formatAddress, formatMac, parseAddress, parseMac } from './address.ts';
import { buildFrame, type FrameSpec } from './build.ts';
import { equalBytes, fromHex, toHex } from './bytes.ts';
import { EtherType, emitEthernet, type VlanTag } from './ethernet.ts';
import { hasSourceRoute } from './ipv4.ts';

const hex = (text: string): Uint8Array => fromHex(text.replaceAll(' ', '')) as Uint8Array;
const BASE: FrameSpec = { src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 80 };

describe('wire: bytes', () => {
  it('are equal as their hex digits are, and never beyond an end', () => {
    const few = fc.uint8Array({ maxLength: 12, max: 2 });
    const place = fc.nat(12);
    fc.assert(
      fc.property(few, place, few, place, place, (a, aOffset, b, bOffset, length) => {
        const isThere = aOffset + length <= a.length && bOffset + length <= b.length;
        const same = toHex(a.slice(aOffset, aOffset + length)) === toHex(b.slice(bOffset, bOffset + length));
        expect(equalBytes(a, aOffset, b, bOffset, length)).to.equal(isThere && same);
      }),
      { numRuns: 2000 },
    );
    for (const length of [1, 3, 4, 5, 8, 11]) {
      const bytes = Uint8Array.from({ length }, (_, i) => i + 1);
      expect(equalBytes(bytes, 0, bytes.slice(), 0, length)).to.equal(true);
      for (let i = 0; i < length; i++) {
        const other = bytes.slice();
        other[i] = 0;
        expect(equalBytes(bytes, 0, other, 0, length), `${length} bytes, byte ${i}`).to.equal(false);
        expect(equalBytes(bytes, 0, other, 0, i), `${i} bytes before it`).to.equal(true);
      }
      expect(equalBytes(bytes, 0, bytes, 0, length + 1)).to.equal(false);
      expect(equalBytes(bytes, 1, bytes, 1, length)).to.equal(false);
    }
  });

  it('come from an even number of hex digits only', () => {
    expect(fromHex('0aFf')).to.deep.equal(Uint8Array.of(10, 255));
    expect(fromHex('')).to.deep.equal(new Uint8Array(0));
    for (const text of ['0', '0a1', '0g', 'g0', ' 0', '0x']) expect(fromHex(text), text).to.equal(undefined);
  });
});

describe('wire: addresses', () => {
  it('are read from text, to the edge of every part', () => {
    const good: Readonly<Record<string, string>> = {
      '0.0.0.0': '00000000',
      '255.255.255.255': 'ffffffff',
      '10.020.3.4': '0a140304',
      '::': '0'.repeat(32),
      '::1': `${'0'.repeat(31)}1`,
      '1::': `0001${'0'.repeat(28)}`,
      '1:2:3:4:5:6:7:8': '00010002000300040005000600070008',
      '1:2:3:4:5:6:7::': '00010002000300040005000600070000',
      'FD00::aBcD:1': `fd00${'0'.repeat(20)}abcd0001`,
    };
    for (const [text, digits] of Object.entries(good))
      expect(toHex(parseAddress(text) ?? hex('')), text).to.equal(digits);
    const bad = [
      ...['', '1.2.3', '1.2.3.4.5', '1.2.3.256', '1.2.3.x1', '1.2.3.1x', '1.2.3.0001', '1.2..4', ' 1.2.3.4'],
      ...[':', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1:2:3:4::5:6:7:8', '1::2::3', '::g', '::1g', '::g1', '::12345'],
    ];
    for (const text of bad) expect(parseAddress(text), text).to.equal(undefined);
  });

  it('come back from their text', () => {
    const anyOf = (length: number): fc.Arbitrary<Uint8Array> =>
      fc.uint8Array({ minLength: length, maxLength: length, max: 3 });
    fc.assert(
      fc.property(fc.oneof(anyOf(4), anyOf(16)), (bytes) => {
        expect(parseAddress(formatAddress(bytes))).to.deep.equal(bytes);
      }),
    );
    fc.assert(
      fc.property(anyOf(6), (bytes) => {
        expect(parseMac(formatMac(bytes))).to.deep.equal(bytes);
      }),
    );
    expect(parseMac('0A-1b-2c-3d-4e-5f')).to.deep.equal(hex('0a1b2c3d4e5f'));
    for (const text of ['', '0a:1b:2c:3d:4e', '0a:1b:2c:3d:4e:5f:60', '0a:1b:2c:3d:4e:5fa', 'x0a:1b:2c:3d:4e:5f']) {
      expect(parseMac(text), text).to.equal(undefined);
    }
  });
});

describe('wire: Ethernet', () => {
  it('writes tags as 802.1Q and 802.1ad lay them out', () => {
    const tags: readonly VlanTag[] = [
      { vid: 0xabc, priority: 5, dei: true, service: true },
      { vid: 0x1001 },
      { vid: 7, dei: false, service: false },
    ];
    const into = new Uint8Array(26);
    expect(emitEthernet(into, hex('010203040506'), hex('0708090a0b0c'), tags, EtherType.ipv6)).to.equal(26);
    expect(toHex(into)).to.equal('0102030405060708090a0b0c88a8babc810000018100000786dd');
  });
});

describe('wire: IPv4', () => {
  it('finds a source route that is not used up, after other options, and nowhere else', () => {
    const route = (kind: string, pointer: string): string => `${kind} 07 ${pointer} c6 33 64 01`;
    const open = ['83', '89'].map((kind) => route(kind, '04'));
    const routes = [
      ...open,
      ...open.map((text) => `01 ${text}`),
      ...open.map((text) => `94 04 00 00 ${text}`),
      route('83', '07'),
      // Cut short, or too short to have a pointer.
      '44 02 89 07',
      '83',
      '83 02 09',
    ];
    for (const text of routes) expect(hasSourceRoute(hex(text), 0, hex(text).length), text).to.equal(true);
    const usedUp = ['83 03 04', route('83', '08'), route('89', '08'), route('83', 'ff'), `01 ${route('89', '08')}`];
    const others = [
      '',
      '00',
      '01 01',
      `00 ${route('83', '04')}`,
      '94 04 00 83',
      '07 03 89',
      '07 00 83',
      '07 01 83',
      '07',
    ];
    for (const text of [...usedUp, ...others, '01 07'])
      expect(hasSourceRoute(hex(text), 0, hex(text).length), text).to.equal(false);
    const frame = hex('83 01 01 89');
    expect(hasSourceRoute(frame, 1, 3)).to.equal(false);
    expect(hasSourceRoute(hex('07 83'), 0, 1)).to.equal(false);
  });

  it('is built with its flags, or without', () => {
    const flags = (spec: Partial<FrameSpec>): string => toHex(buildFrame({ ...BASE, ...spec }).slice(20, 22));
    expect(flags({})).to.equal('4000');
    expect(flags({ df: false })).to.equal('0000');
    expect(flags({ reservedFlag: true })).to.equal('c000');
    expect(flags({ reservedFlag: false, df: true })).to.equal('4000');
    expect(flags({ df: false, mf: true, fragmentOffset: 0x123 })).to.equal('2123');
  });
});

describe('wire: what is built broken', () => {
  const whole = buildFrame(BASE);

  it('is broken there and nowhere else', () => {
    const changed = (corrupt: NonNullable<FrameSpec['corrupt']>, spec: Partial<FrameSpec> = {}): number[] => {
      const sound = buildFrame({ ...BASE, ...spec });
      const broken = buildFrame({ ...BASE, ...spec, corrupt });
      return [...broken.keys()].filter((i) => broken[i] !== sound[i]);
    };
    const six = { src: 'fd00::1', dst: 'fd00::2' };
    // A field of IPv4's header is changed with its checksum (24, 25).
    expect(changed({ protocol: 17 })).to.deep.equal([23, 25]);
    expect(changed({ protocol: 17 }, six)).to.deep.equal([20]);
    expect(changed({ dataOffset: 15 })).to.deep.equal([46]);
    expect(changed({ ihl: 4 })).to.include(14);
    expect(changed({ ipVersion: 5 }, six)).to.deep.equal([14]);
    expect(changed({ ipChecksum: 'wrong' }).every((i) => i === 24 || i === 25)).to.equal(true);
    expect(changed({ tcpChecksum: 'wrong' }).every((i) => i === 50 || i === 51)).to.equal(true);
    expect(changed({ tcpChecksum: 'wrong' })).to.have.length(1);
  });

  it('is cut at the given place', () => {
    expect(buildFrame({ ...BASE, corrupt: { cutTo: 20 } })).to.deep.equal(whole.slice(0, 20));
    expect(buildFrame({ ...BASE, corrupt: { cutTo: 0 } })).to.deep.equal(new Uint8Array(0));
    expect(whole.length).to.equal(60);
  });

  it('has the trailer that is asked for', () => {
    const trailed = buildFrame({ ...BASE, trailer: 9, trailerByte: 0x5a });
    expect(toHex(trailed.slice(54))).to.equal('5a'.repeat(9));
    expect(buildFrame({ ...BASE, trailer: 0 }).length).to.equal(54);
    expect(toHex(whole.slice(54))).to.equal('00'.repeat(6));
  });
});
