/** The catalogue's worked corners, Microsoft's worked examples, and an edge of every rule, as groups of arrivals. */

import { expect } from 'chai';
import { ack, BASE6, type Case, data, groups, parsed, run } from '../testing/scenario.ts';
import { Coalescer } from './coalescer.ts';
import type { FrameSpec } from './wire/build.ts';

const SACK = '0101050a0000000100000002';
const other: Partial<FrameSpec> = { sport: 2000 };
const merged = [[0, 1]];
const apart = [[0], [1]];
const six = (extra: Partial<FrameSpec> = {}): Partial<FrameSpec> => ({ src: BASE6.src, dst: BASE6.dst, ...extra });
const middle = (extra: Partial<FrameSpec>): Uint8Array[] => [data(0), data(100, extra), data(200)];
const alone = [[0], [1], [2]];
const jumbo = (extra: Partial<FrameSpec>, last: number): Uint8Array[] => [
  ...Array.from({ length: 3 }, (_, i) => data(i * 20_000, extra, 20_000)),
  data(60_000, extra, last),
];

const cases: readonly Case[] = [
  // Microsoft's examples: a run; an exception in it; a pure ACK between data; a duplicate ACK.
  { name: 'in-order run', frames: [data(0), data(100), data(200), data(300)], groups: [[0, 1, 2, 3]], endedBy: ['I2'] },
  {
    name: 'exception in a run',
    frames: [data(0), data(100), data(200, { options: SACK }), data(300), data(400)],
    groups: [[0, 1], [2], [3, 4]],
    endedBy: ['E4', 'E4', 'I2'],
  },
  {
    name: 'pure ACK between data',
    frames: [data(0), data(100), ack(200, { ack: 600 }), data(200, { ack: 600 }), data(300, { ack: 600 })],
    groups: [[0, 1], [2], [3, 4]],
    endedBy: ['C6', 'C3', 'I2'],
  },
  {
    name: 'duplicate ACKs between data',
    frames: [data(0), ack(100), ack(100), data(100), data(200)],
    groups: [[0], [1], [2], [3, 4]],
    endedBy: ['C8', 'C8', 'C3', 'I2'],
  },
  // The worked corners.
  { name: 'keep-alive with a stale byte', frames: [data(0), data(99, {}, 1), data(100)], groups: [[0], [1, 2]] },
  { name: 'keep-alive without a byte', frames: [data(0), ack(99), data(100)], groups: alone },
  {
    name: 'window closed and opened',
    frames: [data(0), ack(100, { window: 0 }), ack(100, { window: 9 }), data(100, { window: 9 })],
    groups: [[0, 1, 2, 3]],
  },
  { name: 'pure ACK, window update, data', frames: [ack(0), ack(0, { window: 7 }), data(0)], groups: [[0, 1], [2]] },
  {
    name: 'data, duplicate, window update',
    frames: [data(0), ack(100), ack(100, { window: 7 })],
    groups: [[0], [1, 2]],
  },
  { name: 'all CE', frames: [data(0, { ecn: 3 }), data(100, { ecn: 3 })], groups: merged },
  { name: 'all ECE', frames: [data(0, { flags: 'AE' }), data(100, { flags: 'AE' })], groups: merged },
  { name: 'all CWR', frames: [data(0, { flags: 'AC' }), data(100, { flags: 'AC' })], groups: merged },
  {
    name: 'ECT(0), window update without',
    frames: [data(0, { ecn: 2 }), ack(100, { window: 7 })],
    groups: apart,
    endedBy: ['E8a', 'I2'],
  },
  {
    name: 'retransmission unchanged',
    frames: [data(0), data(0), data(100)],
    groups: [[0], [1, 2]],
    endedBy: ['C2', 'I2'],
  },
  {
    name: 'two connections, SYN on one',
    frames: [data(0), data(0, other), data(100, { flags: 'AS' }), data(100, other)],
    groups: [[0], [2], [1, 3]],
  },
  // E.
  {
    name: 'E2 IPv4 header',
    frames: middle({ corrupt: { ipChecksum: 'wrong' } }),
    groups: alone,
    endedBy: ['E2', 'E2', 'I2'],
  },
  { name: 'E2 TCP', frames: middle({ corrupt: { tcpChecksum: 'wrong' } }), groups: alone, endedBy: ['E2', 'E2', 'I2'] },
  ...['AF', 'AS', 'AR', 'AU', 'AN', 'A2', 'A4', 'A8', 'P', ''].map(
    (flags): Case => ({ name: `E3 ${flags}`, frames: middle({ flags }), groups: alone, endedBy: ['E3', 'E3', 'I2'] }),
  ),
  { name: 'E4 malformed', frames: middle({ options: '08040000' }), groups: alone, endedBy: ['E4', 'E4', 'I2'] },
  { name: 'E4 padding', frames: middle({ options: '01010101' }), groups: alone, endedBy: ['E4', 'E4', 'I2'] },
  {
    name: 'E4 padding, merged',
    frames: middle({ options: '01010101' }),
    groups: [[0, 1, 2]],
    policy: { paddingOptions: 'merged' },
  },
  { name: 'E5 IPv4 options', frames: middle({ ipOptions: '01010101' }), groups: alone, endedBy: ['E5', 'E5', 'I2'] },
  {
    name: 'E5 before E3',
    frames: middle({ ipOptions: '01010101', flags: 'AS' }),
    groups: alone,
    endedBy: ['E5', 'E5', 'I2'],
  },
  {
    name: 'E6 before a wrong TCP checksum',
    frames: middle({ mf: true, corrupt: { tcpChecksum: 'wrong' } }),
    groups: alone,
    endedBy: ['E6', 'E6', 'I2'],
  },
  {
    name: 'E2 (IPv4 header) before E6',
    frames: middle({ mf: true, corrupt: { ipChecksum: 'wrong' } }),
    groups: alone,
    endedBy: ['E2', 'E2', 'I2'],
  },
  ...(['hop-by-hop', 'routing', 'destination', 'fragment', 'ah'] as const).map(
    (kind): Case => ({
      name: `E5 ${kind}`,
      frames: [data(0, six()), data(100, six({ extensions: [{ kind }] })), data(200, six())],
      groups: alone,
      endedBy: ['E5', 'E5', 'I2'],
    }),
  ),
  {
    name: 'E6 later fragment ends every SCU between its hosts',
    frames: [
      data(0),
      data(0, other),
      data(0, { src: '10.0.0.9' }),
      data(100, { fragmentOffset: 5 }),
      data(100),
      data(100, other),
    ],
    groups: [[0], [1], [3], [2], [4], [5]],
  },
  {
    name: 'E5 later IPv6 fragment alike',
    frames: [data(0, six()), data(0, six(other)), data(100, six({ extensions: [{ kind: 'fragment', offset: 5 }] }))],
    groups: alone,
  },
  { name: 'E7 IPv4 at the limit', frames: jumbo({}, 65_535 - 40 - 60_000), groups: [[0, 1, 2, 3]] },
  { name: 'E7 IPv4 beyond', frames: jumbo({}, 65_536 - 40 - 60_000), groups: [[0, 1, 2], [3]], endedBy: ['E7', 'I2'] },
  { name: 'E7 IPv6 at the limit', frames: jumbo(six(), 65_535 - 20 - 60_000), groups: [[0, 1, 2, 3]] },
  { name: 'E7 IPv6 beyond', frames: jumbo(six(), 65_536 - 20 - 60_000), groups: [[0, 1, 2], [3]] },
  {
    name: 'E7 IPv6 total at the limit',
    frames: jumbo(six(), 65_535 - 60 - 60_000),
    groups: [[0, 1, 2, 3]],
    policy: { ipv6Limit: 'total' },
  },
  {
    name: 'E7 IPv6 total beyond',
    frames: jumbo(six(), 65_536 - 60 - 60_000),
    groups: [[0, 1, 2], [3]],
    policy: { ipv6Limit: 'total' },
  },
  {
    name: 'E8b',
    frames: [data(0), data(100, { flags: 'AE' }), data(200, { flags: 'AC' })],
    groups: alone,
    endedBy: ['E8b', 'E8b', 'I2'],
  },
  {
    name: 'E1 alone',
    frames: [data(0), data(0, other), data(100), data(100, other)],
    groups: [[1], [3], [0, 2]],
    endedBy: ['E1', 'E1', 'I2'],
    policy: { maxConnections: 1 },
  },
  {
    name: 'E1 evict',
    frames: [data(0), data(0, other), data(100, other), data(100)],
    groups: [[0], [1, 2], [3]],
    endedBy: ['E1', 'E1', 'I2'],
    policy: { maxConnections: 1, fullTable: 'evict' },
  },
  {
    name: 'E1 without any entry',
    frames: [data(0), data(100)],
    groups: apart,
    policy: { maxConnections: 0, fullTable: 'evict' },
  },
  {
    name: 'a restart frees its entry',
    frames: [data(0), data(300), data(400)],
    groups: [[0], [1, 2]],
    policy: { maxConnections: 1 },
  },
  // C.
  { name: 'C2 gap', frames: [data(0), data(101)], groups: apart, endedBy: ['C2', 'I2'] },
  { name: 'C2 wrap', frames: [data(-1050 >>> 0), data(-950 >>> 0)].map((f) => f), groups: merged },
  { name: 'C4 older', frames: [data(0), data(100, { ack: 499 })], groups: apart, endedBy: ['C4', 'I2'] },
  { name: 'C4 newest', frames: [data(0), data(100, { ack: 0x7fff_ffff + 500 })], groups: merged },
  {
    name: 'C4 half the space',
    frames: [data(0), data(100, { ack: 0x8000_0000 + 500 })],
    groups: apart,
    endedBy: ['C4', 'I2'],
  },
  { name: 'C6 acknowledges more', frames: [data(0), ack(100, { ack: 501 })], groups: apart, endedBy: ['C6', 'I2'] },
  {
    name: 'C9 counted',
    frames: [ack(0), ack(0), ack(0), ack(0, { window: 5 })],
    groups: [[0, 1, 2, 3]],
    policy: { duplicateAcks: 'counted' },
  },
  {
    name: 'C9 data after counted ones',
    frames: [ack(0), ack(0), data(0)],
    groups: [[0, 1], [2]],
    endedBy: ['C3', 'I2'],
    policy: { duplicateAcks: 'counted' },
  },
  {
    name: 'C9 not onto data',
    frames: [data(0), ack(100), ack(100)],
    groups: [[0], [1, 2]],
    endedBy: ['C9', 'I2'],
    policy: { duplicateAcks: 'counted' },
  },
  ...(
    [
      [{ dscp: 1 }, apart],
      [{ df: false }, apart],
      [{ reservedFlag: true }, apart],
      [{ srcMac: '02:00:00:00:00:07' }, apart],
      [{ dstMac: '02:00:00:00:00:07' }, apart],
      [{ timestamps: [1, 1] }, apart],
      [{ ttl: 3 }, merged],
      [{ id: 9 }, merged],
      [{ urgent: 9 }, merged],
    ] as const
  ).map(
    ([extra, expected]): Case => ({
      name: `C10 ${JSON.stringify(extra)}`,
      frames: [data(0), data(100, extra)],
      groups: expected,
    }),
  ),
  {
    name: 'C10 flow label',
    frames: [data(0, six()), data(100, six({ flowLabel: 1 }))],
    groups: apart,
    endedBy: ['C10', 'I2'],
  },
  {
    name: 'C10 priority bits',
    frames: [data(0, { tags: [{ vid: 1, priority: 1 }] }), data(100, { tags: [{ vid: 1 }] })],
    groups: apart,
  },
  {
    name: 'C10 tag with VID 0',
    frames: [data(0, { tags: [{ vid: 0 }] }), data(100)],
    groups: apart,
    endedBy: ['C10', 'I2'],
  },
  {
    name: 'C11 VLANs',
    frames: [data(0, { tags: [{ vid: 1 }] }), data(100, { tags: [{ vid: 2 }] }), data(100, { tags: [{ vid: 1 }] })],
    groups: [[0, 2], [1]],
  },
  {
    name: 'C12 segments',
    frames: [data(0), data(100), data(200)],
    groups: [[0, 1], [2]],
    endedBy: ['C12', 'I2'],
    policy: { maxSegments: 2 },
  },
  { name: 'C12 bytes', frames: [data(0), data(100), data(200)], groups: [[0, 1], [2]], policy: { maxBytes: 200 } },
  {
    name: 'C12 PSH',
    frames: [data(0), data(100, { flags: 'AP' }), data(200)],
    groups: [[0, 1], [2]],
    policy: { stopAtPush: true },
  },
  { name: 'C12 TTL', frames: [data(0), data(100, { ttl: 3 })], groups: apart, policy: { stopAtTtlChange: true } },
  // T.
  {
    name: 'T2 wrap',
    frames: [data(0, { timestamps: [0xffff_ffff, 1] }), data(100, { timestamps: [3, 2] })],
    groups: merged,
  },
  {
    name: 'T2 older',
    frames: [data(0, { timestamps: [3, 1] }), data(100, { timestamps: [2, 2] })],
    groups: apart,
    endedBy: ['T2', 'I2'],
  },
  {
    name: 'T2 half the space',
    frames: [data(0, { timestamps: [0, 1] }), data(100, { timestamps: [0x8000_0000, 2] })],
    groups: apart,
  },
  {
    name: 'T1 declined',
    frames: [data(0, { timestamps: [3, 1] }), data(100, { timestamps: [3, 2] })],
    groups: apart,
    endedBy: ['E4', 'E4'],
    policy: { timestamps: 'exception' },
  },
  // I.
  {
    name: 'I5 tagged alone',
    frames: [data(0, { tags: [{ vid: 1 }] }), data(100, { tags: [{ vid: 1 }] })],
    groups: apart,
    endedBy: ['I5', 'I5'],
    policy: { tagged: 'alone' },
  },
  {
    name: 'I6 forwarded',
    frames: [data(0), data(100)],
    groups: apart,
    endedBy: ['I6', 'I6'],
    policy: { hostAddresses: ['10.0.0.3', 'fd00::2'] },
  },
  {
    name: 'I6 own',
    frames: [data(0, six()), data(100, six())],
    groups: merged,
    policy: { hostAddresses: ['FD00:0::2'] },
  },
  {
    name: 'I6 an address of the other version, although it begins alike, and what is none',
    frames: [data(0), data(100)],
    groups: apart,
    policy: { hostAddresses: ['a00:2::', 'no address'] },
  },
  {
    name: 'I8 ends nothing',
    frames: [data(0), data(0, { transport: 'udp' }), data(100)],
    groups: [[1], [0, 2]],
    endedBy: ['I8', 'I2'],
  },
  {
    name: 'I8 cut TCP header',
    frames: [data(0), data(100, { corrupt: { cutTo: 50 } }), data(100)],
    groups: [[1], [0, 2]],
  },
];

describe('worked corners', () => {
  for (const { name, frames, groups: expected, endedBy, policy } of cases) {
    it(name, () => {
      const indications = run(frames, policy);
      expect(groups(indications)).to.deep.equal(expected);
      if (endedBy !== undefined) expect(indications.map((one) => one.endedBy)).to.deep.equal(endedBy);
      for (const { frame, arrivals, oob } of indications) {
        if (arrivals.length === 1) expect(frame).to.deep.equal(frames[arrivals[0] as number]);
        else expect([parsed(frame).tcpChecksum, oob.tcpChecksum]).to.deep.equal(['right', 'ok']);
      }
    });
  }

  it('E2 takes both zeros of the checksum field', () => {
    // An urgent pointer chosen so that the rest sums to 0xffff: the right field is 0x0000, and 0xffff is as good.
    const plain = parsed(data(100));
    const field = ((plain.frame[50] as number) << 8) | (plain.frame[51] as number);
    const zero = data(100, { urgent: field });
    expect((zero[50] as number) | (zero[51] as number)).to.equal(0);
    const ones = data(100, { urgent: field, corrupt: { tcpChecksum: 0xffff } });
    for (const frame of [zero, ones]) expect(groups(run([data(0), frame, data(200)]))).to.deep.equal([[0, 1, 2]]);
  });

  it('E9 is reported out of band', () => {
    const coalescer = new Coalescer();
    coalescer.receive(data(0));
    coalescer.receive(data(100), { ipsec: true });
    coalescer.receive(data(200));
    expect(groups(coalescer.endOfDpc())).to.deep.equal(alone);
  });
});
