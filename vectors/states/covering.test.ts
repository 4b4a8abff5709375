import { expect } from 'chai';
import { loadCorpus } from '../corpus.ts';
import { historyRows, stateRows } from '../families/states.ts';
import { lintCorpus, stateCoverage } from '../lint.ts';
import { type Allows, coverageOf, coveringArray, type Dimension } from './covering.ts';
import { stateId } from './state-plan.ts';

const dimension = (name: string, levels: number): Dimension => ({
  name,
  levels: Array.from({ length: levels }, (_, i) => `${i}`),
});

describe('covering arrays', () => {
  const dimensions = [dimension('a', 5), dimension('b', 4), dimension('c', 3), dimension('d', 2)];
  const all: Allows = () => true;

  it('hold every pair, in few rows, and the same every time', () => {
    const rows = coveringArray(dimensions, all);
    expect(coverageOf(dimensions, all, rows)).to.deep.equal({ covered: 71, possible: 71, holes: [] });
    expect(rows.length).to.be.within(20, 30);
    expect(coveringArray(dimensions, all)).to.deep.equal(rows);
  });

  it('hold no pair that is excluded, and none that fits into no row', () => {
    // a=0 goes with b=0 alone, and c=0 with b=1 alone: so a=0 and c=0 never meet.
    const excluded = (i: number, a: number, j: number, b: number): boolean =>
      (i === 0 && a === 0 && j === 1 && b !== 0) || (i === 2 && a === 0 && j === 1 && b !== 1);
    const allows: Allows = (i, a, j, b) => !excluded(i, a, j, b) && !excluded(j, b, i, a);
    const rows = coveringArray(dimensions, allows);
    expect(rows.some(([a, , c]) => a === 0 && c === 0)).to.equal(false);
    for (const [a, b] of rows) if (a === 0) expect(b).to.equal(0);
    const { holes, possible } = coverageOf(dimensions, allows, rows);
    expect(holes).to.deep.equal([]);
    expect(possible).to.equal(71 - 3 - 3 - 1);
  });

  it('take a cheap level where none covers anything new', () => {
    const [a, b, c] = dimensions as [Dimension, Dimension, Dimension];
    const dear: Dimension = { ...c, cheap: 1 };
    const rows = coveringArray([a, b, dear], all);
    expect(coverageOf([a, b, dear], all, rows).holes).to.deep.equal([]);
    // Each of the two dear levels has to meet five others.
    expect(rows.filter(([, , level]) => level === 0).length).to.be.at.least(rows.length - 2 * 6);
  });

  it('cover all other pairs without late levels first', () => {
    const [a, b, c, d] = dimensions as [Dimension, Dimension, Dimension, Dimension];
    const late: Dimension = { ...c, late: ['1', '2'] };
    const rows = coveringArray([a, b, late, d], all);
    expect(coverageOf([a, b, late, d], all, rows).holes).to.deep.equal([]);
    const others: Allows = (i, x, j, y) => !(i === 2 && x > 0) && !(j === 2 && y > 0);
    const early = rows.filter(([, , level]) => level === 0);
    expect(coverageOf([a, b, late, d], others, early).holes).to.deep.equal([]);
  });

  it('add to rows that there are only what these lack', () => {
    const [a, b, c] = dimensions as [Dimension, Dimension, Dimension];
    const present = coveringArray([a, b], all).map((row) => [...row, 0]);
    const rows = coveringArray([a, b, c], all, present);
    expect(rows.every((row) => row[2] !== 0)).to.equal(true);
    expect(coverageOf([a, b, c], all, [...present, ...rows]).holes).to.deep.equal([]);
  });

  it('name each hole', () => {
    const rows = coveringArray(dimensions, all).slice(1);
    const { holes, covered, possible } = coverageOf(dimensions, all, rows);
    expect(holes.length).to.equal(possible - covered);
    expect(holes[0]).to.match(/^[abcd]=\d with [abcd]=\d$/);
    expect(coverageOf(dimensions, all, []).covered).to.equal(0);
  });
});

describe('states', () => {
  it('cover every pair of levels that can occur together', () => {
    const { holes, possible } = stateCoverage(loadCorpus().vectors);
    expect(holes).to.deep.equal([]);
    expect(possible).to.be.above(15_000);
  });

  it('have an id each, made of their levels', () => {
    const ids = [...stateRows(), ...historyRows()].map(stateId);
    expect(new Set(ids).size).to.equal(ids.length);
  });

  it('are missed by lint, each pair by its name', () => {
    const { vectors, digest } = loadCorpus();
    const left = vectors.filter(({ id }) => id.includes('/states/') && !id.includes('/states/gap/'));
    const problems = lintCorpus({ vectors: left, digest });
    expect(problems).to.include('no vector has decision=gap with variant=ipv4');
    expect(problems).to.include('no vector has decision=gap with session=long-unit-elsewhere');
  });
});
