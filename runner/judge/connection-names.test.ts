import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { ConnectionNames } from './connection-names.ts';

describe('names of connections', () => {
  it('are the key’s words, whatever was named before, also where hashes are the same', () => {
    const names = new ConnectionNames();
    const segments = Array.from({ length: 300 }, (_, i) => {
      const hosts = i % 3 === 0 ? { src: 'fd00::1', dst: 'fd00::2' } : { src: '10.0.0.1', dst: `10.0.0.${i % 7}` };
      const segment = parseSegment(buildFrame({ ...hosts, sport: 1000 + (i % 50), dport: 80 }), new Segment());
      // Nothing but the words tells them apart.
      segment.hash &= 3;
      return segment;
    });
    for (const segment of [...segments, ...segments])
      expect(names.of(segment)).to.equal([...segment.key.subarray(0, segment.keyWords)].join(' '));
  });
});
