import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { rulesOfKind } from '../../reference-impl/rules/index.ts';
import { PACKAGE_ROOT } from '../../runner/base/version.ts';
import { UNROLLED, unrolledText } from './unrolled-text.ts';

describe('reference-impl/rules/unrolled.ts', () => {
  it('is what the registry makes (npm run rules)', async () => {
    expect(readFileSync(join(PACKAGE_ROOT, UNROLLED), 'utf8')).to.equal(await unrolledText());
  });

  it('asks every segment rule, pair rule and action, and returns it', async () => {
    const text = await unrolledText();
    const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
    const rules = [...rulesOfKind('segment'), ...rulesOfKind('pair'), ...rulesOfKind('action')];
    expect(count(/\breturn \w+\.\w+;/g)).to.equal(rules.length);
    expect(count(/\.(forbids|applies)\(/g)).to.equal(rules.length);
  });

  it('asks every rule for fields, out-of-band data and counters', async () => {
    const text = await unrolledText();
    const count = (pattern: RegExp): number => text.match(pattern)?.length ?? 0;
    const written = rulesOfKind('field').filter(({ isFirsts }) => isFirsts !== true);
    expect(count(/\.expected\(/g)).to.equal(written.length + rulesOfKind('oob').length);
    expect(count(/\.adds\(/g)).to.equal(rulesOfKind('statistic').length);
  });
});
