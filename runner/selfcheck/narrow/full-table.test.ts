import { expect } from 'chai';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { datagram, URO } from '../../../testing/datagram-steps.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { USUAL } from '../usual.ts';
import { FULL_TABLE_FAULTS } from './full-table-faults.ts';
import { narrowPairs, type Pair, Reach } from './reach.ts';
import { URO_NARROW_FAULTS } from './uro-faults.ts';
import { reachOf } from './usual-reach.ts';

const pairsOf = (test: RegExp): Pair[] => narrowPairs().filter(({ name }) => test.test(name));

describe('faults of full flow tables and of URO, times conditions', () => {
  const { vectors } = loadCorpus();
  const crowded = vectors.filter(({ id }) => /^exceptions\/(table|crowded)\//.test(id));
  const uro = vectors.filter(({ id }) => id.startsWith('uro/states/'));

  it('are seen by vectors: each fault, always', () => {
    const tables = reachOf({ pairs: pairsOf(/^E1-.*@always$/), vectors: crowded });
    expect(tables.seenByVectors).to.equal(FULL_TABLE_FAULTS.length);
    const silent = reachOf({ pairs: pairsOf(/^U\d+-.*@always$/), vectors: uro })
      .pairs.filter(({ seenBy }) => seenBy === undefined)
      .map(({ pair }) => pair.fault.name);
    expect(silent).to.deep.equal([]);
    expect(pairsOf(/^U\d+-.*@always$/)).to.have.length(URO_NARROW_FAULTS.length);
  });

  it('know the state of a datagram as of a segment: the eighth of its unit, what came before', () => {
    const bad = datagram(1, { corrupt: { udpChecksum: 'wrong' } });
    const run: FrameStep[] = Array.from({ length: 8 }, (_, i) => datagram(2 + i));
    const other = datagram(30, { ttl: 9 });
    const seen = (name: string, steps: readonly FrameStep[]): string | undefined => {
      const reach = new Reach(pairsOf(new RegExp(`^${name}$`)), USUAL);
      reach.play('it', steps);
      return reach.results[0]?.seenBy;
    };
    expect(seen('U1-uro-same-ttl@eighth-or-later', [URO, ...run, other, { dpc: true }])).to.equal('it');
    expect(seen('U1-uro-same-ttl@eighth-or-later', [URO, ...run.slice(5), other, { dpc: true }])).to.equal(undefined);
    expect(seen('U10-unit-lost@exception-earlier', [URO, bad, ...run.slice(0, 3), { dpc: true }])).to.equal('it');
    expect(seen('U10-unit-lost@exception-earlier', [URO, ...run.slice(0, 3), { dpc: true }])).to.equal(undefined);
  });
});
