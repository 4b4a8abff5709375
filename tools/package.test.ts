import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect } from 'chai';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { PACKAGE_ROOT, VERSION } from '../runner/base/version.ts';
import { type PackedInstall, packedInstall } from '../testing/packed-install.ts';
import { passThroughProgram } from '../testing/pass-through-program.ts';

const BIN = join(PACKAGE_ROOT, 'node_modules', '.bin');

describe('the package', () => {
  let packed: PackedInstall;

  before(() => {
    packed = packedInstall();
  });

  /** A file of the package, or a folder that holds some. */
  function isPacked(path: string): boolean {
    const name = path.replace(/\/$/, '');
    return packed.files.some((file) => file === name || file.startsWith(`${name}/`));
  }

  function within(command: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } {
    return spawnSync(command, args, { cwd: packed.project, encoding: 'utf8' });
  }

  it('holds what it should', () => {
    for (const path of [
      'package.json',
      'README.md',
      'LICENSE',
      'man/rsc-conformance.1',
      'dist/runner/cli/main.js',
      'dist/reference-impl/index.js',
      'dist/reference-impl/index.d.ts',
      'vectors/data/exceptions.json',
      'vectors/schema/vector.schema.json',
      'runner/schema/baseline.schema.json',
      'reports/schema/events.schema.json',
      'CHANGELOG.md',
      'docs/README.md',
      'docs/images/report-failure.png',
      'dist/runner/page/app.js',
    ])
      expect(packed.files).to.include(path);
  });

  it('holds nothing else', () => {
    const other = packed.files.filter(
      (path) =>
        !/^(package\.json|(README|CHANGELOG|CONTRIBUTING)\.md|LICENSE|man\/rsc-conformance\.1)$/.test(path) &&
        !/^dist\/(reference-impl|vectors|runner|reports)\/[\w/-]+\.(js|d\.ts)$/.test(path) &&
        // The page of the HTML report, and what `doctor` says how to build.
        !/^dist\/runner\/page\/app\.(js|css)$/.test(path) &&
        !/^examples\/dpdk-gro\/(Makefile|[\w-]+\.[ch])$/.test(path) &&
        !/^examples\/own-runner\/[\w.-]+$/.test(path) &&
        !/^adapters\/(c|python|rust|go)\/(src\/)?[\w.]+\.(h|py|rs|toml|go|mod)$/.test(path) &&
        !/^vectors\/(data\/[\w-]+\.json|found\/(README\.md|[\w-]+\.json))$/.test(path) &&
        path !== 'runner/diagnosis/data/fault-dictionary.json.br' &&
        !/^(vectors|runner|reports)\/schema\/[\w.-]+\.schema\.json$/.test(path) &&
        !/^docs\/([\w-]+\/)?[\w-]+\.md$/.test(path) &&
        !/^docs\/(images\/[\w-]+\.(png|svg)|ci\/(Jenkinsfile|[\w-]+\.yml))$/.test(path),
    );
    expect(other).to.deep.equal([]);
    expect(packed.files.filter((path) => path.includes('.test.'))).to.deep.equal([]);
    // Built from what is there, not left over from what was.
    const built = packed.files.filter((path) => /^dist\/(?!runner\/page\/).*\.js$/.test(path));
    const stale = built.filter(
      (path) => !existsSync(join(PACKAGE_ROOT, path.replace(/^dist\//, '').replace(/js$/, 'ts'))),
    );
    expect(stale).to.deep.equal([]);
  });

  it('has no relative link that leads nowhere', () => {
    const pages = packed.files.filter((path) => path.endsWith('.md'));
    const broken = pages.flatMap((page) => {
      const text = readFileSync(join(PACKAGE_ROOT, page), 'utf8').replaceAll(/^```.*?^```/gms, '');
      return [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
        .map(([, target = '']) => target)
        .filter((target) => !/^(https?|mailto):/.test(target))
        .filter((target) => !isPacked(posix.join(posix.dirname(page), target)))
        .map((target) => `${page}: ${target}`);
    });
    expect(broken).to.deep.equal([]);
    expect(readFileSync(join(PACKAGE_ROOT, 'README.md'), 'utf8')).to.match(/\]\(docs\/README\.md\)/);
  });

  it('names one address, and its pages link to what is in the package', () => {
    const { repository, homepage, bugs, keywords } = JSON.parse(
      readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8'),
    ) as { repository: { url: string }; homepage: string; bugs: { url: string }; keywords: string[] };
    const address = repository.url.replace(/^git\+/, '').replace(/\.git$/, '');
    expect([homepage, bugs.url]).to.deep.equal([`${address}#readme`, `${address}/issues`]);
    expect(keywords).to.include('receive-segment-coalescing');
    const pages = packed.files.filter((path) => path.endsWith('.md'));
    const naming = pages.filter((page) =>
      /https?:\/\/[^\s)]*\/rsc-conformance\b/.test(readFileSync(join(PACKAGE_ROOT, page), 'utf8')),
    );
    expect(naming).to.deep.equal([]);
  });

  it('runs', () => {
    expect(within('npx', '--no-install', 'rsc-conformance', '--version').stdout).to.equal(`${VERSION}\n`);
    const { status, stdout, stderr } = within(
      'npx',
      '--no-install',
      'rsc-conformance',
      'run',
      '--filter',
      'exceptions/flags/*',
      '--out',
      'out',
    );
    expect(status, stderr).to.equal(0);
    expect(stdout).to.include('Conforming.');
    expect(readFileSync(join(packed.project, 'out', 'junit.xml'), 'utf8')).to.include('<testsuites');
  });

  describe('without the optional packages', () => {
    const conformance = (...args: string[]): ReturnType<typeof within> =>
      within('node', 'node_modules/rsc-conformance/dist/runner/cli/main.js', ...args);

    before(() => {
      for (const name of ['cap', 'koffi'])
        expect(existsSync(join(packed.project, 'node_modules', name)), name).to.equal(false);
      writeFileSync(join(packed.project, 'program.cjs'), passThroughProgram(''));
    });

    it('doctor says what is missing, and how to get it', () => {
      const { status, stdout } = conformance('doctor');
      expect(status).to.equal(0);
      expect(stdout).to.match(/^ *koffi .* missing: npm install koffi; /m);
      expect(stdout).to.match(/^ *cap .* missing: install libpcap-dev .* npm install cap; live capture$/m);
      for (const name of ['reference target', 'program targets'])
        expect(stdout).to.match(new RegExp(`^ *${name} +ok$`, 'm'));
    });

    it('everything but live capture works', () => {
      const target = `program:"${process.execPath}" program.cjs`;
      const some = ['--filter', 'headers/psh/*', '--no-config'];
      expect(conformance('run', '--target', target, ...some, '--out', 'program')).to.deep.include({
        status: 0,
        stderr: '',
      });
      expect(conformance('report', 'html', 'program/events.jsonl', '--out', 'report.html').status).to.equal(0);
      const capture = join(PACKAGE_ROOT, 'examples/captures/netcat-gso-off.pcap');
      expect(conformance('inspect', capture).status).to.equal(0);
      expect(conformance('coalesce', capture, '--out', 'coalesced.pcap').status).to.equal(0);
      const judged = conformance('judge', '--sent', capture, '--received', 'coalesced.pcap', '--out', 'judged');
      expect(judged.stdout).to.match(/^Sent:/m);
    });

    it('live capture names what it needs, in one line', function () {
      if (process.getuid?.() !== 0) return void this.skip();
      const { status, stderr } = conformance('run', '--target', 'linux-gro', '--no-config');
      expect(status).to.equal(2);
      expect(stderr).to.match(/^rsc-conformance: [^\n]*npm install [^\n]*\n$/);
    });
  });

  it('is a library whose types resolve', () => {
    writeFileSync(
      join(packed.project, 'use.ts'),
      `import { Coalescer, type Indication, registry } from 'rsc-conformance/reference-impl';
import { DEFAULT_CAPABILITIES, playVectors, type Target } from 'rsc-conformance/runner';
import { loadCorpus, type Vector } from 'rsc-conformance/vectors';
const coalescer: Coalescer = new Coalescer();
coalescer.receive(new Uint8Array(60));
const out: Indication[] = coalescer.endOfDpc();
export const bytes: number | undefined = out[0]?.frame.length;
// @ts-expect-error: there is no such member
export const none: number = coalescer.nothing;
const vectors: readonly Vector[] = loadCorpus().vectors.slice(0, 2);
const target: Target = {
  name: 'silent',
  version: '1',
  capabilities: DEFAULT_CAPABILITIES,
  async *run(asked) {
    for (const _ of asked) yield { kind: 'indications', indications: [], statistics: undefined };
  },
  close: async () => {},
};
if ((await playVectors(target, { vectors })) !== 1) throw new Error('nothing came out, and that is well?');
if (bytes !== 60 || registry.length === 0) throw new Error(String(bytes));
`,
    );
    const compiled = within(
      join(BIN, 'tsc'),
      ...['--strict', '--module', 'nodenext', '--target', 'es2023', '--lib', 'es2023', '--types', '', 'use.ts'],
    );
    expect(`${compiled.stdout}${compiled.stderr}`).to.equal('');
    const used = within('node', 'use.js');
    expect(used.status, used.stderr).to.equal(0);
  });

  it('pleases publint', async () => {
    const tarball = readFileSync(packed.tarball);
    const bytes = tarball.buffer.slice(tarball.byteOffset, tarball.byteOffset + tarball.byteLength) as ArrayBuffer;
    const { messages, pkg } = await publint({ pack: { tarball: bytes }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg as Record<string, unknown>))).to.deep.equal([]);
  });

  it('has types that are right for ESM (attw)', () => {
    const { status, stdout, stderr } = within(
      join(BIN, 'attw'),
      packed.tarball,
      '--profile',
      'esm-only',
      '--format',
      'ascii',
    );
    expect(status, `${stdout}${stderr}`).to.equal(0);
  });
});
