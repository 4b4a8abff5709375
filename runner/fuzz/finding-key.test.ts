import { expect } from 'chai';
import { referenceRun } from '../../reference-impl/reference-run.ts';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { findingKey } from './finding-key.ts';

const finding = { rule: 'H2', level: 'must', field: 'ipv4.total-length', arrivals: [0, 1] } as const;
const merge = { level: 'must', field: 'merge', expected: 'not merged', actual: 'merged into #0' } as const;

describe('key of a finding', () => {
  it('is the same whatever the numbers, the bytes and the arrivals are', () => {
    const one = findingKey({ ...finding, expected: '1500', actual: '1506' });
    expect(findingKey({ ...finding, arrivals: [7], expected: '0x40', actual: '20' })).to.equal(one);
    const merged = (actual: string): string => findingKey({ ...merge, rule: 'C2', arrivals: [2], actual });
    expect(merged('merged into #0 and #1')).to.equal(merged('merged into #0, #2, #4 and 3 more'));
    expect(merged('merged into #0: its ECN field is CE, #0’s is ECT(0)')).to.equal(merged('merged into #0'));
    const bytes = { ...finding, rule: 'H1', field: 'payload' };
    const first = findingKey({ ...bytes, expected: 'ea42 at byte 3 of 100', actual: 'aaaa at byte 3 of 100' });
    expect(findingKey({ ...bytes, expected: '9c at byte 1 of 7', actual: 'feed at byte 1 of 7' })).to.equal(first);
  });

  it('tells rules, levels, fields and kinds of values apart', () => {
    const keys = [
      { ...finding, expected: '1', actual: '2' },
      { ...finding, rule: 'H1', expected: '1', actual: '2' },
      { ...finding, level: 'should' as const, expected: '1', actual: '2' },
      { ...finding, field: 'payload', expected: '1', actual: '2' },
      { ...finding, field: 'payload', expected: 'no padding', actual: '6 bytes of padding of #0' },
      { ...finding, field: 'tcpChecksum', expected: 'ok', actual: 'none' },
      { ...finding, field: 'tcpChecksum', expected: 'ok', actual: 'bad' },
    ].map((one) => findingKey(one));
    expect(new Set(keys).size).to.equal(keys.length);
  });

  it('tells clauses of a row apart by what the reference did there', () => {
    const frame = (corrupt: object): Uint8Array =>
      buildFrame({ src: '10.0.0.1', dst: '10.0.0.2', sport: 1, dport: 2, payload: new Uint8Array(100), corrupt });
    const keyOf = (corrupt: object): string => {
      const { decisions } = referenceRun([{ rx: frame({}) }, { rx: frame(corrupt) }, { dpc: true }]);
      return findingKey({ ...merge, rule: 'E2', arrivals: [1] }, decisions);
    };
    expect(keyOf({ tcpChecksum: 'wrong' })).to.not.equal(keyOf({ ipChecksum: 'wrong' }));
    expect(keyOf({ tcpChecksum: 'wrong' })).to.equal(keyOf({ tcpChecksum: 0x1234 }));
  });

  it('takes what a target said last for no cause of its own', () => {
    const error = { rule: 'error', level: 'must', field: 'target', arrivals: [], expected: 'an answer' } as const;
    const one = findingKey({ ...error, actual: 'the program ended with status 1; it said: one thing' });
    expect(findingKey({ ...error, actual: 'the program ended with status 2; it said: another' })).to.equal(one);
    expect(findingKey({ ...error, actual: 'the program hangs' })).to.not.equal(one);
  });
});
