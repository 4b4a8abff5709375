import { expect } from 'chai';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { buildFrame, type FrameSpec } from '../../../reference-impl/wire/build.ts';
import { eachSubject } from '../../../testing/each-subject.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import { reference } from '../alterations.ts';
import { isSame } from '../subject.ts';
import { USUAL } from '../usual.ts';
import { CONDITIONS } from './conditions/conditions.ts';
import { playerOf } from './narrow-player.ts';
import { NARROW_FAULTS, narrowPairs, Reach } from './reach.ts';
import { Recorder } from './recorded.ts';
import { reachOf } from './usual-reach.ts';

const BASE: FrameSpec = { src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 80, ack: 500, window: 900 };

/** Segments of 100 bytes, one after the other. */
function run(...changes: Partial<FrameSpec>[]): FrameStep[] {
  const frames = changes.map((change, i): FrameStep => {
    const payload = new Uint8Array(100).fill(i + 1);
    return { rx: buildFrame({ ...BASE, id: i, seq: 1000 + 100 * i, payload, ...change }) };
  });
  return [...frames, { dpc: true }];
}

function seen(name: string, steps: readonly FrameStep[]): { seenBy: string | undefined; chances: number } {
  const pair = narrowPairs().find((one) => one.name === name);
  if (pair === undefined) throw new Error(`no pair is called ${name}`);
  const reach = new Reach([pair], USUAL);
  reach.play('it', steps);
  const [result] = reach.results;
  return { seenBy: result?.seenBy, chances: result?.chances ?? 0 };
}

describe('faults times conditions', () => {
  const { vectors } = loadCorpus();
  it('are at least 1,500 pairs, each with a name of its own', () => {
    const names = narrowPairs().map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(names.length).to.be.at.least(1500);
  });

  it('are the reference as long as nothing strikes', () => {
    const recorder = new Recorder(NARROW_FAULTS, CONDITIONS, USUAL);
    const never = { name: 'never', holds: () => false };
    const players = NARROW_FAULTS.filter(({ kind }) => kind === 'decision').map(playerOf);
    for (const vector of eachSubject(vectors)) {
      const steps = expandVector(vector);
      const recorded = recorder.record(steps);
      const { indications } = reference(steps);
      const statistics = undefined;
      expect(
        isSame({ indications: recorded.indications, statistics }, { indications, statistics }),
        vector.id,
      ).to.equal(true);
      for (const player of players) expect(player.play(recorded, never, 0)).to.equal(undefined);
    }
  });

  it('strike in their state alone: output', () => {
    const pushed = { flags: 'AP' };
    expect(seen('H5-psh-lost@df-clear', run({ df: false }, { df: false, ...pushed })).seenBy).to.equal('it');
    expect(seen('H5-psh-lost@df-clear', run({}, pushed)).chances).to.equal(0);
  });

  it('strike in their state alone: decisions', () => {
    const gap = { seq: 1105 };
    expect(seen('C2-in-sequence-gap@ecn-ect', run({ ecn: 2 }, { ecn: 2, ...gap })).seenBy).to.equal('it');
    expect(seen('C2-in-sequence-gap@ecn-ect', run({}, gap)).chances).to.equal(0);
    const twenty = Array.from({ length: 20 }, () => ({}));
    const bad = { corrupt: { tcpChecksum: 'wrong' } } as const;
    expect(seen('E2-tcp-checksum-wrong@twentieth-of-unit', run(...twenty.slice(1), bad)).seenBy).to.equal('it');
    expect(seen('E2-tcp-checksum-wrong@twentieth-of-unit', run({}, bad)).chances).to.equal(0);
  });

  it('strike whatever other faults are listened to, in any order', () => {
    const one = NARROW_FAULTS.find(({ name }) => name === 'E3-exceptional-flag-overtakes');
    const same = NARROW_FAULTS.filter(({ name }) => name.startsWith('E3-exceptional-flag'));
    const steps = run({}, {}, { flags: 'AF' });
    for (const faults of [same, [...same].reverse()]) {
      const { chances } = new Recorder(faults, CONDITIONS, USUAL).record(steps);
      expect(chances(faults.indexOf(one as (typeof same)[number]))).to.deep.equal([2]);
    }
  });

  it('strike as a driver does that does not know of the bit: what else would stop it is silent, too', () => {
    const reserved = { flags: 'A4' };
    expect(seen('E3-reserved-bit@always', run({}, {}, reserved)).seenBy).to.equal(undefined);
    expect(seen('E3-reserved-bit-joins@always', run({}, {}, reserved)).seenBy).to.equal('it');
    expect(seen('E3-reserved-bit-joins@df-clear', run({}, {}, reserved)).chances).to.equal(0);
  });

  it('strike in their state alone: what came before', () => {
    const start: FrameStep[] = [...run({}), ...run({ seq: 5000 }, { seq: 5100, flags: 'AP' })];
    expect(seen('H5-psh-lost@known-from-earlier-dpc', start).seenBy).to.equal('it');
    expect(seen('H5-psh-lost@idle-in-dpc-before', start).chances).to.equal(0);
    const idle: FrameStep[] = [...run({}), { dpc: true }, ...run({ seq: 5000 }, { seq: 5100, flags: 'AP' })];
    expect(seen('H5-psh-lost@idle-in-dpc-before', idle).seenBy).to.equal('it');
    const second = run({ sport: 2000 }, {}, { seq: 1200, flags: 'AP' });
    expect(seen('H5-psh-lost@second-connection-of-dpc', second).seenBy).to.equal('it');
    expect(seen('H5-psh-lost@first-connection-of-dpc', second).chances).to.equal(0);
  });

  it('strike in their state alone: connections', () => {
    const other = { sport: 1001, df: false };
    expect(seen('C11-no-source-port@df-clear', run({ df: false }, other)).seenBy).to.equal('it');
    expect(seen('C11-no-source-port@df-clear', run({}, { sport: 1001 })).chances).to.equal(0);
  });

  it('are seen wherever they change what comes out: a sample', () => {
    const { pairs, seenByVectors } = reachOf({ pairs: narrowPairs(28), vectors });
    const striking = pairs.filter(({ chances }) => chances > 0);
    const silent = striking.filter(({ seenBy }) => seenBy === undefined).map(({ pair }) => pair.name);
    expect(seenByVectors / striking.length, `unseen: ${silent.join(' ')}`).to.be.at.least(0.97);
  });
});
