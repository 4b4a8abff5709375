import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { packageRoot } from '../../../vectors/package-root.ts';
import { matchingIds } from '../../base/matching-ids.ts';
import { NO_REASON } from '../../known-failures/baseline.ts';
import { readBaseline } from '../../known-failures/baseline-file.ts';

const FOLDER = join(packageRoot(), 'examples', 'qemu-baselines');

/** Only one QEMU is installed; of the others this much can be tested. */
describe('baselines of QEMU', () => {
  const ids = loadCorpus().vectors.map(({ id }) => id);

  for (const name of readdirSync(FOLDER))
    it(`${name} says which version it is for, and knows a reason for each of its vectors`, () => {
      const { target, entries } = readBaseline(join(FOLDER, name));
      expect(`${target}.json`).to.equal(`QEMU ${name}`);
      expect(entries).to.have.length.above(10);
      for (const { reason, vectors } of entries) {
        expect(reason.startsWith(NO_REASON), reason).to.equal(false);
        for (const pattern of vectors) expect(matchingIds(pattern, ids), pattern).to.have.length.above(0);
      }
    });

  it('are there for several versions', () => {
    expect(readdirSync(FOLDER)).to.have.length.above(2);
  });
});
