import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { type ParseError, parse } from 'jsonc-parser';
import type { SessionEvent } from '../../../reports/events.ts';
import { type CommandResult, commandIn } from '../../../testing/command.ts';
import { passThroughProgram } from '../../../testing/pass-through-program.ts';
import { schemaFiles } from '../../../tools/schema-files.ts';
import { TARGET_FORMS } from '../../targets/resolve.ts';
import { runCommand } from '../run.ts';
import { startFor } from './config-starts.ts';
import { configurable } from './settings.ts';

const ONE = 'exceptions/flags/psh-merges/ipv4';

describe('configuration', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rsc-config-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const command = (...args: string[]): Promise<CommandResult> => commandIn(folder, ...args);

  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  const session = (out: string): SessionEvent =>
    JSON.parse(readFileSync(join(folder, out, 'events.jsonl'), 'utf8').split('\n', 1)[0] ?? '') as SessionEvent;

  it('is read from the working directory; flags win, and undo switches', async () => {
    write('rsc-conformance.json', `{ // all of it\n"filter": "${ONE}", "strict": true,\n"out": "there", }`);
    expect((await command('run')).status).to.equal(0);
    expect(session('there')).to.include({ strict: true, vectors: 1 });
    expect((await command('run', '--no-strict', '--out', 'elsewhere', '--filter', 'headers/psh')).status).to.equal(0);
    expect(session('elsewhere')).to.include({ strict: false }).and.not.include({ vectors: 1 });
    expect(session('elsewhere').command).to.equal('rsc-conformance run --filter headers/psh --no-strict');
    expect((await command('run', '--no-config', '--filter', 'headers/psh')).stdout).to.include(
      'rsc-results/events.jsonl',
    );
  });

  it('has paths, and the command of a program, relative to itself', async () => {
    mkdirSync(join(folder, 'ci'));
    write('ci/program.cjs', passThroughProgram(''));
    write('ci/names', `${ONE}\n`);
    write('ci/capabilities.json', '{"statistics": "off"}');
    const target = `program:${JSON.stringify(process.execPath)} program.cjs`;
    const options = { target, 'select-names': 'names', capabilities: 'capabilities.json', out: '../out', shard: '1/1' };
    write('ci/mine.json', JSON.stringify(options));
    const { status, stderr } = await command('run', '--config', 'ci/mine.json');
    expect({ status, stderr }).to.deep.equal({ status: 0, stderr: '' });
    const { capabilities, replay, vectors } = session('out');
    expect(vectors).to.equal(1);
    expect(capabilities).to.include({ statistics: false });
    expect(replay).to.equal('rsc-conformance run --config ci/mine.json --shard 1/1');
  });

  it('is shown with where it came from, as a configuration that does the same', async () => {
    write('rsc-conformance.json', `{\n"filter": ["headers/*", "!*ipv6"],\n"level": "must",\n"timeout": 2.5\n}`);
    const flags = ['--level', 'should', '--policy', 'loneSegCount=1', '--strict'];
    const { stdout, status } = await command('run', '--print-config', ...flags);
    expect(status).to.equal(0);
    for (const line of [
      /"filter": \["headers\/\*","!\*ipv6"\], \/\/ rsc-conformance\.json:2$/m,
      /"level": "should", \/\/ --level$/m,
      /"strict": true, \/\/ --strict$/m,
      /"timeout": "2\.5", \/\/ rsc-conformance\.json:4$/m,
      /"target": "reference", \/\/ default$/m,
      /\/\/ "baseline": nothing \(default\)$/m,
    ])
      expect(stdout).to.match(line);
    for (const name of Object.keys(configurable(runCommand.options))) expect(stdout).to.include(`"${name}": `);
    write('again.json', stdout);
    const values = (text: string): unknown => parse(text);
    expect(values((await command('run', '--print-config', '--config', 'again.json')).stdout)).to.deep.equal(
      values(stdout),
    );
  });

  const refused: [string, string, RegExp][] = [
    [
      'an option that there is not',
      '{\n\n"filtre": "x"}',
      /json:3: there is no option filtre \(did you mean filter\?\)/,
    ],
    ['options about the file', '{"print-config": true}', /no option print-config/],
    ['a switch that is none', '{"strict": "yes"}', /json:1: strict cannot be "yes": it must be true or false/],
    ['a word that there is not', '{"level": "most"}', /level cannot be "most": .* \(did you mean must\?\)/],
    ['a number for text', '{"target": 5}', /target cannot be 5: it must be text/],
    ['a list for one thing', '{"out": ["a"]}', /out cannot be \["a"\]: it must be text/],
    ['what the option itself refuses', '{"shard": "3/2"}', /--shard cannot be "3\/2" \(.*rsc-conformance\.json/],
    ['what is no JSON', '{"strict": true', /json:1 is not JSON/],
  ];
  for (const [what, text, line] of refused) {
    it(`refuses ${what}`, async () => {
      write('rsc-conformance.json', text);
      const { status, stderr, stdout } = await command('run');
      expect(stderr)
        .to.match(line)
        .and.match(/^rsc-conformance: [^\n]+\n$/);
      expect({ status, stdout }).to.deep.equal({ status: 2, stdout: '' });
    });
  }

  it('is missed where it is named', async () => {
    expect((await command('run', '--config', 'absent.json')).stderr).to.match(
      /absent\.json cannot be read: there is no such file/,
    );
    expect((await command('run', '--config', 'x', '--no-config')).stderr).to.match(/both given/);
    expect((await command('run', '--strict', '--no-strict')).stderr).to.match(/both given and turned off/);
    expect((await command('list', '--no-json')).stderr).to.match(/no option --no-json/);
  });

  describe('begun by init', () => {
    for (const form of TARGET_FORMS) {
      const [kind = form] = form.split(/[:[]/);
      it(`is sound for ${kind}, with each option of such a user once`, async () => {
        expect((await command('init', '--target', kind)).status).to.equal(0);
        const text = readFileSync(join(folder, 'rsc-conformance.json'), 'utf8');
        const errors: ParseError[] = [];
        const value = parse(text, errors, { allowTrailingComma: true }) as Record<string, unknown>;
        expect(errors).to.deep.equal([]);
        expect(
          new Ajv2020({ allowUnionTypes: true }).validate(schemaFiles()['rsc-conformance.schema.json'] ?? {}, value),
        ).to.equal(true);
        expect(String(value['target']).split(':')[0]).to.equal(kind);
        const { options } = startFor(kind);
        expect(Object.keys(configurable(runCommand.options))).to.include.members([...options]);
        for (const name of options)
          expect(text.match(new RegExp(`^ *(// )?"${name}": `, 'gm')), name).to.have.length(1);
        // With its comments removed it is sound, too.
        const whole = parse(text.replaceAll(/^ {2}\/\/ (?=")/gm, '  '), errors, { allowTrailingComma: true }) as object;
        expect(errors).to.deep.equal([]);
        expect(Object.keys(whole)).to.have.members(['$schema', 'target', ...options]);
      });
    }

    it('is ten options for a program', () => {
      const ten = [
        'target',
        'filter',
        'strict',
        'capabilities',
        'policy',
        'timeout',
        'jobs',
        'baseline',
        'out',
        'reporter',
      ];
      expect(['target', ...startFor('program').options]).to.have.members(ten);
    });

    it('runs unchanged for the reference', async () => {
      await command('init');
      expect((await command('run', '--filter', ONE)).status).to.equal(0);
    });

    it('is never overwritten without --force', async () => {
      write('rsc-conformance.json', '{}');
      const refusal = await command('init');
      expect(refusal.status).to.equal(2);
      expect(refusal.stderr).to.match(/already exists \(--out/);
      expect(readFileSync(join(folder, 'rsc-conformance.json'), 'utf8')).to.equal('{}');
      expect((await command('init', '--force', '--target', 'program:./mine')).status).to.equal(0);
      expect((await command('run', '--print-config')).stdout).to.include('"target": "program:./mine"');
      expect((await command('init', '--target', 'refrence')).stderr).to.match(/did you mean reference\?/);
    });
  });
});
