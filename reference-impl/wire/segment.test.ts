import { expect } from 'chai';
import fc from 'fast-check';
import { BASE, BASE6, parsed } from '../../testing/scenario.ts';
import { formatAddress, formatMac, parseAddress, parseMac } from './address.ts';
import { buildFrame, type Extension, type FrameSpec } from './build.ts';
import { fromHex, toHex } from './bytes.ts';
import { parseSegment, Segment, sameConnection, sameHosts } from './segment.ts';
import { seqAdd, seqAtOrAfter, seqOffset, seqUndefined } from './seq.ts';
import { OptionsKind, scanOptions } from './tcp-options.ts';

const payload = Uint8Array.from({ length: 33 }, (_, i) => i + 1);
const reason = (spec: FrameSpec): string => parsed(buildFrame(spec)).reason;

describe('seq', () => {
  it('orders across the wrap, and not at half the number space', () => {
    expect(seqAdd(0xffff_fff0, 0x20)).to.equal(0x10);
    expect(seqOffset(0x10, 0xffff_fff0)).to.equal(0x20);
    expect(seqOffset(0xffff_fff0, 0x10)).to.equal(-0x20);
    expect(seqAtOrAfter(0x10, 0xffff_fff0)).to.equal(true);
    expect(seqAtOrAfter(0xffff_fff0, 0x10)).to.equal(false);
    expect(seqAtOrAfter(0x7fff_ffff, 0)).to.equal(true);
    expect(seqAtOrAfter(0x8000_0000, 0)).to.equal(false);
    expect(seqAtOrAfter(0, 0x8000_0000)).to.equal(false);
    expect(seqUndefined(0x8000_0000, 0)).to.equal(true);
  });
});

describe('addresses', () => {
  it('reads and writes what they are, and nothing else', () => {
    for (const text of ['10.1.2.3', 'fd00::1', '::', '::1', '1:2:3:4:5:6:7:8'])
      expect(formatAddress(parseAddress(text) as Uint8Array)).to.equal(text);
    for (const text of ['', '1.2.3', '1.2.3.256', '1::2::3', '1:2:3:4:5:6:7', 'g::', '1.2.3.4.5'])
      expect(parseAddress(text), text).to.equal(undefined);
    expect(formatMac(parseMac('02-00-5e-00-00-fF') as Uint8Array)).to.equal('02:00:5e:00:00:ff');
    expect(parseMac('02:00')).to.equal(undefined);
    expect(fromHex('0g')).to.equal(undefined);
    expect(toHex(fromHex('00fF') as Uint8Array)).to.equal('00ff');
  });
});

describe('TCP options', () => {
  const kindOf = (hex: string): number => {
    const bytes = fromHex(hex) as Uint8Array;
    return scanOptions(bytes, 0, bytes.length) & 7;
  };
  const lists: readonly (readonly [string, number])[] = [
    ['', OptionsKind.none],
    ['01010101', OptionsKind.padding],
    ['00ffffff', OptionsKind.padding],
    ['0101080a0000000100000002', OptionsKind.timestamps],
    ['080a00000001000000020101', OptionsKind.timestamps],
    ['080a00000001000000020000', OptionsKind.timestamps],
    ['080a0000000100000002080a00000001000000020000', OptionsKind.malformed],
    ['080900000001000000020101', OptionsKind.malformed],
    ['0101050a0000000100000002', OptionsKind.other],
    ['080a000000010000000204020101', OptionsKind.other],
    ['0500', OptionsKind.malformed],
    ['0501', OptionsKind.malformed],
    ['01010105', OptionsKind.malformed],
    ['01010506', OptionsKind.malformed],
    ['0005ff00', OptionsKind.padding],
  ];
  for (const [hex, kind] of lists)
    it(`takes ${hex || 'nothing'} for ${kind}`, () => expect(kindOf(hex)).to.equal(kind));
});

describe('parseSegment', () => {
  it('gives back what a builder was given', () => {
    const segment = parsed(
      buildFrame({ ...BASE, dscp: 10, ecn: 1, id: 7, ttl: 9, flags: 'AP8', window: 5, timestamps: [3, 4], payload }),
    );
    const { kind, dscp, ecn, ipId, ttl, flags, window, tsVal, tsEcr, payloadLength, ipChecksum, tcpChecksum } = segment;
    expect([kind, dscp, ecn, ipId, ttl, flags, window, tsVal, tsEcr, payloadLength]).to.deep.equal([
      ...['segment', 10, 1, 7, 9, 0x818, 5, 3, 4, 33],
    ]);
    expect([ipChecksum, tcpChecksum]).to.deep.equal(['right', 'right']);
  });

  it('reads IPv6 alike', () => {
    const segment = parsed(buildFrame({ ...BASE6, dscp: 63, ecn: 2, flowLabel: 0xabcde, ttl: 3, payload }));
    const { ipVersion, dscp, ecn, flowLabel, ttl, tcpChecksum, ipChecksum } = segment;
    expect([ipVersion, dscp, ecn, flowLabel, ttl]).to.deep.equal([6, 63, 2, 0xabcde, 3]);
    expect([ipChecksum, tcpChecksum]).to.deep.equal(['unverified', 'right']);
  });

  it('leaves the trailer out of the payload', () => {
    const segment = parsed(buildFrame({ ...BASE, payload: Uint8Array.of(1) }));
    expect([segment.frame.length, segment.payloadLength]).to.deep.equal([60, 1]);
  });

  it('leaves VLAN id 0 out of the connection, and tells others apart', () => {
    const tagged = (...vids: number[]): Segment => parsed(buildFrame({ ...BASE, tags: vids.map((vid) => ({ vid })) }));
    expect(sameConnection(tagged(), tagged(0))).to.equal(true);
    expect(sameConnection(tagged(5), tagged(0, 5))).to.equal(true);
    expect(sameConnection(tagged(5), tagged(6))).to.equal(false);
    expect(sameConnection(tagged(5, 6), tagged(6, 5))).to.equal(false);
    expect(sameHosts(tagged(5), parsed(buildFrame({ ...BASE, tags: [{ vid: 5 }], sport: 9 })))).to.equal(true);
  });

  it('says why a frame is no whole segment', () => {
    expect(reason({ ...BASE, transport: 'udp' })).to.equal('not-tcp');
    expect(reason({ ...BASE, corrupt: { ipVersion: 5 } })).to.equal('ip-version');
    expect(reason({ ...BASE, corrupt: { ihl: 4 } })).to.equal('ihl');
    expect(reason({ ...BASE, corrupt: { dataOffset: 4 } })).to.equal('data-offset');
    expect(reason({ ...BASE, corrupt: { dataOffset: 6 } })).to.equal('data-offset-past-end');
    expect(reason({ ...BASE, corrupt: { ipLength: 19 } })).to.equal('ip-length-short');
    expect(reason({ ...BASE, corrupt: { ipLength: 39 } })).to.equal('tcp-header-short');
    expect(reason({ ...BASE, corrupt: { ipLength: 61 } })).to.equal('ip-length-past-end');
    expect(reason({ ...BASE, corrupt: { etherType: 0x0806 } })).to.equal('not-ip');
    expect(reason({ ...BASE, tags: Array.from({ length: 17 }, () => ({ vid: 1 })) })).to.equal('too-many-tags');
    expect(reason({ ...BASE, mf: true, corrupt: { ipLength: 39 } }), 'first fragment').to.equal('tcp-header-short');
  });

  it('knows a routing header that is not used up', () => {
    const routed = (left: 0 | 1): boolean =>
      parsed(buildFrame({ ...BASE6, extensions: [{ kind: 'routing', left }], payload })).isSourceRouted;
    expect([routed(0), routed(1)]).to.deep.equal([false, true]);
  });

  it('walks every extension header, cut at every byte', () => {
    const kinds = ['hop-by-hop', 'routing', 'destination', 'ah', 'fragment'] as const;
    const extensions: Extension[] = kinds.map((kind) => ({ kind }));
    const frame = buildFrame({ ...BASE6, extensions, payload });
    const whole = parsed(frame);
    expect([whole.kind, whole.hasIpExtras, whole.isSourceRouted, whole.isFragment]).to.deep.equal([
      ...['segment', true, false, false],
    ]);
    for (let length = 0; length < frame.length; length++) {
      expect(parsed(frame.slice(0, length)).kind, `${length}`).to.equal('other');
      if (length < 54) continue;
      // Cut by the IP length instead, after which the bytes go on.
      const shortened = Uint8Array.from(frame);
      shortened[18] = (length - 54) >> 8;
      shortened[19] = length - 54;
      const { kind, ipEnd } = parsed(shortened);
      expect(kind === 'other' || length >= 54 + 56 + 20, `${length}`).to.equal(true);
      expect(ipEnd).to.equal(length);
    }
  });

  it('tells first and later fragments', () => {
    expect(parsed(buildFrame({ ...BASE, mf: true, payload })).kind).to.equal('first-fragment');
    expect(parsed(buildFrame({ ...BASE, fragmentOffset: 1, payload })).kind).to.equal('later-fragment');
    const six = (offset: number, more: boolean): string =>
      parsed(buildFrame({ ...BASE6, extensions: [{ kind: 'fragment', offset, more }], payload })).kind;
    expect([six(0, false), six(0, true), six(1, true), six(1, false)]).to.deep.equal([
      ...['segment', 'first-fragment', 'later-fragment', 'later-fragment'],
    ]);
  });

  it('takes any bytes, and what a segment held before changes nothing', () => {
    const used = parseSegment(buildFrame({ ...BASE6, tags: [{ vid: 9 }], timestamps: [1, 2], payload }), new Segment());
    const prefixes = [buildFrame({ ...BASE, payload }), buildFrame({ ...BASE6, timestamps: [1, 2], payload })];
    const mangled = fc
      .tuple(fc.constantFrom(...prefixes), fc.array(fc.tuple(fc.nat(90), fc.nat(255)), { maxLength: 4 }), fc.nat(110))
      .map(([frame, edits, length]) => {
        const copy = frame.slice(0, length);
        for (const [at, byte] of edits) if (at < copy.length) copy[at] = byte;
        return copy;
      });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 120 }), mangled), (bytes) => {
        const fresh = parseSegment(bytes, new Segment());
        const again = parseSegment(bytes, used);
        const view = (s: Segment): unknown =>
          s.kind === 'other'
            ? [s.kind, s.reason, s.ipChecksum, s.tcpChecksum]
            : [
                ...[s.kind, s.ipVersion, s.ipEnd, s.ipChecksum, s.hasIpExtras, s.isSourceRouted, s.hostHash],
                ...[s.key.slice(0, s.hostWords).join(), s.keyWords, s.trafficClass, s.ttl],
                ...(s.kind === 'later-fragment' ? [] : [s.seq, s.ack, s.flags, s.options, s.payloadLength, s.hash]),
              ];
        expect(view(again)).to.deep.equal(view(fresh));
        expect(fresh.ipEnd <= bytes.length && fresh.payloadOffset <= bytes.length).to.equal(true);
      }),
      { numRuns: 3000 },
    );
  });
});
