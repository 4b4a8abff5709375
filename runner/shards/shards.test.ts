import { expect } from 'chai';
import fc from 'fast-check';
import { loadCorpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { UsageError } from '../base/errors.ts';
import { parseShard, shardOf, staticCost } from './shards.ts';

const { vectors } = loadCorpus();

function costing(costs: readonly number[]): Vector[] {
  return costs.map((cost, i) => ({
    id: `family/${i}/${cost}`,
    title: '',
    level: 'must',
    rules: [],
    flags: [],
    connections: [],
    steps: [],
    expect: [],
    otherwise: [],
  }));
}

const costOf = ({ id }: Vector): number => Number(id.split('/')[2]);

describe('shards', () => {
  it('contain every vector once, in order, and differ by no more than the most expensive vector', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 10_000 }), { maxLength: 60 }),
        fc.integer({ min: 1, max: 9 }),
        (costs, count) => {
          const selected = costing(costs);
          const shards = Array.from({ length: count }, (_, i) => shardOf(selected, `${i + 1}/${count}`, costOf));
          const ids = shards.flatMap((shard) => shard.vectors.map(({ id }) => id));
          expect(ids.sort()).to.deep.equal(selected.map(({ id }) => id).sort());
          for (const shard of shards) {
            const places = shard.vectors.map((vector) => selected.indexOf(vector));
            expect(places).to.deep.equal([...places].sort((a, b) => a - b));
          }
          expect(new Set(shards.map(({ split }) => split)).size).to.equal(1);
          const loads = shards.map((shard) => shard.vectors.reduce((sum, vector) => sum + costOf(vector), 0));
          expect(Math.max(...loads) - Math.min(...loads)).to.be.at.most(Math.max(0, ...costs));
        },
      ),
    );
  });

  it('of the corpus are equal but for a hundredth', () => {
    for (const count of [2, 4, 7]) {
      const loads = Array.from({ length: count }, (_, i) =>
        shardOf(vectors, `${i + 1}/${count}`).vectors.reduce((sum, vector) => sum + staticCost(vector), 0),
      );
      expect(Math.max(...loads) / Math.min(...loads)).to.be.below(1.01);
    }
  });

  it('tell another number and other costs apart', () => {
    const selected = costing([3, 2, 1]);
    const splits = [
      shardOf(selected, '1/2', costOf),
      shardOf(selected, '1/3', costOf),
      shardOf(selected, '1/2', () => 1),
    ];
    expect(new Set(splits.map(({ split }) => split)).size).to.equal(3);
  });

  it('refuse what is no i/n', () => {
    for (const shard of ['0/2', '3/2', '1', '1/0', '-1/2', '1/2/3', '1.5/2', '1/99999', ''])
      expect(() => parseShard(shard), shard).to.throw(UsageError);
    expect(parseShard('2/4')).to.deep.equal([2, 4]);
  });
});
