import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { validateXML } from 'xmllint-wasm';
import type { RunEvent, Verdict, VerdictEvent } from './events.ts';
import { JunitReport, xmlSafe } from './junit.ts';

const XSD = readFileSync(new URL('../../reports/schema/junit.xsd', import.meta.url), 'utf8');

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

function report(): string {
  const junit = new JunitReport();
  for (const event of EVENTS) junit.event(event);
  return junit.text();
}

describe('JUnit report', () => {
  it('is what the common schema allows', async () => {
    const { valid, errors } = await validateXML({
      xml: [{ fileName: 'junit.xml', contents: report() }],
      schema: [{ fileName: 'junit.xsd', contents: XSD }],
    });
    expect(errors.map(({ message }) => message)).to.deep.equal([]);
    expect(valid).to.equal(true);
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
