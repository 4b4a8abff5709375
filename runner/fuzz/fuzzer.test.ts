import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { implementationNamed } from '../../testing/implementation-named.ts';
import { SubjectTarget } from '../../testing/subject-target.ts';
import { expandVector } from '../../vectors/expand.ts';
import type { Vector } from '../../vectors/vector.ts';
import { faults } from '../selfcheck/faults.ts';
import { coalescerSubject, type Subject } from '../selfcheck/subject.ts';
import { variants } from '../selfcheck/variants.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import type { Target } from '../targets/target.ts';
import { CorpusFolder } from './corpus-folder.ts';
import type { Found } from './found.ts';
import { Fuzzer, type FuzzOptions, type FuzzResult } from './fuzzer.ts';
import { PairPlayer } from './pair-player.ts';
import { Player } from './player.ts';

const PLAIN = { seed: 1, runs: 300, ms: Number.POSITIVE_INFINITY, maxLength: 24 } as const;

async function fuzz(open: () => Target, more: Partial<FuzzOptions> = {}): Promise<FuzzResult> {
  const oracle = await Player.start({ open: async () => open() });
  return new Fuzzer({ oracle, ...PLAIN, ...more }).run();
}

const on = (subject: Subject, more: Partial<FuzzOptions> = {}): Promise<FuzzResult> =>
  fuzz(() => new SubjectTarget(subject), more);

const faulty = (name: string): Subject => implementationNamed(faults(), name).subject;

/** At most 1,000 sessions; it ends with the first finding of the rule. */
async function untilFound(subject: Subject, rule: string): Promise<FuzzResult> {
  const oracle = await Player.start({ open: async () => new SubjectTarget(subject), strict: true });
  const onFound = ({ finding }: Found): void => {
    if (finding.rule === rule) fuzzer.stop();
  };
  const fuzzer: Fuzzer = new Fuzzer({ oracle, ...PLAIN, runs: 1000, onFound });
  return fuzzer.run();
}

const segmentsOf = ({ found }: FuzzResult): number[] =>
  found.map(({ vector }) => vector.steps.filter((step) => 'receive' in step).length);

describe('Fuzzer', () => {
  const folder = testFolder();

  it('finds nothing on the reference', async () => {
    const { found, sessions, unsupported, ended } = await fuzz(() => new ReferenceTarget());
    expect({ found, sessions, unsupported, ended }).to.deep.equal({
      found: [],
      sessions: 300,
      unsupported: 0,
      ended: undefined,
    });
  });

  it('finds nothing on legal oddities', async () => {
    // Each has sessions of its own: together they play more of them than each could.
    for (const [seed, { name, subject, capabilities = {} }] of variants().entries()) {
      const { found } = await fuzz(() => new SubjectTarget(subject, capabilities), { seed, runs: 24 });
      expect(
        found.map(({ key }) => key),
        name,
      ).to.deep.equal([]);
    }
  });

  const PLANTED: readonly (readonly [string, string])[] = [
    ['E3/exceptional-flag/removed', 'E3'],
    ['E8a/ecn-field-change/removed', 'E8a'],
    ['E8b/ece-cwr-change/removed', 'E8b'],
    ['C2/in-sequence/removed', 'C2'],
    ['C4/ack-not-older/removed', 'C4'],
    ['E5/ipv4-options/removed', 'E5'],
    ['E2/tcp-checksum-wrong/removed', 'E2'],
  ];
  for (const [name, rule] of PLANTED) {
    it(`finds ${name}, and shrinks it`, async () => {
      const result = await untilFound(faulty(name), rule);
      expect(result.found.map(({ finding }) => finding.rule)).to.include(rule);
      const at = result.found.findIndex(({ finding }) => finding.rule === rule);
      expect(segmentsOf(result)[at]).to.be.within(1, 6);
      expect(result.found[at]?.vector.steps.length).to.be.at.most(7);
      // What it says is of the vector that it keeps.
      const kept = expandVector(result.found[at]?.vector as Vector);
      const again = await Player.start({ open: async () => new SubjectTarget(faulty(name)), strict: true });
      const [played] = await again.play([{ id: 'kept', steps: kept }]);
      expect(played?.findings.map(({ message }) => message)).to.include(result.found[at]?.finding.message);
    });
  }

  it('tells the same finding once', async () => {
    const { found } = await on(faulty('E8b/ece-cwr-change/removed'), { runs: 500 });
    const keys = found.map(({ key }) => key);
    expect(new Set(keys).size).to.equal(keys.length);
    expect(keys.filter((key) => key.startsWith('E8b|must|merge|')).length).to.equal(1);
  });

  it('finds the same again for the same seed', async () => {
    const [one, other] = [await on(faulty('C2/in-sequence/removed')), await on(faulty('C2/in-sequence/removed'))];
    expect(one.found.length).to.be.above(0);
    expect(other.found.map(({ vector }) => vector)).to.deep.equal(one.found.map(({ vector }) => vector));
  });

  it('plays the corpus first: what was found is found again without a random session', async () => {
    const corpus = (): CorpusFolder => new CorpusFolder(join(folder, 'kept'));
    const first = await on(faulty('E3/exceptional-flag/removed'), { corpus: corpus() });
    expect(first.found.length).to.be.above(0);
    const again = await on(faulty('E3/exceptional-flag/removed'), { corpus: corpus(), runs: 0 });
    expect(again.sessions).to.equal(0);
    expect(again.replayed).to.be.above(first.found.length);
    expect(again.found.map(({ key }) => key)).to.include(first.found[0]?.key);
    expect((await on(coalescerSubject(), { corpus: corpus(), runs: 0 })).found).to.deep.equal([]);
  });

  it('keeps a session only if it shows something new', async () => {
    const path = join(folder, 'new');
    await on(coalescerSubject(), { corpus: new CorpusFolder(path) });
    const kept = readdirSync(join(path, 'sessions'));
    expect(kept.length).to.be.within(20, 250);
    await on(coalescerSubject(), { corpus: new CorpusFolder(path) });
    expect(readdirSync(join(path, 'sessions'))).to.deep.equal(kept);
  });

  it('refuses a corpus that is none', async () => {
    const corpus = new CorpusFolder(join(folder, 'broken'));
    writeFileSync(join(folder, 'broken/sessions/x.json'), '{"session":{"flows":[],"ops":[]}}');
    expect((await on(coalescerSubject(), { corpus })).ended).to.match(/x\.json is not a session/);
  });

  it('ends when it is stopped, and tells what it found', async () => {
    const oracle = await Player.start({ open: async () => new SubjectTarget(faulty('C2/in-sequence/removed')) });
    const fuzzer: Fuzzer = new Fuzzer({
      oracle,
      ...PLAIN,
      runs: Number.POSITIVE_INFINITY,
      onFound: () => fuzzer.stop(),
    });
    expect((await fuzzer.run()).found.length).to.equal(1);
  });

  it('finds what breaks the target, and opens it again', async () => {
    let opened = 0;
    const open = (): Target => {
      opened++;
      const target = new SubjectTarget(coalescerSubject());
      const { run } = target;
      target.run = async function* (vectors) {
        for (const vector of vectors) {
          const isTagged = vector.steps.some((step) => 'rx' in step && step.rx[12] === 0x81);
          if (isTagged) yield { kind: 'error', message: 'it died of signal 11', ended: true };
          else yield* run.call(target, [vector]);
        }
      };
      return target;
    };
    const result = await fuzz(open);
    expect(result.found.map(({ key }) => key)).to.deep.equal(['error|must|target||an answer|it died of signal']);
    expect(segmentsOf(result)).to.deep.equal([1]);
    expect(opened).to.be.above(1);
  });

  it('tells at the end what no session shows by itself', async () => {
    let played = 0;
    const once: Subject = (steps) => {
      const outcome = coalescerSubject()(steps);
      return ++played === 41 ? { ...outcome, indications: outcome.indications.slice(1) } : outcome;
    };
    const { found, sessions } = await on(once, { runs: 100 });
    expect(sessions).to.equal(100);
    expect(found.length).to.be.above(0);
    expect(found.every(({ isUnrepeated }) => isUnrepeated)).to.equal(true);
  });

  it('gives up a target that does nothing but fail', async () => {
    const target: Target = new SubjectTarget(() => {
      throw new Error('no');
    });
    const result = await fuzz(() => target, { runs: 5000 });
    expect(result.ended).to.match(/sessions in a row ended in an error/);
    expect(result.found.length).to.equal(1);
  });
});

describe('PairPlayer', () => {
  async function compare(one: Subject, other: Subject): Promise<FuzzResult> {
    const player = (subject: Subject): Promise<Player> =>
      Player.start({ open: async () => new SubjectTarget(subject) });
    const oracle = new PairPlayer(await player(one), await player(other));
    return new Fuzzer({ oracle, ...PLAIN, runs: 600 }).run();
  }

  it('finds nothing between two that are the same', async () => {
    expect((await compare(coalescerSubject(), coalescerSubject())).found).to.deep.equal([]);
  });

  it('finds where two that conform differ, and why', async () => {
    const { found } = await compare(coalescerSubject(), coalescerSubject({ stopAtPush: true }));
    expect(found.length).to.be.above(0);
    const [first] = found;
    expect(first?.finding.message).to.match(
      /^#\d+ is merged after #\d+ by the first target, begun with by the second; /,
    );
    expect(first?.vector.steps.length).to.be.at.most(3);
    expect(first?.events.length).to.equal(3);
  });

  it('finds verdicts that only one of them gets', async () => {
    const { found } = await compare(coalescerSubject(), faulty('H4/smallest-ttl/removed'));
    expect(found.map(({ finding }) => finding.field)).to.deep.equal(['verdict']);
  });
});
