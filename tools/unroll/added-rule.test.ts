import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { transformSync } from 'esbuild';
import { ROOT } from '../../testing/paths.ts';
import { unrolledText } from './unrolled-text.ts';

/** As CONTRIBUTING has it: one object in a file of rules, and one line in the registry. */
const RULE = `
export const urgentPointerEqual = {
  kind: 'pair',
  id: 'C13',
  name: 'urgent-pointer-equal',
  level: 'must',
  clause: { ...sameFlowLabel.clause },
  whenBroken: 'Segments merge although the urgent pointer differs',
  summary: 'The urgent pointer differs.',
  aborts: true,
  forbids: (unit, segment) => unit.bytes[unit.tcpOffset + 19] !== segment.frame[segment.tcpOffset + 19],
};
`;
const AFTER = '    coalescing.sameFlowLabel,\n';
const LINE = '    coalescing.urgentPointerEqual,\n';

/** Run where the rule has been added: what each part makes of it. */
const QUESTIONS = `
import { buildFrame, Coalescer, RULE_IDS } from './dist/reference-impl/index.js';
import { DEFAULT_CAPABILITIES } from './dist/runner/capabilities/capabilities.js';
import { groupTitle } from './dist/runner/diagnosis/group-title.js';
import { judge } from './dist/runner/judge/judge.js';
import { faults } from './dist/runner/selfcheck/faults.js';
import { ruleTexts } from './dist/runner/session/rule-texts.js';
import { generatedDocs } from './dist/tools/docs/generated-docs.js';
import { loadCorpus } from './dist/vectors/corpus.js';
import { lintCorpus } from './dist/vectors/lint.js';

const frame = (seq, urgent) => buildFrame({ src: '10.0.0.1', dst: '10.0.0.2', sport: 1, dport: 2, seq, urgent, payload: new Uint8Array(100).fill(seq) });
const steps = [{ rx: frame(1, 0) }, { rx: frame(101, 7) }, { dpc: true }];
const play = (options) => {
  const coalescer = new Coalescer({}, options);
  for (const step of steps) if ('rx' in step) coalescer.receive(step.rx);
  return coalescer.endOfDpc();
};
const { registry } = await import('./dist/reference-impl/index.js');
const faulty = play({ rules: registry.filter(({ name }) => name !== 'urgent-pointer-equal') });
const indications = faulty.map(({ frame }) => ({ step: 2, frame, oob: {} }));
const pages = await generatedDocs();
process.stdout.write(JSON.stringify({
  rows: RULE_IDS.filter((id) => id.startsWith('C')),
  units: play().map(({ arrivals, endedBy }) => [arrivals, endedBy]),
  faulty: faulty.map(({ arrivals }) => arrivals),
  findings: judge({ steps, indications, statistics: undefined, capabilities: DEFAULT_CAPABILITIES }).findings.map(({ rule, level, arrivals }) => [rule, level, arrivals]),
  texts: ruleTexts().C13?.map(({ name }) => name),
  page: pages.get('docs/rules/coalescing.md').includes('## C13'),
  lint: lintCorpus(loadCorpus()),
  title: groupTitle({ rule: 'C13', field: 'merge', isSoft: false }),
  faults: faults().filter(({ broken }) => broken === 'C13').map(({ name }) => name),
}));
`;

interface Answers {
  readonly rows: readonly string[];
  readonly units: readonly (readonly [readonly number[], string])[];
  readonly faulty: readonly (readonly number[])[];
  readonly findings: readonly unknown[];
  readonly texts: readonly string[];
  readonly page: boolean;
  readonly lint: readonly string[];
  readonly title: string;
  readonly faults: readonly string[];
}

describe('a rule that is added to the registry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-rule-'));
  let answers: Answers;

  /** The built code is used instead of the sources: they differ in types alone. */
  before(async () => {
    cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true });
    for (const name of ['package.json', 'node_modules', 'vectors', 'runner', 'reports', 'docs'])
      symlinkSync(join(ROOT, name), join(folder, name));
    const rules = join(folder, 'dist', 'reference-impl', 'rules');
    change(join(rules, 'coalescing.js'), (text) => `${text}${RULE}`);
    change(join(rules, 'index.js'), (text) => text.replace(AFTER, `${AFTER}${LINE}`));
    const unrolled = transformSync(await unrolledText(rules), { loader: 'ts' }).code;
    writeFileSync(join(rules, 'unrolled.js'), unrolled.replace(/\.ts"/g, '.js"'));
    writeFileSync(join(folder, 'questions.mjs'), QUESTIONS);
    const { stdout, stderr } = spawnSync(process.execPath, ['questions.mjs'], { cwd: folder, encoding: 'utf8' });
    expect(stderr).to.equal('');
    answers = JSON.parse(stdout) as Answers;
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is a row, in its place', () => {
    expect(answers.rows.slice(-2)).to.deep.equal(['C12', 'C13']);
  });

  it('stops the reference', () => {
    expect(answers.units).to.deep.equal([
      [[0], 'C13'],
      [[1], 'I2'],
    ]);
    expect(answers.faulty).to.deep.equal([[0, 1]]);
  });

  it('is what the judge names', () => {
    expect(answers.findings).to.deep.equal([['C13', 'must', [1]]]);
    expect(answers.title).to.equal('Segments merge although the urgent pointer differs');
  });

  it('is in the session, in the pages, and among the planted faults', () => {
    expect(answers.texts).to.deep.equal(['urgent-pointer-equal']);
    expect(answers.page).to.equal(true);
    expect(answers.faults).to.deep.equal(['C13/urgent-pointer-equal/removed', 'C13/urgent-pointer-equal/inverted']);
  });

  it('is what lint wants vectors for', () => {
    expect(answers.lint).to.deep.equal([
      'rule C13 has no vector',
      'rule C13 has no vector in which the reference merges',
      'rule C13 has no vector in which it stops the reference',
    ]);
  });
});

function change(path: string, by: (text: string) => string): void {
  const text = readFileSync(path, 'utf8');
  const changed = by(text);
  expect(changed, path).not.to.equal(text);
  writeFileSync(path, changed);
}
