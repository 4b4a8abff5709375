import { expect } from 'chai';
import * as checksumOffload from './checksum-offload.ts';
import * as coalescing from './coalescing.ts';
import * as exceptions from './exceptions.ts';
import { RULE_IDS, registry, rulesOfKind } from './index.ts';
import type { Rule } from './rule.ts';
import { firstAction, firstException, firstForbidding } from './unrolled.ts';

const files: Readonly<Record<string, unknown>> = { coalescing, exceptions, checksumOffload };

/** The rules that a function names, in the order of its `return`s. */
function named(list: (...args: never[]) => unknown): (string | undefined)[] {
  return [...list.toString().matchAll(/return (exceptions|coalescing|checksumOffload)\.(\w+)/g)].map(
    ([, file, rule]) => (files[file as string] as Record<string, Rule>)[rule as string]?.name,
  );
}

describe('registry', () => {
  it('is what the unrolled lists say, in its order', () => {
    const names = (kind: Rule['kind']): string[] => rulesOfKind(kind).map(({ name }) => name);
    expect(named(firstException)).to.deep.equal(names('segment'));
    expect(named(firstForbidding)).to.deep.equal(names('pair'));
    expect(named(firstAction)).to.deep.equal(names('action'));
  });

  it('names every rule once, and every row at least once', () => {
    expect(new Set(registry.map(({ name }) => name)).size).to.equal(registry.length);
    const ids = new Set(registry.map(({ id }) => id));
    expect(RULE_IDS.filter((id) => !ids.has(id))).to.deep.equal(['I5', 'I6'].filter((id) => !ids.has(id)));
    for (const { id, clause, summary } of registry) {
      expect(RULE_IDS).to.include(id);
      expect(clause.section).not.to.equal('');
      expect(summary).to.match(/\.$/);
    }
  });
});
