import { expect } from 'chai';
import { UsageError } from './errors.ts';
import type { OptionSpec } from './option-spec.ts';
import { checkOptionValue, rangeText, valueSchema } from './option-value.ts';

const SPECS: Readonly<Record<string, OptionSpec>> = {
  jobs: { type: 'integer', least: 1, most: 64, help: '' },
  runs: { type: 'integer', help: '' },
  dpc: { type: 'integer', least: 1, values: ['all'], help: '' },
  timeout: { type: 'number', most: 10, help: '' },
  clock: { type: 'string', values: ['flush', 'wall'], help: '' },
  out: { type: 'string', help: '' },
};

describe('option values', () => {
  const takes = (name: string, text: string): boolean => {
    try {
      checkOptionValue(name, SPECS[name] as OptionSpec, text);
      return true;
    } catch (error) {
      expect(error).to.be.instanceOf(UsageError);
      expect(String(error)).to.include(`--${name} cannot be ${JSON.stringify(text)}`);
      return false;
    }
  };

  it('are taken within their bounds, and nowhere else', () => {
    for (const [name, right, wrong] of [
      ['jobs', ['1', '64', '007'], ['0', '65', '1.5', '-1', 'x', '', '1e1', ' 1']],
      ['runs', ['0', '9007199254740991'], ['9007199254740992', '-0', '0x1']],
      ['dpc', ['1', 'all'], ['0', 'ALL', 'none']],
      ['timeout', ['5', '0.5', '.5', '10'], ['0', '10.1', '-1', '1e1', 'Infinity', 'NaN']],
      ['clock', ['flush', 'wall'], ['Wall', '']],
      ['out', ['anything'], []],
    ] as const) {
      for (const text of right) expect(takes(name, text), `${name} ${text}`).to.equal(true);
      for (const text of wrong) expect(takes(name, text), `${name} ${text}`).to.equal(false);
    }
  });

  it('say their bounds', () => {
    expect(Object.values(SPECS).map(rangeText)).to.deep.equal([
      '1 to 64',
      '0 or more',
      '1 or more, or all',
      'more than 0, up to 10',
      undefined,
      undefined,
    ]);
    expect(valueSchema(SPECS['jobs'] as OptionSpec)).to.include({ minimum: 1, maximum: 64 });
    expect(valueSchema(SPECS['timeout'] as OptionSpec)).to.include({ exclusiveMinimum: 0, maximum: 10 });
    expect(valueSchema(SPECS['clock'] as OptionSpec)).to.deep.equal({ enum: ['flush', 'wall'] });
  });
});
