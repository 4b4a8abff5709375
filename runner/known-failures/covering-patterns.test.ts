import { expect } from 'chai';
import fc from 'fast-check';
import { globPattern } from '../base/glob.ts';
import { matchingIds } from '../base/matching-ids.ts';
import { CoveringPatterns } from './covering-patterns.ts';

const CORPUS = [
  'a/x/ipv4',
  'a/x/ipv6',
  'a/y/ipv4',
  'a/y/ipv6',
  'a/z/one/ipv4',
  'a/z/two/ipv4',
  'b/ipv4',
  'b/ipv6',
  'b/ipv6/deep',
];

describe('patterns for sets of ids', () => {
  const patterns = new CoveringPatterns(CORPUS);

  it('stand for what is under a path, and for what ends alike', () => {
    expect(patterns.cover(CORPUS.filter((id) => id.startsWith('a/')))).to.deep.equal(['a/*']);
    expect(patterns.cover(['a/y/ipv6', 'a/y/ipv4', 'b/ipv4'])).to.deep.equal(['a/y/*', 'b/ipv4']);
    expect(patterns.cover(CORPUS.filter((id) => id.startsWith('a/') && id.endsWith('/ipv4')))).to.deep.equal([
      'a/*/ipv4',
    ]);
    expect(patterns.cover([])).to.deep.equal([]);
  });

  it('match the set, the whole set and nothing but the set, in whatever order it comes', () => {
    const part = fc.constantFrom('a', 'b', 'c', 'dd');
    const id = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
    const corpora = fc.uniqueArray(id, { maxLength: 40 });
    fc.assert(
      fc.property(corpora, fc.infiniteStream(fc.boolean()), (corpus, coins) => {
        const set = corpus.filter(() => coins.next().value);
        const cover = new CoveringPatterns(corpus);
        const chosen = cover.cover(set);
        // A single id without wildcard takes what is under it, too: then nothing of it may be left out.
        const exact = set.filter((one) => corpus.every((other) => !other.startsWith(`${one}/`) || set.includes(other)));
        if (exact.length < set.length) return;
        const matched = corpus.filter((one) => chosen.some((pattern) => globPattern(pattern).test(one)));
        expect(matched).to.deep.equal(set);
        expect(cover.cover([...set].reverse())).to.deep.equal(chosen);
        expect(new Set(chosen).size).to.equal(chosen.length);
      }),
    );
  });
});

describe('ids that a pattern matches', () => {
  it('are those that its regular expression matches', () => {
    const pattern = fc.oneof(fc.constantFrom(...CORPUS), fc.stringMatching(/^[ab*?/xipv46.]{1,8}$/));
    fc.assert(
      fc.property(pattern, (text) => {
        expect(matchingIds(text, CORPUS)).to.deep.equal(CORPUS.filter((id) => globPattern(text).test(id)));
      }),
    );
  });
});
