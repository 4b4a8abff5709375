import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { UsageError } from '../base/errors.ts';
import { type BaselineFile, baselineText, type KnownFailure, readBaseline } from './baseline-file.ts';

const ENTRY: KnownFailure = {
  reason: 'ECE merged: "sic"',
  reviewBy: '2027-01-31',
  verdict: 'fail',
  findings: [{ rule: 'E8b', field: 'merge' }],
  vectors: ['b', 'a/*'],
};

describe('baseline file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-baseline-'));
  const file = join(folder, 'b.json');
  after(() => rmSync(folder, { recursive: true }));

  function read(text: string): BaselineFile {
    writeFileSync(file, text);
    return readBaseline(file);
  }

  it('is read as it was written, with its lines', () => {
    const error: KnownFailure = { reason: 'it hangs', verdict: 'error', findings: [], vectors: ['c'] };
    const text = baselineText(file, [ENTRY, error], { schema: './s.json', target: 'QEMU 7.2' });
    const baseline = read(text);
    const { entries } = baseline;
    expect(baseline).to.include({ schema: './s.json', target: 'QEMU 7.2' });
    expect(entries).to.deep.equal([
      { ...error, line: 5, reasonLine: 6, reviewLine: 5, vectorLines: [8] },
      { ...ENTRY, vectors: ['a/*', 'b'], line: 10, reasonLine: 11, reviewLine: 12, vectorLines: [16, 17] },
    ]);
    expect(baselineText(file, [...entries].reverse(), baseline)).to.equal(text);
    expect(JSON.parse(text)).to.have.property('known').with.length(2);
  });

  it('can be empty', () => {
    expect(read(baselineText(file, [])).entries).to.deep.equal([]);
  });

  it('takes a single pattern without brackets', () => {
    const text = '{"known": [{"vectors": "a", "reason": "r", "verdict": "error"}]}';
    expect(read(text).entries[0]).to.deep.include({ vectors: ['a'], findings: [] });
  });

  const entryWith = (more: object): string =>
    JSON.stringify({ known: [{ vectors: 'a', reason: 'r', verdict: 'fail', findings: [ENTRY.findings[0]], ...more }] });
  const refused: [string, string, RegExp][] = [
    ['an unknown key', entryWith({ reasons: 'r' }), /known has no reasons \(did you mean reason\?\)/],
    ['no reason', entryWith({ reason: undefined }), /reason is missing/],
    ['an empty reason', entryWith({ reason: '' }), /reason cannot be "": it is empty/],
    ['a verdict that does not fail', entryWith({ verdict: 'pass' }), /verdict cannot be "pass": fail, error, warn/],
    ['a day that there is not', entryWith({ reviewBy: '2027-02-30' }), /2027-02-30 is not a date/],
    ['a date of another form', entryWith({ reviewBy: '31.1.2027' }), /reviewBy cannot be "31\.1\.2027".*as 2027-01-31/],
    ['an unknown rule', entryWith({ findings: [{ rule: 'E88', field: 'merge' }] }), /no rule E88/],
    ['a failure without findings', entryWith({ findings: [] }), /verdict fail needs findings/],
    ['an error with findings', entryWith({ verdict: 'error' }), /an error has no findings/],
    ['no vectors', entryWith({ vectors: [] }), /vectors cannot be \[\]: it is empty/],
    ['comments, which an update would lose', '{ // all\n"known": []}', /:1 is not JSON/],
  ];
  for (const [what, text, line] of refused) {
    it(`refuses ${what}`, () => {
      expect(() => read(text))
        .to.throw(UsageError)
        .with.property('line')
        .that.matches(line)
        .and.includes(file);
    });
  }

  it('is missed by its name', () => {
    expect(() => readBaseline(join(folder, 'absent.json'))).to.throw(
      UsageError,
      'absent.json cannot be read: there is no such file',
    );
  });
});
