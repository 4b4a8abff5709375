import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { validateXML } from 'xmllint-wasm';
import { JUNIT_XSD } from '../testing/paths.ts';
import type { RunEvent, Verdict, VerdictEvent } from './events.ts';
import { JunitReport, xmlSafe } from './junit.ts';

const XSD = readFileSync(JUNIT_XSD, 'utf8');

function verdict(vector: string, kind: Verdict, more: Partial<VerdictEvent> = {}): RunEvent[] {
  return [
    { type: 'vector', vector, title: 'A title', rules: ['E3', 'I1'], level: 'must', flags: ['padding'], steps: [] },
    {
      type: 'verdict',
      vector,
      verdict: kind,
      findings: [],
      indications: [{ dpc: 0, frame: '00', oob: {}, arrivals: [0, 1] }],
      decisions: [{ arrival: 0, did: 'started', rule: 'C1' }],
      ratio: 1,
      notObserved: [],
      ms: 1.5,
      ...more,
    },
  ];
}

const finding = {
  rule: 'E3',
  level: 'must',
  arrivals: [1],
  field: 'merge',
  expected: 'not merged',
  actual: 'merged <into> "#0" & \u0000\u001b[31m',
  message: 'Broken ]]> \ud800 text\nin two lines',
};

const EVENTS: RunEvent[] = [
  {
    type: 'session',
    target: 'program:./x --y "z"',
    targetVersion: '1',
    policy: {},
    capabilities: {},
    version: '0.1.0',
    digest: 'abc',
    shard: '1/1',
    strict: false,
    command: 'rsc-conformance run',
    started: '2026-01-02T03:04:05.678Z',
    vectors: 6,
  },
  ...verdict('exceptions/a', 'pass'),
  ...verdict('exceptions/b', 'fail', { findings: [finding] }),
  ...verdict('exceptions/b', 'error', { reason: 'it died: \u0007' }),
  ...verdict('headers/c', 'unsupported', { reason: 'IPv6 is off' }),
  ...verdict('headers/d', 'warn', { findings: [{ ...finding, level: 'should' }] }),
  ...verdict('headers/e\u0001', 'pass-less'),
];

const known = { reason: 'erratum 7', entry: 'b.json:3', reviewBy: '2027-01-31' };
const problem = { severity: 'fail', vectors: [], change: 'Delete the entry.' } as const;
const COUNTS = { pass: 1, 'pass-less': 0, warn: 0, fail: 2, unsupported: 0, error: 2 };

const WITH_BASELINE: RunEvent[] = [
  ...EVENTS.slice(0, 1),
  ...verdict('headers/a', 'fail', { findings: [finding], known }),
  ...verdict('headers/b', 'error', { reason: 'it hangs', known }),
  ...verdict('headers/c', 'pass', {
    unexpected: { ...known, expected: 'fail: E3 merge', message: 'a known failure that does not fail any more' },
  }),
  ...verdict('headers/d', 'fail', {
    findings: [finding],
    unexpected: { ...known, expected: 'error', message: 'a known failure that fails differently' },
  }),
  ...verdict('headers/e', 'error', {
    reason: 'it died',
    unexpected: { ...known, expected: 'fail: E3 merge', message: 'a known failure that fails differently' },
  }),
  {
    type: 'end',
    counts: COUNTS,
    exit: 1,
    baseline: {
      file: 'b.json',
      known: 2,
      problems: [
        { ...problem, kind: 'passes', entry: 'b.json:4', vectors: ['headers/c'], message: 'headers/c does not fail' },
        { ...problem, kind: 'stale', entry: 'b.json:9', message: 'the entry matches nothing' },
        { ...problem, kind: 'unexplained', entry: 'b.json:10', message: 'it gives no reason', severity: 'warn' },
      ],
    },
  },
];

function report(events = EVENTS): string {
  const junit = new JunitReport();
  for (const event of events) junit.event(event);
  return junit.text();
}

describe('JUnit report', () => {
  it('is what the common schema allows', async () => {
    for (const events of [EVENTS, WITH_BASELINE]) {
      const { valid, errors } = await validateXML({
        xml: [{ fileName: 'junit.xml', contents: report(events) }],
        schema: [{ fileName: 'junit.xsd', contents: XSD }],
      });
      expect(errors.map(({ message }) => message)).to.deep.equal([]);
      expect(valid).to.equal(true);
    }
  });

  it('lets known failures pass, with the reason in their output, and fails what the baseline does not say', () => {
    const xml = report(WITH_BASELINE);
    expect(xml).to.match(/<testsuites[^>]*tests="6"[^>]*failures="3"[^>]*errors="1"[^>]*skipped="0"/);
    const cases = new Map(
      xml.split('<testcase ').map((text) => [/ name="([^"]*)"/.exec(text)?.[1] ?? '', text] as const),
    );
    for (const name of ['headers/a', 'headers/b']) {
      expect(cases.get(name)).to.match(/<system-out>[\s\S]*erratum 7 \(review by 2027-01-31\)[\s\S]*<\/system-out>/);
      expect(cases.get(name)).not.to.match(/<failure|<error/);
    }
    expect(cases.get('headers/c')).to.include('<failure message="a known failure that does not fail any more"');
    expect(cases.get('headers/d')).to.include('<failure message="a known failure that fails differently"');
    expect(cases.get('headers/e')).to.include('<error message="it died"');
    expect(cases.get('baseline/b.json:9')).to.include('<failure message="the entry matches nothing"');
    expect([...cases.keys()]).not.to.include('baseline/b.json:4');
    expect([...cases.keys()]).not.to.include('baseline/b.json:10');
  });

  it('tells failure, error and skipped apart', () => {
    const xml = report();
    expect(xml).to.match(/<testsuites[^>]*tests="6"[^>]*failures="1"[^>]*errors="1"[^>]*skipped="1"/);
    expect(xml).to.include('name="exceptions/b (2)"');
    expect(xml).to.include('Again: rsc-conformance run --target');
  });

  it('replaces what XML cannot hold', () => {
    expect(xmlSafe('a\u0000b\ud800c\ufffed\te\u{1f600}')).to.equal('a\ufffdb\ufffdc\ufffdd\te\u{1f600}');
  });
});
