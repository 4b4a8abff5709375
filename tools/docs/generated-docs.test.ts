import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { RULE_IDS, registry } from '../../reference-impl/rules/index.ts';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';
import { COMMANDS } from '../../runner/cli/commands.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { flagMeanings } from '../../vectors/flag-meanings.ts';
import { generatedDocs, MADE_FOLDERS } from './generated-docs.ts';

describe('generated pages', () => {
  let pages: Map<string, string>;

  before(async () => {
    pages = await generatedDocs();
  });

  it('are checked in as they are made (npm run docs)', () => {
    for (const [path, text] of pages) {
      expect(existsSync(join(PACKAGE_ROOT, path)), path).to.equal(true);
      expect(readFileSync(join(PACKAGE_ROOT, path), 'utf8'), path).to.equal(text);
    }
    const there = MADE_FOLDERS.flatMap((folder) =>
      readdirSync(join(PACKAGE_ROOT, folder)).map((name) => `${folder}/${name}`),
    );
    const beside = [...pages.keys()].filter((path) => MADE_FOLDERS.some((folder) => path.startsWith(`${folder}/`)));
    expect(there.sort()).to.deep.equal(beside.sort());
  });

  it('hold every rule once, with level, clause, vectors and faults', () => {
    const families = [...pages].filter(([path]) => path.startsWith('docs/rules/') && !path.endsWith('README.md'));
    const all = families.map(([, text]) => text).join('\n');
    for (const id of RULE_IDS) expect(all.match(new RegExp(`^## ${id}$`, 'gm')), id).to.have.length(1);
    for (const { name, level } of registry) expect(all).to.match(new RegExp(`\\| \`${name}\` \\| ${level} \\|`));
    expect(all.match(/^\*\*Vectors\*\*/gm)).to.have.length(new Set(registry.map(({ id }) => id)).size);
    expect(all).to.include('`E8b/ece-cwr-change/removed`');
  });

  it('hold every bug of the field with vectors that carry its flag', () => {
    const text = pages.get('docs/field-bugs.md') ?? '';
    const rows = text.split('\n').filter((line) => line.startsWith('| `'));
    const { vectors } = loadCorpus();
    expect(rows.map((row) => row.split('`')[1]).sort()).to.deep.equal(
      Object.entries(flagMeanings)
        .filter(([, { source }]) => source !== 'this suite')
        .map(([flag]) => flag)
        .sort(),
    );
    for (const row of rows) {
      const [, flag = ''] = row.split('`');
      const named = [...row.matchAll(/`([a-z-]+\/[^`]+)`/g)].map(([, id = '']) => id.replace(/\*$/, ''));
      expect(named, flag).not.to.deep.equal([]);
      for (const prefix of named)
        expect(
          vectors.some(({ id, flags }) => id.startsWith(prefix) && flags.includes(flag)),
          `${flag}: ${prefix}`,
        ).to.equal(true);
    }
  });

  describe('the man page', () => {
    const file = join(PACKAGE_ROOT, 'man', 'rsc-conformance.1');

    it('has every command and every option', async () => {
      const page = pages.get('man/rsc-conformance.1') ?? '';
      for (const load of Object.values(COMMANDS)) {
        const { name, options } = await load();
        expect(page).to.include(`.SS ${name.replaceAll('-', '\\-')}`);
        for (const option of Object.keys(options)) expect(page).to.include(`--${option}`.replaceAll('-', '\\-'));
      }
    });

    it('is what mandoc takes for a man page', function () {
      const { error, stdout, stderr, status } = spawnSync('mandoc', ['-T', 'lint', '-W', 'warning', file], {
        encoding: 'utf8',
      });
      if (error !== undefined && process.env['CI'] === undefined) this.skip();
      expect(error).to.equal(undefined);
      // It has no date: it changes only if the commands do.
      const complaints = `${stdout}${stderr}`
        .split('\n')
        .filter((line) => line !== '' && !line.includes('missing date'));
      expect(complaints.join('\n')).to.equal('');
      expect(status).to.be.oneOf([0, 2]);
    });
  });
});
