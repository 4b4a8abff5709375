import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { registry } from '../../reference-impl/rules/index.ts';
import { isFull } from '../../testing/full.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { PACKAGE_ROOT } from '../base/version.ts';
import type { Fault } from './fault.ts';
import { faults } from './faults.ts';
import { faultRow, killTable } from './kill-table.ts';
import { ENOUGH, type FaultResult, selfcheck } from './selfcheck.ts';
import { coalescerSubject, type Implementation } from './subject.ts';
import { variants } from './variants.ts';

const { vectors } = loadCorpus();
const PAGE = readFileSync(join(PACKAGE_ROOT, 'docs/kill-table.md'), 'utf8');
const HINT = 'npx rsc-conformance selfcheck --markdown docs/kill-table.md';
/** Vectors that each variant plays: some of each family, and as many however the corpus grows. */
const SAMPLE = 150;

/** Every variant plays every n-th vector, each beginning at another: together they play all of them. */
function* sampled(): Generator<{ some: Vector[]; legal: Implementation[] }> {
  const stride = Math.ceil(vectors.length / SAMPLE);
  for (let first = 0; first < stride; first++)
    yield {
      some: vectors.filter((_, i) => i % stride === first),
      legal: variants().filter((_, i) => i % stride === first),
    };
}

/** The last cell of a fault's line of the page: the vectors that catch it first. */
function catchingVectors(name: string): Vector[] {
  const line = PAGE.split('\n').find((each) => each.startsWith(`| ${name} |`)) ?? '';
  const cell = line.slice(line.lastIndexOf(' | '));
  const ids = new Set([...cell.matchAll(/`([^`]+)`/g)].map(([, id]) => id));
  return vectors.filter(({ id }) => ids.has(id));
}

function caught(played: readonly Vector[], ...planted: readonly Fault[]): readonly FaultResult[] {
  return selfcheck(played, undefined, { faults: planted, variants: [] }).faults;
}

describe('selfcheck', () => {
  it('catches every planted fault by the vectors that its page names, and blames what was broken', () => {
    const planted = faults();
    const named = new Map(planted.map((fault) => [fault, catchingVectors(fault.name)]));
    // Where few vectors catch it, it is a matter of a whole run, and the last of them tells.
    const ofRun = planted.filter((fault) => named.get(fault)?.length !== ENOUGH);
    const last = new Set(ofRun.flatMap((fault) => named.get(fault) ?? []));
    const some = vectors.filter((each, i) => i % 10 === 0 || last.has(each));
    const results = [
      ...[...named].flatMap(([fault, played]) => (ofRun.includes(fault) ? [] : caught(played, fault))),
      ...caught(some, ...ofRun),
    ];
    expect(results.length).to.equal(planted.length);
    for (const result of results) {
      const { fault } = result;
      expect(result.caughtBy, `${fault.name} survives`).not.to.deep.equal([]);
      expect(result.misblamed, `${fault.name} is blamed on`).to.deep.equal([]);
      expect(PAGE.includes(`${faultRow(result)}\n`), `docs/kill-table.md is stale (${fault.name}): ${HINT}`).to.equal(
        true,
      );
    }
  });

  it('fails no legal variant in a sample of all vectors', () => {
    for (const { some, legal } of sampled()) {
      const { variants: judged } = selfcheck(some, undefined, { faults: [], variants: legal });
      for (const { variant, failures, played } of judged) {
        expect(failures.slice(0, 1), `${variant.name} fails`).to.deep.equal([]);
        expect(played, variant.name).to.be.above(0);
      }
    }
  });

  it('is published with every fault and variant', () => {
    const [planted, legal] = PAGE.split('\n## ').slice(1);
    const names = (text = ''): string[] => [...text.matchAll(/^\| (\S+) \|/gm)].map(([, name = '']) => name).slice(1);
    expect(names(planted)).to.deep.equal(faults().map(({ name }) => name));
    expect(names(legal)).to.deep.equal(variants().map(({ name }) => name));
    expect(planted?.startsWith(`${faults().length} planted faults`)).to.equal(true);
    expect(legal?.startsWith(`${variants().length} legal variants`)).to.equal(true);
  });

  // It takes minutes.
  if (isFull) {
    it('of everything is what docs/kill-table.md says', () => {
      const result = selfcheck(vectors);
      for (const { variant, failures } of result.variants)
        expect(failures.slice(0, 1), `${variant.name} fails`).to.deep.equal([]);
      expect(killTable(result) === PAGE, `docs/kill-table.md is stale: ${HINT}`).to.equal(true);
    });
  }
});

describe('selfcheck, of itself', () => {
  const few = vectors.filter(({ id }) => id.startsWith('statistics/'));
  const sound = {
    name: 'sound',
    summary: 'Nothing is wrong.',
    subject: coalescerSubject(),
    broken: 'E2',
    blames: ['E2'],
  };

  it('says so where a fault survives', () => {
    const { faults: found } = selfcheck(few, undefined, { faults: [sound], variants: [] });
    expect(found.map(({ caughtBy, misblamed }) => ({ caughtBy, misblamed }))).to.deep.equal([
      { caughtBy: [], misblamed: [] },
    ]);
    expect(killTable({ faults: found, variants: [] })).to.match(/\*\*SURVIVED\*\*/);
  });

  it('says so where a fault is blamed on something else, or breaks the coalescer', () => {
    const lossy = { ...sound, subject: () => ({ indications: [], statistics: undefined }) };
    const broken = {
      ...sound,
      subject: () => {
        throw new Error('broken');
      },
    };
    const { faults: found } = selfcheck(few, undefined, { faults: [lossy, broken], variants: [] });
    expect(found.map(({ misblamed }) => misblamed)).to.deep.equal([['I7'], ['crash']]);
    expect(killTable({ faults: found, variants: [] })).to.match(/WRONG RULE/);
  });

  it('says so where a variant fails', () => {
    const lossy = { ...sound, subject: () => ({ indications: [], statistics: undefined }) };
    const { variants: found } = selfcheck(few, undefined, { faults: [], variants: [lossy] });
    expect(found[0]?.failures[0]?.finding.rule).to.equal('I7');
    expect(killTable({ faults: [], variants: found })).to.match(/\*\*FAILS\*\* I7/);
  });

  it('has a fault for every rule that can be broken in the reference, and a name for each', () => {
    const names = [...faults(), ...variants()].map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    const broken = new Set(faults().map((fault) => fault.broken));
    const rows = registry.filter(({ level, id }) => level !== 'may' && !/^[VR]/.test(id)).map(({ id }) => id);
    // C1 and C5 show only where others do; O3 and V are planted in judge/virtio.test.ts, R in gro.test.ts; K5 is about what replays captures.
    const without = [...new Set(rows)].filter((id) => !broken.has(id));
    expect(without).to.have.members(['C1', 'C5', 'O3', 'K5']);
  });
});
