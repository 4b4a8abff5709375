import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';
import { type PackedInstall, packedInstall } from '../../testing/packed-install.ts';
import { loadCorpus } from '../../vectors/corpus.ts';

const FOLDER = join(PACKAGE_ROOT, 'docs', 'ci');
const SHARDS = 4;

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly bash?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly name?: string;
}

function text(name: string): string {
  return readFileSync(join(FOLDER, name), 'utf8');
}

/** Vectors that the configuration below selects. */
const SELECTED = loadCorpus().vectors.filter(({ id }) => /^(headers\/psh|timestamps)\//.test(id)).length;

/**
 * npx takes half a second to look up what is there; `package.test.ts` starts the real one. And it plays what another recipe has
 * played with the same arguments, in a folder of another name, only once: most time goes into that.
 */
const NPX = `#!/bin/bash
command=$1; shift
if [[ $1 != run || \${*: -2:1} != --out ]]; then exec "node_modules/.bin/$command" "$@"; fi
out=\${*: -1}
known="$(dirname "$0")/$(md5sum <<< "\${*:1:$#-1}" | cut -c 1-32)"
if [ ! -d "$known" ]; then
  mkdir "$known"
  "node_modules/.bin/$command" "$@" && echo 0 > "$known/status" || echo $? > "$known/status"
  cp -r "$out" "$known/out"
else
  cp -r "$known/out" "$out"
fi
exit "$(cat "$known/status")"
`;

/** What the recipes do, done: their commands, in a shell as the server starts it, with the package as users get it. */
describe('CI recipes', () => {
  let packed: PackedInstall;
  let folder: string;
  let bin: string;

  before(() => {
    packed = packedInstall();
    bin = mkdtempSync(join(tmpdir(), 'rsc-npx-'));
    writeFileSync(join(bin, 'npx'), NPX, { mode: 0o755 });
  });

  after(() => rmSync(bin, { recursive: true, force: true }));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-ci-'));
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  /** The install line is a download of what is there already. */
  function shell(
    script: string,
    env: Readonly<Record<string, string>>,
    at = folder,
  ): { status: number | null; output: string } {
    mkdirSync(at, { recursive: true });
    // A part of the vectors is enough to see the recipe work, and so is a user's own selection.
    writeFileSync(join(at, 'rsc-conformance.json'), JSON.stringify({ filter: ['headers/psh', 'timestamps'] }));
    if (/^npm install --no-save [^\n]*"\$RSC_PACKAGE"$/.test(script.trim())) {
      if (!existsSync(join(at, 'node_modules')))
        symlinkSync(join(packed.project, 'node_modules'), join(at, 'node_modules'));
      return { status: 0, output: '' };
    }
    const { status, stdout, stderr } = spawnSync('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: at,
      encoding: 'utf8',
      env: {
        ...clean(),
        PATH: `${bin}:${process.env['PATH']}`,
        TARGET: 'reference',
        RSC_PACKAGE: packed.tarball,
        ...env,
      },
    });
    return { status, output: `${stdout}${stderr}` };
  }

  /** This run's own CI is not theirs. */
  function clean(): NodeJS.ProcessEnv {
    return Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !/^(GITHUB_|CI_|NODE_OPTIONS$)/.test(name)),
    );
  }

  function works(script: string, env: Readonly<Record<string, string>> = {}, at = folder): string {
    const { status, output } = shell(script, env, at);
    expect(status, `${script}\n${output}`).to.equal(0);
    return output;
  }

  /** All four played; then without one, what has to be refused. */
  function isWholeRun(path: string): void {
    const [first = ''] = readFileSync(path, 'utf8').split('\n', 1);
    const session = JSON.parse(first) as { shard: string; vectors: number; partial?: string };
    expect(session.shard).to.equal('1/1');
    expect(session.vectors).to.equal(SELECTED);
    expect(session.partial).to.equal(undefined);
  }

  it('GitHub Actions', () => {
    const workflow = parse(text('github-actions.yml')) as {
      permissions: object;
      jobs: Record<
        string,
        { steps: Step[]; strategy?: { matrix: { shard: number[] } }; env?: Record<string, string>; needs?: string }
      >;
    };
    const { shard, report } = workflow.jobs;
    expect(workflow.permissions).to.deep.equal({ contents: 'read' });
    expect(report?.needs).to.equal('shard');
    const numbers = shard?.strategy?.matrix.shard ?? [];
    expect(numbers).to.deep.equal([1, 2, 3, 4]);
    expect(text('github-actions.yml')).not.to.match(/run:[^\n]*\$\{\{/);
    for (const n of numbers) {
      const at = join(folder, `job-${n}`);
      const value = (shard?.env?.['SHARD'] ?? '')
        .replace(/\$\{\{ matrix\.shard \}\}/, String(n))
        .replace(/\$\{\{ strategy\.job-total \}\}/, String(numbers.length));
      for (const { run } of shard?.steps ?? []) if (run !== undefined) works(run, { SHARD: value }, at);
      // What upload and download of artefacts do.
      works(`mkdir -p shards/shard-${n} && cp job-${n}/shard/events.jsonl shards/shard-${n}/`);
    }
    const summary = join(folder, 'step-summary.md');
    const output = (report?.steps ?? [])
      .map(({ run }) => (run === undefined ? '' : works(run, { GITHUB_STEP_SUMMARY: summary })))
      .join('');
    isWholeRun(join(folder, 'events.jsonl'));
    expect(readFileSync(summary, 'utf8')).to.include('is conforming');
    expect(output).to.include('::notice title=RSC conformance::');
    expect(existsSync(join(folder, 'junit.xml'))).to.equal(true);
    rmSync(join(folder, 'shards', 'shard-3'), { recursive: true });
    const merge = report?.steps.find(({ name }) => name === 'Merge')?.run ?? '';
    expect(shell(merge, {})).to.deep.include({ status: 2 });
  });

  it('GitLab', () => {
    const pipeline = parse(text('gitlab-ci.yml')) as Record<
      string,
      { script: string[]; parallel?: number; artifacts: { reports?: { junit: string } } }
    >;
    const shard = pipeline['rsc shard'];
    expect(shard?.parallel).to.equal(SHARDS);
    for (let n = 1; n <= SHARDS; n++) {
      const env = { CI_NODE_INDEX: String(n), CI_NODE_TOTAL: String(shard?.parallel) };
      for (const line of shard?.script ?? []) works(line, env);
    }
    const [install = '', ...lines] = pipeline['rsc report']?.script ?? [];
    works(install);
    works(lines.join('\n'));
    isWholeRun(join(folder, 'events.jsonl'));
    expect(existsSync(join(folder, pipeline['rsc report']?.artifacts.reports?.junit ?? ''))).to.equal(true);
  });

  it('Azure DevOps', () => {
    const { stages } = parse(text('azure-pipelines.yml')) as {
      stages: { stage: string; jobs: { steps: Step[]; strategy?: { parallel: number } }[] }[];
    };
    const [shards, report] = stages.map(({ jobs }) => jobs[0]);
    expect(shards?.strategy?.parallel).to.equal(SHARDS);
    for (let n = 1; n <= SHARDS; n++) {
      const at = join(folder, `job-${n}`);
      const env = { SYSTEM_JOBPOSITIONINPHASE: String(n), SYSTEM_TOTALJOBSINPHASE: String(SHARDS) };
      for (const { bash } of shards?.steps ?? []) if (bash !== undefined) works(bash, env, at);
      works(`mkdir -p workspace/shard-${n} && cp job-${n}/shard/events.jsonl workspace/shard-${n}/`);
    }
    const env = { PIPELINE_WORKSPACE: join(folder, 'workspace') };
    for (const { bash } of report?.steps ?? []) if (bash !== undefined) works(bash, env);
    isWholeRun(join(folder, 'events.jsonl'));
    expect(existsSync(join(folder, 'junit.xml'))).to.equal(true);
  });

  it('Jenkins', () => {
    const file = text('Jenkinsfile');
    const scripts = [...file.matchAll(/^\s*sh (?:'''([\s\S]*?)'''|'([^\n]*)')$/gm)].map(
      ([, long, short]) => long ?? short ?? '',
    );
    expect(scripts).to.have.length(3);
    const values = /values ([^\n]*)/.exec(file)?.[1]?.match(/\d+/g) ?? [];
    expect(values).to.deep.equal(['1', '2', '3', '4']);
    const [install = '', play = '', report = ''] = scripts;
    works(install);
    for (const value of values) works(play, { SHARD: value });
    works(report);
    isWholeRun(join(folder, 'events.jsonl'));
    for (const [open, close] of ['{}', '()', '[]'])
      expect(file.split(open ?? '').length, `${open}${close}`).to.equal(file.split(close ?? '').length);
  });

  it('names only files that the overview has, and an overview that has all', () => {
    for (const [, file = ''] of text('README.md').matchAll(/\]\(([\w-]+(?:\.yml)?)\)/g))
      expect(existsSync(join(FOLDER, file)), file).to.equal(true);
    for (const file of ['github-actions.yml', 'gitlab-ci.yml', 'azure-pipelines.yml', 'Jenkinsfile'])
      expect(text('README.md')).to.include(`(${file})`);
  });

  describe('action.yml', () => {
    interface Action {
      readonly name: string;
      readonly description: string;
      readonly inputs: Readonly<Record<string, { description: string; default: string }>>;
      readonly outputs: Readonly<Record<string, { description: string; value: string }>>;
      readonly runs: { readonly using: string; readonly steps: (Step & { shell: string })[] };
    }
    const source = readFileSync(join(PACKAGE_ROOT, 'action.yml'), 'utf8');
    const action = parse(source) as Action;

    it('has the shape of a composite action', () => {
      expect(Object.keys(action).sort()).to.deep.equal(['description', 'inputs', 'name', 'outputs', 'runs']);
      expect(action.runs.using).to.equal('composite');
      for (const step of action.runs.steps) {
        expect(step.shell).to.equal('bash');
        // What a caller gives reaches the shell as a variable, never as a piece of a script.
        expect(step.run).to.be.a('string').and.not.to.include('${{');
      }
      const named = [...source.matchAll(/\$\{\{ inputs\.(\w+) \}\}/g)].map(([, name]) => name);
      for (const name of named) expect(action.inputs).to.have.property(name ?? '');
      for (const name of Object.keys(action.inputs)) expect(named).to.include(name);
    });

    function played(target: string, args: string): { status: number | null; output: string; summary: string } {
      const summary = join(folder, 'summary.md');
      const step = action.runs.steps.find(({ name }) => name === 'Run');
      const env = Object.fromEntries(
        Object.entries(step?.env ?? {}).map(([name, value]) => {
          const input = /inputs\.(\w+)/.exec(value)?.[1] ?? '';
          return [name, { target, arguments: args, out: action.inputs['out']?.default ?? '' }[input] ?? ''];
        }),
      );
      // The action's checkout, installed: the package has the same files at the same places.
      const at = join(packed.project, 'node_modules', 'rsc-conformance');
      const { status, output } = shell(step?.run ?? '', {
        ...env,
        GITHUB_ACTION_PATH: at,
        GITHUB_STEP_SUMMARY: summary,
      });
      return { status, output, summary: existsSync(summary) ? readFileSync(summary, 'utf8') : '' };
    }

    it('runs, and fails as the run does', () => {
      const good = played('reference', '--filter\nheaders/psh/*\n');
      expect(good.status, good.output).to.equal(0);
      expect(good.summary).to.include('is conforming');
      const none = played('reference', '--filter\nexceptions/*\n--filter\n!*');
      expect(none.status).to.equal(1);
      expect(played('refrence', '').status).to.equal(2);
    });

    it('says where what it wrote is', () => {
      played('reference', '--filter\nheaders/psh/*');
      for (const { value } of Object.values(action.outputs)) {
        const path = value.replace(/\$\{\{ inputs\.out \}\}/, action.inputs['out']?.default ?? '');
        expect(existsSync(join(folder, path)), path).to.equal(true);
        expect(dirname(path)).to.equal('rsc-results');
      }
    });
  });
});
