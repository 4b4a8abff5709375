import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { loadCorpus } from '../../vectors/corpus.ts';
import { PACKAGE_ROOT } from '../base/version.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import { playVectors } from './play-vectors.ts';

const EXAMPLE = join(PACKAGE_ROOT, 'examples', 'own-runner', 'own-runner.mjs');

function example(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, [EXAMPLE, ...args], { encoding: 'utf8' });
}

describe('the runner as a library', () => {
  it('plays vectors on a target of one’s own, as the example shows', () => {
    const right = example();
    expect(right.status, right.stderr).to.equal(0);
    expect(right.stdout).to.match(/^\d+ vectors, 0 failed\.\n$/);
    const broken = example('broken');
    expect(broken.status, broken.stderr).to.equal(1);
    expect(broken.stdout).to.match(/^headers\/psh\/[\w/-]+: H4: /m);
  });

  it('says everything as events, and ends where it is asked to', async () => {
    const [first, second, ...rest] = loadCorpus().vectors.filter(({ id }) => id.startsWith('exceptions/flags/'));
    const vectors = [first, second, ...rest].filter((vector) => vector !== undefined);
    const types: string[] = [];
    const controller = new AbortController();
    const exit = await playVectors(new ReferenceTarget(), {
      vectors,
      signal: controller.signal,
      onEvent: (event) => {
        types.push(event.type);
        if (event.type === 'verdict') controller.abort();
      },
    });
    expect(exit, 'not complete').to.equal(1);
    expect(types.slice(0, 3)).to.deep.equal(['session', 'vector', 'verdict']);
    expect(types.at(-1)).to.equal('end');
    expect(types.length).to.be.lessThan(2 + 2 * vectors.length);
  });
});
