import { expect } from 'chai';
import { move } from './symmetries.ts';
import type { Draft } from './symmetry-parts.ts';

const drafts = Array.from({ length: 300 }, (_, i) => `family/topic/${i}/ipv4`);

function draft(id: string): Draft {
  return {
    id,
    ipVersion: 4,
    segments: [
      { seq: 1000, ack: 500, payload: 100, window: 1000, id: 0x1000 },
      { seq: 1100, ack: 500, payload: 100, window: 1000, id: 0x1001 },
    ],
    own: { windows: false, ends: false, bytes: false },
    connections: [{ src: '10.0.0.1', dst: '192.0.2.1', sport: 2000, dport: 80 }],
  };
}

describe('symmetries', () => {
  it('draw each value from the range that they name, and the same one for the same id', () => {
    const ttls = drafts.map((id) => {
      const [one, again] = [draft(id), draft(id)];
      for (const each of [one, again]) expect(move(each, { ttl: 'TTL 65 to 127' })).to.deep.equal(['TTL 65 to 127']);
      expect(again).to.deep.equal(one);
      const [first, second] = one.segments.map(({ ttl }) => ttl);
      expect(second).to.equal(first);
      return first as number;
    });
    expect(Math.min(...ttls)).to.be.within(65, 70);
    expect(Math.max(...ttls)).to.be.within(122, 127);
    expect(new Set(ttls).size).to.be.above(50);
  });

  it('keep the order of the stream when payloads get another length', () => {
    for (const id of drafts) {
      const one = draft(id);
      move(one, { payload: 'payloads of 256 to 535' });
      const [first, second] = one.segments;
      expect(first?.payload).to.be.within(256, 535);
      expect(second?.seq).to.equal((first?.seq ?? 0) + (first?.payload ?? 0));
    }
  });

  it('leave Identifications apart that were apart', () => {
    for (const id of drafts) {
      const one = draft(id);
      move(one, { id: 'Identification above 32767' });
      const [first, second] = one.segments.map((segment) => segment.id as number);
      expect(first).to.be.above(0x7fff);
      expect(second).to.equal((first ?? 0) + 1);
    }
  });
});
