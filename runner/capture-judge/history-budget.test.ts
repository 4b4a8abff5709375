import { expect } from 'chai';
import fc from 'fast-check';
import { HistoryBudget } from './history-budget.ts';
import type { PairMatch } from './transport.ts';

const matchOf = (length: number): PairMatch =>
  ({ run: new Array(length).fill(0), findings: [] }) as unknown as PairMatch;

describe('what all connections remember together', () => {
  it('is bounded, the oldest go first, and the latest always stays', () => {
    const ops = fc.array(fc.record({ history: fc.nat(4), length: fc.integer({ min: 1, max: 9 }), pops: fc.nat(2) }), {
      maxLength: 200,
    });
    fc.assert(
      fc.property(ops, (list) => {
        const most = 40;
        const budget = new HistoryBudget(most);
        const histories: PairMatch[][] = Array.from({ length: 5 }, () => []);
        const order: PairMatch[] = [];
        for (const { history, length, pops } of list) {
          const own = histories[history] as PairMatch[];
          // As a closer look does, and as a history does that is full.
          if (pops === 1) budget.gone(own.pop());
          if (pops === 2) budget.gone(own.shift());
          const match = matchOf(length);
          order.push(match);
          budget.add(own, match);
          const kept = histories.flat();
          expect(own.at(-1)).to.equal(match);
          const segments = kept.reduce((sum, { run }) => sum + run.length, 0);
          expect(segments).to.be.at.most(most);
          for (const each of histories) {
            const places = each.map((one) => order.indexOf(one));
            expect(places).to.deep.equal([...places].sort((a, b) => a - b));
          }
        }
      }),
    );
  });

  it('holds nothing that a history gave up by itself, while another connection is idle', () => {
    const budget = new HistoryBudget(1000);
    const idle: PairMatch[] = [];
    budget.add(idle, matchOf(1));
    const busy: PairMatch[] = [];
    const heavy = (): PairMatch => ({ run: [new Uint8Array(1_000_000)], findings: [] }) as unknown as PairMatch;
    const before = process.memoryUsage().arrayBuffers;
    for (let i = 0; i < 2000; i++) {
      budget.add(busy, heavy());
      if (busy.length > 8) budget.gone(busy.shift());
    }
    expect(idle).to.have.length(1);
    expect(busy).to.have.length(8);
    // Two gigabytes went through it.
    expect(process.memoryUsage().arrayBuffers - before).to.be.below(1e9);
  });
});
