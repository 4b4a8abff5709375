import { expect } from 'chai';
import fc from 'fast-check';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { frameFields } from './frame-fields.ts';

const fieldOf = (frame: Uint8Array, name: string): string | undefined =>
  frameFields(frame).find((field) => field.name === name)?.value;

describe('frame fields', () => {
  it('names those of IPv4 and TCP', () => {
    const ends = { src: '192.0.2.1', dst: '198.51.100.7', sport: 443, dport: 50_000 };
    const frame = buildFrame({
      ...ends,
      seq: 0xffff_fff0,
      ack: 5,
      flags: 'PAE',
      ecn: 3,
      dscp: 10,
      ttl: 63,
      id: 0x1234,
      timestamps: [7, 8],
      payload: new Uint8Array(10),
    });
    const all = Object.fromEntries(frameFields(frame).map(({ name, value }) => [name, value]));
    expect(all).to.include({
      source: '192.0.2.1',
      destination: '198.51.100.7',
      ports: '443 → 50000',
      ECN: '3 (CE)',
      DSCP: '10',
      TTL: '63',
      'IPv4 identification': '0x1234',
      'IPv4 total length': '62',
      'sequence number': '4294967280',
      acknowledgment: '5',
      'TCP flags': 'PSH ACK ECE',
      'TSval, TSecr': '7, 8',
      'payload length': '10',
      'bytes after the packet': '0',
    });
    expect(all['IPv4 checksum']).to.match(/^0x[0-9a-f]{4} right$/);
  });

  it('writes IPv6 addresses as RFC 5952 has them', () => {
    const of = (src: string): string | undefined =>
      fieldOf(buildFrame({ src, dst: '2001:db8::1', sport: 1, dport: 2 }), 'source');
    for (const text of [
      '::',
      '::1',
      '1::',
      '2001:db8::7',
      '2001:db8:0:1:1:1:1:1',
      '1:0:0:2::3',
      'fe80::1:0:0:1',
      '1:2:3:4:5:6:7:8',
    ])
      expect(of(text)).to.equal(text);
  });

  it('takes any bytes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 120 }),
        fc.constantFrom(0x0800, 0x86dd, 0x8100),
        fc.boolean(),
        (bytes, type, is) => {
          if (is && bytes.length > 14) bytes.set([type >> 8, type & 0xff, type === 0x0800 ? 0x45 : 0x60], 12);
          expect(frameFields(bytes)[0]).to.deep.equal({ name: 'frame length', value: `${bytes.length}` });
        },
      ),
    );
  });
});
