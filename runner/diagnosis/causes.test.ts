import { expect } from 'chai';
import type { Case } from './case.ts';
import { findCauses } from './causes.ts';
import type { Dictionary } from './dictionary.ts';

/** This number of vectors that fail in the same way. */
function failing(name: string, count: number, ...groups: string[]): Case[] {
  return Array.from({ length: count }, (_, i) => ({
    // A topic each: none of them is known for where it fails.
    id: `${name}${i}/${name}${i}/${name}${i}`,
    groups,
    names: new Map(),
    isTelling: true,
    isKnown: false,
    weight: [1, 1],
    traits: new Set(),
  }));
}

/** Faults that fail some of the vectors in one way each. */
function knowing(
  all: readonly Case[],
  ...faults: (readonly [rule: string, cases: readonly Case[], group: string])[]
): Dictionary {
  return {
    digest: '',
    vectors: all.map(({ id }) => id),
    sets: faults.map(([, , group]) => new Set([group])),
    faults: faults.map(([rule, cases], i) => ({
      name: `${rule}/fault`,
      title: `Breaks ${rule}`,
      rule,
      at: Uint32Array.from(cases, (one) => all.indexOf(one)),
      shows: Uint32Array.from(cases, () => i),
    })),
  };
}

const sizes = (cases: readonly Case[], dictionary?: Dictionary): number[] =>
  findCauses(cases, dictionary).map(({ units }) => units.size);

describe('causes', () => {
  it('of frames that vanish are one, also where known faults explain some of them', () => {
    const [frames, duplicates] = [
      failing('frame', 40, 'I7 indications never'),
      failing('ack', 6, 'C9 indications never'),
    ];
    const all = [...frames, ...duplicates];
    const known = knowing(all, ['C6', frames, 'I7 indications never'], ['C8', duplicates, 'C9 indications never']);
    const causes = findCauses(all, known);
    expect(causes.map(({ units }) => units.size)).to.deep.equal([46]);
    expect(causes[0]?.resembles.map(({ fault }) => fault)).to.include.members(['C6/fault', 'C8/fault']);
    // As many of either are two faults.
    const even = [...frames, ...failing('other', 30, 'C9 indications never')];
    const two = knowing(even, ['C6', frames, 'I7 indications never'], ['C8', even.slice(40), 'C9 indications never']);
    expect(sizes(even, two)).to.deep.equal([40, 30]);
  });

  it('of bytes that are other bytes are one, whatever they are', () => {
    const all = [...failing('stale', 9, 'B1 payload'), ...failing('altered', 20, 'H1 payload')];
    expect(sizes(all)).to.deep.equal([29]);
    expect(sizes([...all, ...failing('ttl', 9, 'H4 ip.ttl')])).to.have.members([29, 9]);
  });

  it('are joined to a known one by any finding that most of their vectors have', () => {
    const explained = failing('known', 5, 'E3 merge should');
    const rest = failing('rest', 16, 'E3 merge', 'E3 merge should');
    const all = [...explained, ...rest];
    expect(sizes(all, knowing(all, ['E3', explained, 'E3 merge should']))).to.deep.equal([21]);
  });
});
