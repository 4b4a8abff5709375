import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { expect } from 'chai';
import fc from 'fast-check';
import { Parser } from 'tap-parser';
import { validateXML } from 'xmllint-wasm';
import { JUNIT_XSD } from '../testing/paths.ts';
import { FINDING, played, RUN, SESSION } from '../testing/sample-run.ts';
import { ConsoleReport } from './console.ts';
import { CtrfReport } from './ctrf.ts';
import type { RunEvent, SessionEvent } from './events.ts';
import { VERDICTS } from './events.ts';
import { GithubReport } from './github.ts';
import { JunitReport } from './junit.ts';
import { MarkdownReport } from './markdown.ts';
import { Column, matrixOf } from './matrix/matrix.ts';
import { matrixHtml } from './matrix/matrix-html.ts';
import { matrixMarkdown } from './matrix/matrix-markdown.ts';
import type { TextReport } from './reporter.ts';
import { noCounts } from './run-summary.ts';
import { TapReport } from './tap.ts';
import { vectorCapture } from './vector-capture.ts';

const REPORTS: Readonly<Record<string, () => TextReport>> = {
  junit: () => new JunitReport(),
  markdown: () => new MarkdownReport(),
  github: () => new GithubReport(),
  tap: () => new TapReport(),
  ctrf: () => new CtrfReport(),
};
const XSD = readFileSync(JUNIT_XSD, 'utf8');
const CTRF_SCHEMA = createRequire(import.meta.url)
  .resolve('ctrf')
  .replace(/index\.c?js$/, 'ctrf-schema-0.0.json');
const isCtrf = new Ajv({ strict: false, validateFormats: false }).compile(
  JSON.parse(readFileSync(CTRF_SCHEMA, 'utf8')) as object,
);

async function made(name: string, events: readonly RunEvent[]): Promise<string> {
  const report = REPORTS[name]?.();
  for (const event of events) report?.event(event);
  return (await report?.text()) ?? '';
}

function tapResults(text: string): {
  pass: number;
  fail: number;
  todo: number;
  skip: number;
  bailout: unknown;
  failures: unknown[];
} {
  const parser = new Parser();
  parser.end(text);
  const results = parser.results as unknown as ReturnType<typeof tapResults>;
  return results;
}

/** Commands as the runner of GitHub Actions reads them: a line each. */
function annotations(text: string): { kind: string; title: string; message: string }[] {
  const decoded = (part: string): string =>
    part
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%0A', '\n')
      .replaceAll('%0D', '\r')
      .replaceAll('%25', '%');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => {
      const match = /^::(error|warning|notice) title=([^,:]*)(?:,[^:]*)?::(.*)$/.exec(line);
      expect(match, line).not.to.equal(null);
      const [, kind = '', title = '', message = ''] = match ?? [];
      return { kind, title: decoded(title), message: decoded(message) };
    });
}

describe('reports', () => {
  it('each say what was labelled, and on which machine and of which program it was made', async () => {
    const session: SessionEvent = {
      ...SESSION,
      labels: { driver: 'netkvm', board: 'rev "b"' },
      environment: {
        host: 'ci-7',
        kernel: 'Linux 6.1 x64',
        node: 'v20.19.0',
        programs: [{ name: 'coalescer', sha256: 'ab'.repeat(32) }],
      },
    };
    const events = [session, ...RUN.slice(1)];
    const column = new Column('events.jsonl');
    let console = '';
    const onConsole = new ConsoleReport({ color: false, write: (text) => (console += text) });
    for (const event of events) {
      column.event(event);
      onConsole.event(event);
    }
    const matrix = matrixOf([column]);
    const texts = {
      ...Object.fromEntries(
        await Promise.all(Object.keys(REPORTS).map(async (name) => [name, await made(name, events)] as const)),
      ),
      console,
      matrixHtml: matrixHtml(matrix),
      matrixMarkdown: matrixMarkdown(matrix),
    };
    for (const [name, text] of Object.entries(texts))
      for (const part of ['driver', 'netkvm', 'ci-7', 'Linux 6.1 x64', 'v20.19.0', 'abababababab'])
        expect(text, name).to.include(part);
    expect(matrix.labels[0]).to.include('driver=netkvm, board=rev "b"');
  });

  it('on the console count the vectors that have a warning, not its places in them', () => {
    const finding = {
      rule: 'H5',
      level: 'should',
      arrivals: [0],
      field: 'tcp.flags',
      expected: 'set',
      actual: 'not set',
    };
    const warned = (vector: string): RunEvent[] => [
      {
        type: 'vector',
        vector,
        title: 't',
        rules: ['H5'],
        level: 'should',
        flags: [],
        steps: [],
      } as unknown as RunEvent,
      {
        type: 'verdict',
        vector,
        verdict: 'warn',
        findings: [1, 2, 3].map((unit) => ({ ...finding, message: `PSH of unit ${unit} is not set.` })),
        indications: [],
        decisions: [],
        notObserved: [],
        ms: 1,
      } as unknown as RunEvent,
    ];
    let text = '';
    const report = new ConsoleReport({ color: false, write: (more) => (text += more) });
    const end = { type: 'end', counts: { ...noCounts(), warn: 2 }, exit: 0 } as RunEvent;
    for (const event of [SESSION, ...warned('headers/psh/one'), ...warned('headers/psh/two'), end]) report.event(event);
    expect(text).to.include('warn H5: PSH of unit 1 is not set. (headers/psh/one and 1 more)');
  });

  it('each say what was not observed, unsupported and known', async () => {
    for (const name of Object.keys(REPORTS)) {
      const text = await made(name, RUN);
      expect(text, name).to.include('valueInvalid');
      expect(text, name).to.include('the target does no IPv6');
      if (name !== 'github') expect(text, name).to.include('ticket 7');
    }
  });

  it('each say that a merge is partial, that a run was interrupted, that events end too early', async () => {
    const partial = 'shard 2/3 is missing: 5 of 9 vectors are here';
    const cut = [{ ...SESSION, partial }, ...RUN.slice(1, -1), { ...(RUN.at(-1) as object), notRun: 4 } as RunEvent];
    const interrupted = [...RUN.slice(0, -1), { ...(RUN.at(-1) as object), notRun: 4 } as RunEvent];
    for (const name of Object.keys(REPORTS)) {
      expect(await made(name, cut), name).to.include(partial);
      expect(await made(name, interrupted), name).to.match(/4 vectors were not played/);
      if (name !== 'junit') expect(await made(name, RUN.slice(0, -1)), name).to.match(/no end/);
    }
  });

  it('show the clauses and rules that the session event holds, and no others', async () => {
    const decisions = [{ arrival: 0, did: 'alone', rule: 'E3', name: 'no-syn' }];
    const events: RunEvent[] = [SESSION, ...played('exceptions/b', 'fail', { findings: [FINDING], decisions })];
    const clause = 'Rules of Another Year (1999): Chapter 7';
    for (const name of ['junit', 'markdown', 'github']) expect(await made(name, events), name).to.include(clause);
    expect(await made('junit', events)).to.include(`value="I1 old-spec: 4.1; E3 ${clause}"`);
    for (const name of ['junit', 'markdown', 'tap', 'ctrf'])
      expect(await made(name, events), name).to.include('#0 goes alone: E3 no-syn: SYN goes alone.');
    const column = new Column('events.jsonl');
    for (const event of events) column.event(event);
    const matrix = matrixOf([column]);
    expect(matrix.rules.map(({ rule }) => rule)).to.deep.equal(['I1', 'E3']);
    for (const text of [matrixHtml(matrix), matrixMarkdown(matrix)]) expect(text).to.include(clause);
    // A file from before there were rules in the session event: ids alone.
    const { ruleTexts: _, ...old } = SESSION;
    expect(await made('markdown', [old, ...events.slice(1)])).to.include('#0 alone (E3)');
  });

  it('TAP says what a TAP parser takes for the same', async () => {
    const results = tapResults(await made('tap', RUN));
    const { pass, fail, todo, skip, failures } = results;
    expect({ pass, fail, todo, skip }).to.deep.equal({ pass: 3, fail: 4, todo: 1, skip: 1 });
    expect(failures).to.have.length(3);
    expect(JSON.stringify(failures)).to.include('SYN is set');
    const end = { ...(RUN.at(-1) as object), notRun: 4 } as RunEvent;
    expect(tapResults(await made('tap', [...RUN.slice(0, -1), end])).bailout).to.be.a('string');
  });

  it('CTRF is what its schema allows', async () => {
    const document = JSON.parse(await made('ctrf', RUN)) as { results: { summary: Record<string, number> } };
    expect(isCtrf(document), JSON.stringify(isCtrf.errors)).to.equal(true);
    const { tests, passed, failed, skipped } = document.results.summary;
    expect({ tests, passed, failed, skipped }).to.deep.equal({ tests: 7, passed: 3, failed: 3, skipped: 1 });
  });

  it('annotations are one a kind of failure, and no more than GitHub shows', async () => {
    const few = annotations(await made('github', RUN));
    expect(few.filter(({ kind }) => kind === 'error').map(({ title }) => title)).to.deep.equal([
      'RSC E3 (must)',
      'RSC error (must)',
    ]);
    expect(few[0]?.message).to.include('2 vectors: exceptions/b, exceptions/c').and.to.include('--filter exceptions/b');
    const many = Array.from({ length: 40 }, (_, i) =>
      played(`headers/v${i}`, 'fail', { findings: [{ ...FINDING, field: `field ${i}` }] }),
    ).flat();
    const lines = annotations(await made('github', [SESSION, ...many, RUN.at(-1) as RunEvent]));
    expect(lines.filter(({ kind }) => kind === 'error')).to.have.length(10);
    expect(lines.find(({ title }) => title === 'RSC: more')?.message).to.include('31 more');
  });

  it('Markdown stays short enough for a comment, however much fails', async () => {
    const many = Array.from({ length: 3000 }, (_, i) =>
      played(`headers/v${i}`, 'fail', {
        findings: Array.from({ length: 30 }, (_, k) => ({ ...FINDING, field: `f${i} ${k}`, actual: 'x'.repeat(500) })),
      }),
    ).flat();
    const text = await made('markdown', [SESSION, ...many, RUN.at(-1) as RunEvent]);
    expect(text.length).to.be.below(65_536);
    expect(text.match(/<details>/g)?.length).to.equal(text.match(/<\/details>/g)?.length);
    expect(text)
      .to.match(/and \d+ more: `events\.jsonl`/)
      .and.to.include('abcdef012345');
  });

  it('Markdown shows text from a target literally', async () => {
    const evil = 'a | b ``` <img src=x onerror=alert(1)> [x](javascript:1) @everyone #12\n# head';
    const text = await made('markdown', [
      { ...SESSION, target: evil, command: evil },
      ...played('x/y|z`', 'fail', { findings: [{ ...FINDING, message: evil, actual: evil }] }),
    ]);
    const outside = text.replaceAll(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '').replaceAll(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
    expect(outside).not.to.include('<img').and.not.to.include('@everyone').and.not.to.include('[x](');
    expect(outside).not.to.match(/^# head/m);
    for (const row of outside.split('\n').filter((line) => line.startsWith('| E3 ')))
      expect(row.replaceAll('\\|', '').match(/\|/g)).to.have.length(6);
  });

  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('', 'a|b', '```', '::error::', ']]>', '#', '\r\n...\n', '__proto__'),
  );
  const finding = fc.record({
    rule: fc.oneof(text, fc.constantFrom('E3', 'I7')),
    level: text,
    arrivals: fc.array(fc.nat(9), { maxLength: 4 }),
    field: text,
    expected: text,
    actual: text,
    message: text,
  });
  const known = fc.record({ reason: text, entry: text });
  const optional = { noNullPrototype: true, requiredKeys: [] };
  const event: fc.Arbitrary<RunEvent> = fc.oneof(
    fc
      .tuple(
        fc.record({
          target: text,
          targetVersion: text,
          version: text,
          digest: text,
          command: text,
          started: text,
          strict: fc.boolean(),
        }),
        fc.record({ partial: text, replay: text }, optional),
      )
      .map(([some, more]) => ({ ...SESSION, ...some, ...more })),
    fc.record({ vector: text, title: text, rules: fc.array(text, { maxLength: 3 }) }).map((some) => ({
      type: 'vector' as const,
      level: 'must',
      flags: [],
      steps: [{ rx: '0' }, { wait: 3 }, { set: {} }, { dpc: true as const }],
      ...some,
    })),
    fc
      .tuple(
        fc.record({
          vector: text,
          verdict: fc.constantFrom(...VERDICTS),
          findings: fc.array(finding, { maxLength: 3 }),
          notObserved: fc.array(text, { maxLength: 2 }),
          ratio: fc.double({ noNaN: true }),
          ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
          decisions: fc.array(fc.record({ arrival: fc.nat(9), did: text, rule: text, name: text }), { maxLength: 3 }),
          indications: fc.array(
            fc.record({
              dpc: fc.integer({ min: -3, max: 9 }),
              frame: text,
              oob: fc.constant({ a: 1 }),
              arrivals: fc.array(fc.nat(9), { maxLength: 4 }),
            }),
            { maxLength: 3 },
          ),
        }),
        fc.record(
          { reason: text, known, unexpected: fc.record({ reason: text, entry: text, expected: text, message: text }) },
          optional,
        ),
      )
      .map(([some, more]) => ({ type: 'verdict' as const, ...some, ...more })),
    fc.record({ exit: fc.nat(3) }).map((some) => ({ type: 'end' as const, counts: noCounts(), ...some })),
  );

  it('never throw, whatever the events hold, and stay what they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const verdicts = events.filter(({ type }) => type === 'verdict').length;
        await made('markdown', events);
        annotations(await made('github', events));
        const document = JSON.parse(await made('ctrf', events)) as unknown;
        expect(isCtrf(document), JSON.stringify(isCtrf.errors)).to.equal(true);
        const { pass, fail } = tapResults(await made('tap', events));
        expect(pass + fail).to.equal(verdicts);
        await made('junit', events);
        const column = new Column('a');
        for (const one of events) column.event(one);
        const matrix = matrixOf([column, column]);
        matrixMarkdown(matrix);
        matrixHtml(matrix);
        const vector = events.find((one) => one.type === 'vector');
        for (const one of events)
          if (one.type === 'verdict' && vector !== undefined) vectorCapture(undefined, vector, one);
      }),
    );
  });

  it('JUnit stays what the schema allows, whatever the events hold', async () => {
    const samples = fc.sample(fc.array(event, { maxLength: 10 }), { numRuns: 12, seed: 7 });
    for (const events of samples) {
      const xml = [{ fileName: 'junit.xml', contents: await made('junit', events) }];
      const { errors } = await validateXML({ xml, schema: [{ fileName: 'junit.xsd', contents: XSD }] });
      expect(errors.map(({ message }) => message)).to.deep.equal([]);
    }
  });
});
