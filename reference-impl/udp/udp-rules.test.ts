/** An edge of every rule of URO, as groups of arrivals, and beside TCP. */

import { expect } from 'chai';
import { type Case, data, groups } from '../../testing/scenario.ts';
import { Coalescer } from '../coalescer.ts';
import { buildFrame, type FrameSpec } from '../wire/build.ts';

const BASE: FrameSpec = { src: '10.0.0.1', dst: '10.0.0.2', sport: 4000, dport: 5000, transport: 'udp' };
const SIX: Partial<FrameSpec> = { src: 'fd00::1', dst: 'fd00::2' };

function datagram(extra: Partial<FrameSpec> = {}, length = 50): Uint8Array {
  return buildFrame({ ...BASE, payload: new Uint8Array(length).fill(0x61), ...extra });
}

const three = [[0, 1, 2]];
const alone = [[0], [1], [2]];
/** One among ordinary ones. */
const middle = (extra: Partial<FrameSpec>, common: Partial<FrameSpec> = {}): Uint8Array[] => [
  datagram(common),
  datagram({ ...common, ...extra }),
  datagram(common),
];
const apart = (rule: string): Pick<Case, 'groups' | 'endedBy'> => ({ groups: alone, endedBy: [rule, rule, 'I2'] });
const tag = { tags: [{ vid: 7 }] };

const cases: readonly Case[] = [
  { name: 'nothing', frames: [datagram(), datagram(), datagram()], groups: three, endedBy: ['I2'] },
  { name: 'nothing, IPv6', frames: [datagram(SIX), datagram(SIX), datagram(SIX)], groups: three },
  { name: 'a wrong header checksum', frames: middle({ corrupt: { ipChecksum: 'wrong' } }), ...apart('U3') },
  { name: 'IPv4 options', frames: middle({ ipOptions: '01010101' }), ...apart('U1') },
  { name: 'an extension header', frames: middle({ extensions: [{ kind: 'destination' }] }, SIX), ...apart('U1') },
  { name: 'a first fragment', frames: middle({ mf: true, df: false }), ...apart('U10') },
  { name: 'a later fragment', frames: middle({ fragmentOffset: 100, df: false }), ...apart('U10') },
  {
    name: 'a later fragment between other hosts',
    frames: middle({ fragmentOffset: 100, df: false, src: '10.0.0.9' }),
    groups: [[1], [0, 2]],
    endedBy: ['U10', 'I2'],
  },
  {
    name: 'a first fragment of another connection',
    frames: middle({ mf: true, df: false, sport: 1 }),
    groups: [[1], [0, 2]],
  },
  { name: 'lengths that disagree', frames: middle({ slack: 4 }), ...apart('U3') },
  { name: 'a wrong checksum', frames: middle({ corrupt: { udpChecksum: 'wrong' } }), ...apart('U4') },
  { name: 'no payload', frames: middle({ payload: new Uint8Array(0) }), ...apart('U2') },
  { name: 'tags, which the policy leaves alone', frames: middle({}, tag), groups: alone, policy: { tagged: 'alone' } },
  { name: 'no tags, where it would', frames: middle({}), groups: three, policy: { tagged: 'alone' } },
  { name: 'tags', frames: middle({}, tag), groups: three },
  // Another VLAN is another connection.
  { name: 'one tag', frames: middle(tag), groups: [[0, 2], [1]] },
  { name: 'another tag', frames: middle({ tags: [{ vid: 8 }] }, tag), groups: [[0, 2], [1]] },
  { name: 'another MAC address', frames: middle({ srcMac: '02:00:00:00:00:09' }), ...apart('U1') },
  { name: 'another DSCP', frames: middle({ dscp: 1 }), ...apart('U1') },
  { name: 'another ECN', frames: middle({ ecn: 1 }, SIX), ...apart('U1') },
  { name: 'another DF', frames: middle({ df: false }), ...apart('U1') },
  { name: 'the reserved flag', frames: middle({ reservedFlag: true }), ...apart('U1') },
  { name: 'another TTL', frames: middle({ ttl: 63 }), ...apart('U1') },
  { name: 'another hop limit', frames: middle({ ttl: 63 }, SIX), ...apart('U1') },
  { name: 'another flow label', frames: middle({ flowLabel: 1 }, SIX), ...apart('U1') },
  { name: 'a shorter one', frames: [datagram(), datagram({}, 49), datagram()], groups: [[0, 1], [2]] },
  {
    name: 'a shorter one, and its like',
    frames: [datagram(), datagram({}, 49), datagram({}, 49)],
    groups: [[0, 1], [2]],
  },
  { name: 'a longer one', frames: [datagram(), datagram({}, 51), datagram({}, 51)], groups: [[0], [1, 2]] },
  { name: 'another connection', frames: middle({ dport: 1 }), groups: [[0, 2], [1]] },
  // 20 + 8 + 3 x 21,835 + 2 is 65,535.
  {
    name: '65,535 bytes of IPv4',
    frames: [...middle({ payload: new Uint8Array(21_835) }, { payload: new Uint8Array(21_835) }), datagram({}, 2)],
    groups: [[0, 1, 2, 3]],
  },
  {
    name: 'one byte more',
    frames: [...middle({ payload: new Uint8Array(21_835) }, { payload: new Uint8Array(21_835) }), datagram({}, 3)],
    groups: [[0, 1, 2], [3]],
    endedBy: ['U9', 'I2'],
  },
  { name: 'two at most', frames: middle({}), groups: [[0, 1], [2]], policy: { maxSegments: 2 } },
  { name: 'three at most', frames: middle({}), groups: three, policy: { maxSegments: 3 } },
  { name: '149 bytes at most', frames: middle({}), groups: [[0, 1], [2]], policy: { maxBytes: 149 } },
  { name: '150 bytes at most', frames: middle({}), groups: three, policy: { maxBytes: 150 } },
  {
    name: 'a full table',
    frames: [datagram(), datagram({ dport: 1 }), datagram({ dport: 2 }), datagram()],
    groups: [[2], [0, 3], [1]],
    endedBy: ['E1', 'I2', 'I2'],
    policy: { maxConnections: 2 },
  },
  {
    name: 'a full table that lets the oldest go',
    frames: [datagram(), datagram({ dport: 1 }), datagram({ dport: 2 }), datagram({ dport: 1 })],
    groups: [[0], [1, 3], [2]],
    endedBy: ['E1', 'I2', 'I2'],
    policy: { maxConnections: 2, fullTable: 'evict' },
  },
  {
    name: 'a table without entries',
    frames: [datagram(), datagram()],
    groups: [[0], [1]],
    policy: { maxConnections: 0, fullTable: 'evict' },
  },
];

describe('URO, rule by rule', () => {
  for (const { name, frames, groups: expected, endedBy, policy } of cases) {
    it(`between datagrams: ${name}`, () => {
      const coalescer = new Coalescer(policy);
      coalescer.setRsc({ uro: true });
      for (const frame of frames) coalescer.receive(frame);
      const due = coalescer.endOfDpc();
      expect(groups(due)).to.deep.equal(expected);
      if (endedBy !== undefined) expect(due.map((one) => one.endedBy)).to.deep.equal(endedBy);
    });
  }

  it('tells each decision', () => {
    const lines: string[] = [];
    const coalescer = new Coalescer(
      {},
      { onDecision: ({ arrival, did, rule }) => lines.push(`${arrival} ${did} ${rule.id} ${rule.name}`) },
    );
    coalescer.setRsc({ uro: true });
    const empty = datagram({ payload: new Uint8Array(0) });
    for (const frame of [datagram(), datagram(), datagram({ ttl: 9 }), empty]) coalescer.receive(frame);
    expect(lines.map((line) => line.split(' ').slice(0, 3).join(' '))).to.deep.equal([
      '0 started U7',
      '1 merged U5',
      '2 restarted U1',
      '3 alone U2',
    ]);
    expect(lines[2]).to.equal('2 restarted U1 uro-same-ttl');
  });

  /** TCP and UDP in turns: what ends them must not change who came first. */
  function mixed(): Coalescer {
    const coalescer = new Coalescer();
    coalescer.setRsc({ uro: true });
    const others = [datagram({ dport: 1 }), data(0, { sport: 2000 }), datagram({ dport: 2 })];
    for (const frame of [datagram(), data(0), ...others]) coalescer.receive(frame);
    return coalescer;
  }

  it('K4, I4, U8: what is switched off ends in the order of its start', () => {
    const inOrder = [[0], [1], [2], [3], [4]];
    expect(groups(mixed().setRxcsum(false))).to.deep.equal(inOrder);
    expect(groups(mixed().setRxcsum(true))).to.deep.equal([]);
    expect(groups(mixed().endOfDpc())).to.deep.equal(inOrder);
    expect(groups(mixed().setRsc({ ipv4: false, uro: false }))).to.deep.equal(inOrder);
    expect(groups(mixed().setRsc({ uro: false }))).to.deep.equal([[0], [2], [4]]);
    expect(groups(mixed().setRsc({ ipv4: false }))).to.deep.equal([[1], [3]]);
    expect(
      mixed()
        .setRsc({ uro: false })
        .map(({ endedBy }) => endedBy),
    ).to.deep.equal(['U8', 'U8', 'U8']);
    expect(
      mixed()
        .setRxcsum(false)
        .map(({ endedBy }) => endedBy),
    ).to.deep.equal(Array(5).fill('K4'));
  });

  it('K4: nothing is merged while checksums may not be validated, and again afterwards', () => {
    const coalescer = mixed();
    coalescer.setRxcsum(false);
    for (let i = 0; i < 2; i++) coalescer.receive(datagram());
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[5], [6]]);
    coalescer.setRxcsum(true);
    for (let i = 0; i < 2; i++) coalescer.receive(datagram());
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[7, 8]]);
  });

  it('a unit of TCP alone is ended where there is none of UDP', () => {
    const coalescer = new Coalescer();
    coalescer.receive(data(0));
    expect(groups(coalescer.setRxcsum(false))).to.deep.equal([[0]]);
    coalescer.receive(data(100));
    expect(groups(coalescer.endOfDpc())).to.deep.equal([[1]]);
  });
});
