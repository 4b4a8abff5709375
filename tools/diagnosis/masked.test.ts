import { expect } from 'chai';
import type { Case } from '../../runner/diagnosis/case.ts';
import type { FoundCause } from '../../runner/diagnosis/causes.ts';
import type { Dictionary, KnownFault } from '../../runner/diagnosis/dictionary.ts';
import { isMasked } from './masked.ts';

const fault = (name: string, at: readonly number[], shows: readonly number[]): KnownFault => ({
  name,
  title: name,
  rule: 'E1',
  at: Uint32Array.from(at),
  shows: Uint32Array.from(shows),
});
const dictionary: Dictionary = {
  digest: '',
  vectors: ['a', 'b', 'c'],
  sets: [new Set(['E1 merge']), new Set(['E2 merge'])],
  faults: [fault('one', [0, 1], [0, 0]), fault('same', [0], [0]), fault('other', [2], [1])],
};

/** A coalescer that shows these findings in these vectors. */
function found(shown: Readonly<Record<string, string>>): FoundCause[] {
  const units = new Map(Object.entries(shown).map(([id, group]) => [{ id } as Case, new Set([group])]));
  return [{ title: '', units, resembles: [] }];
}

describe('a fault among several', () => {
  it('is masked if nothing shows it, or only what another predicts', () => {
    expect(isMasked('one', ['other'], found({ c: 'E2 merge' }), dictionary)).to.equal(true);
    expect(isMasked('one', ['same'], found({ a: 'E1 merge' }), dictionary)).to.equal(true);
    expect(isMasked('one', ['other'], found({ a: 'E2 merge' }), dictionary)).to.equal(true);
  });

  it('is not masked if a vector shows what no other predicts', () => {
    expect(isMasked('one', ['same'], found({ a: 'E1 merge', b: 'E1 merge' }), dictionary)).to.equal(false);
    expect(isMasked('one', ['other'], found({ a: 'E1 merge', c: 'E2 merge' }), dictionary)).to.equal(false);
  });
});
