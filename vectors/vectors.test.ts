import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { corpusDirectory, loadCorpus } from './corpus.ts';
import { FAMILIES } from './family.ts';
import { flagMeanings } from './flag-meanings.ts';
import { fileText, generateCorpus } from './generate.ts';
import { lintCorpus, lintVectors } from './lint.ts';
import { vectorOf } from './plan.ts';
import type { Vector } from './vector.ts';

describe('vectors', () => {
  const corpus = loadCorpus();
  const generated = generateCorpus();

  it('on disk are what generating gives', () => {
    const names = readdirSync(corpusDirectory()).filter((name) => name.endsWith('.json'));
    expect(names.sort()).to.deep.equal([...generated.keys()].sort());
    for (const [name, text] of generated) {
      expect(readFileSync(join(corpusDirectory(), name), 'utf8') === text, name).to.equal(true);
    }
  });

  it('come out the same when they are made again', () => {
    // Families with every kind of generator: what is kept from one time to the next would show.
    const again = ['timestamps', 'headers', 'statistics'].map((wanted) => FAMILIES.find(({ name }) => name === wanted));
    const made = (): string[] =>
      again.map((one) => {
        const taken = new Set<string>();
        return fileText(
          'again',
          Array.from(one?.plans() ?? [], (plan) => vectorOf(plan, taken)),
        );
      });
    const first = made();
    expect(first.every((text) => text.length > 10_000)).to.equal(true);
    expect(made()).to.deep.equal(first);
  });

  it('are clean', () => {
    expect(lintCorpus(corpus)).to.deep.equal([]);
  });

  it('take less than 3 kB each', () => {
    const size = [...generated.values()].reduce((sum, text) => sum + text.length, 0);
    expect(size / corpus.vectors.length).to.be.below(3000);
  });

  it('have a digest', () => {
    expect(corpus.digest).to.match(/^[0-9a-f]{64}$/);
  });

  it('concern their family’s rules', () => {
    for (const { name, letter } of FAMILIES) {
      const own = corpus.vectors.filter(({ id }) => id.startsWith(`${name}/`));
      expect(own.length, name).to.be.above(10);
      expect(own.some(({ rules }) => rules.some((rule) => rule.startsWith(letter)))).to.equal(true);
    }
  });
});

describe('lint', () => {
  const { vectors, digest } = loadCorpus();
  const few = vectors.filter((_, i) => i % 50 === 0);
  const with_ = (change: (vector: Vector) => Vector): string[] =>
    lintVectors([change(few[0] as Vector), ...few.slice(1)]);

  const refuses = (change: (vector: Vector) => Vector, because: RegExp): void => {
    expect(with_(change).some((problem) => because.test(problem))).to.equal(true);
  };

  it('refuses a flag without a meaning', () => {
    refuses((vector) => ({ ...vector, flags: ['no-such-flag'] }), /no-such-flag is not explained/);
  });

  it('refuses a vector without rule', () => {
    refuses((vector) => ({ ...vector, rules: [] }), /names no rule/);
  });

  it('refuses an unknown rule', () => {
    refuses((vector) => ({ ...vector, rules: ['E99'] }), /E99 is unknown/);
  });

  it('refuses an id used twice, and shared connections', () => {
    refuses((vector) => ({ ...vector, id: (few[1] as Vector).id }), /used twice/);
    refuses((vector) => ({ ...vector, connections: (few[1] as Vector).connections }), /shares/);
  });

  it('refuses what the schema does not know', () => {
    refuses((vector) => ({ ...vector, extra: 1 }) as Vector, /schema/);
    refuses((vector) => ({ ...vector, steps: [{ receive: { trailer: 47 } }, ...vector.steps] }), /schema/);
  });

  it('refuses a flag that nothing uses', () => {
    const flag = Object.keys(flagMeanings)[0] as string;
    // With the states, which lint counts.
    const counted = vectors.filter((vector) => few.includes(vector) || vector.id.includes('/states/'));
    const without = counted.map((vector) => ({ ...vector, flags: vector.flags.filter((each) => each !== flag) }));
    expect(lintCorpus({ vectors: without, digest })).to.include(`flag ${flag} is used by no vector`);
  });

  it('refuses a vector that does not end its last DPC', () => {
    refuses((vector) => ({ ...vector, steps: vector.steps.slice(0, -1) }), /does not end with endOfDpc/);
  });
});
