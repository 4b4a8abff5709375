import { expect } from 'chai';
import type { Dictionary } from '../../runner/diagnosis/dictionary.ts';
import { loadDictionary } from '../../runner/diagnosis/dictionary-file.ts';
import { faults } from '../../runner/selfcheck/faults.ts';
import { groupsShown, recordable } from '../../runner/selfcheck/record-faults.ts';
import { stageOf } from '../../runner/selfcheck/signatures.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { diagnosed, isNamed } from './diagnosed.ts';
import { OTHER_FAULTS, otherCoalescer } from './other-coalescer.ts';

const HINT = 'the fault dictionary may be stale: npm run dictionary';
const corpus = recordable(loadCorpus().vectors);

/** Every n-th, from a start of its own. */
function sample<T>(all: readonly T[], every: number, from = 0): T[] {
  return all.filter((_, i) => i % every === from);
}

describe('fault dictionary, as it is shipped', () => {
  let dictionary: Dictionary;

  before(() => {
    dictionary = loadDictionary() as Dictionary;
    expect(dictionary, HINT).not.to.equal(undefined);
  });

  it('knows the vectors and the faults that there are', () => {
    const vectors = new Set(dictionary.vectors);
    const known = new Set(dictionary.faults.map(({ name }) => name));
    expect(corpus.filter(({ id }) => vectors.has(id)).length / corpus.length, HINT).to.be.above(0.8);
    expect(faults().filter(({ name }) => known.has(name)).length / faults().length, HINT).to.be.above(0.95);
  });

  it('says of them what playing them shows', () => {
    const places = new Map(dictionary.vectors.map((id, i) => [id, i]));
    const known = new Map(dictionary.faults.map((fault) => [fault.name, fault]));
    let same = 0;
    let all = 0;
    for (const vector of sample(corpus, 97)) {
      const place = places.get(vector.id);
      if (place === undefined) continue;
      const stage = stageOf(vector);
      for (const planted of sample(faults(), 7)) {
        const fault = known.get(planted.name);
        if (fault === undefined) continue;
        const set = dictionary.sets[fault.shows[fault.at.indexOf(place)] ?? -1] ?? new Set<string>();
        const shown = groupsShown(planted, stage);
        if (set.size === 0 && shown.length === 0) continue;
        all++;
        if (shown.length === set.size && shown.every((group) => set.has(group))) same++;
      }
    }
    expect(all).to.be.above(100);
    expect(same / all, HINT).to.be.above(0.9);
  });

  it('names planted faults, one cause each', () => {
    const shown = dictionary.faults.filter(({ at }) => at.length > 100).map(({ name }) => name);
    const chosen = sample(
      faults().filter(({ name }) => shown.includes(name)),
      23,
      5,
    );
    const ids = new Set(dictionary.vectors);
    const played = sample(corpus, 9).filter(({ id }) => ids.has(id));
    const found = diagnosed(chosen, played, dictionary);
    const right = chosen.filter(({ name }, i) => {
      const [cause, ...more] = found[i] ?? [];
      // So many vectors do not tell all faults apart: of equal ones, any may be first.
      const first = cause?.resembles.filter(({ likeness }) => likeness === cause.resembles[0]?.likeness) ?? [];
      return (
        more.length === 0 &&
        isNamed(
          name,
          first.map(({ fault }) => fault),
          dictionary,
        )
      );
    });
    expect(right.length / chosen.length, HINT).to.be.at.least(0.85);
  });
});

describe('diagnosis of another implementation', () => {
  const capabilities = { timestamps: false, uro: false, csum: false, rxcsum: false, ipsec: false, statistics: false };

  it('finds at most two causes for one fault, and none where there is none', () => {
    const implementations = [undefined, ...OTHER_FAULTS].map((fault) => ({
      name: fault ?? 'none',
      summary: '',
      subject: otherCoalescer(fault),
      capabilities,
    }));
    const found = diagnosed(implementations, sample(corpus, 16, 3), loadDictionary());
    implementations.forEach(({ name }, i) => {
      const titles = (found[i] ?? []).map(({ title }) => title);
      if (name === 'none') expect(titles).to.deep.equal([]);
      else expect(titles.length, `${name}: ${titles.join('; ')}`).to.be.at.most(2);
    });
    expect(found.filter((causes) => causes.length > 0).length / OTHER_FAULTS.length).to.be.above(0.7);
  });
});
