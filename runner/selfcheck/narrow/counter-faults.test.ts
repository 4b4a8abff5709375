import { expect } from 'chai';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandSegment, expandVector } from '../../../vectors/expand.ts';
import type { SegmentSpec } from '../../../vectors/vector.ts';
import { USUAL } from '../usual.ts';
import { COUNTER_FAULTS } from './counter-faults.ts';
import { ENCAPSULATION_FAULTS } from './encapsulation-faults.ts';
import { narrowPairs, type Pair, type PairReach, Reach } from './reach.ts';
import { reachOf } from './usual-reach.ts';

const pairsOf = (test: RegExp): Pair[] => narrowPairs().filter(({ name }) => test.test(name));

function played(name: string, steps: readonly FrameStep[]): PairReach | undefined {
  const reach = new Reach(
    narrowPairs().filter((pair) => pair.name === name),
    USUAL,
  );
  reach.play('it', steps);
  return reach.results[0];
}

const ENDS = { src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 80 };
const DPC: FrameStep = { dpc: true };

/** Segments of 100 bytes in order. */
function run(...changes: readonly SegmentSpec[]): FrameStep[] {
  return changes.map((change, i) => ({
    rx: expandSegment({ seq: 1000 + 100 * i, ack: 1, payload: 100, id: i, window: 500, ...change }, ENDS),
  }));
}

describe('faults of counters and of tunnels, times conditions', () => {
  const { vectors } = loadCorpus();

  it('are seen by vectors: each fault, always', () => {
    const statistics = vectors.filter(({ id }) => id.startsWith('statistics/'));
    expect(reachOf({ pairs: pairsOf(/^S\d-.*@always$/), vectors: statistics }).seenByVectors).to.equal(
      COUNTER_FAULTS.length,
    );
    const tunnels = vectors.filter(({ id }) => id.startsWith('indication/tunnels/'));
    expect(reachOf({ pairs: pairsOf(/^I5-.*@always$/), vectors: tunnels }).seenByVectors).to.equal(
      ENCAPSULATION_FAULTS.length,
    );
  });

  it('strike in their state alone', () => {
    const steps = [...run({}, {}, { flags: 'AP' }), DPC];
    expect(played('S1-packet-missed@psh', steps)).to.include({ seenBy: 'it', chances: 1 });
    expect(played('S1-packet-missed@df-clear', steps)).to.include({ chances: 0 });
    // The first segment does not join.
    expect(played('S1-packet-missed@nothing-open', steps)).to.include({ chances: 0 });
    const tunnel = { kind: 'gre' } as const;
    const inside = [...run({ tunnel }, { tunnel }), DPC];
    expect(played('I5-merges@ttl-64', inside)).to.include({ seenBy: 'it' });
    expect(played('I5-merges@ttl-1', inside)).to.include({ chances: 0 });
    expect(played('I5-merges@always', steps)).to.include({ chances: 0 });
  });

  it('know what is the case in the session', () => {
    const off: FrameStep = { set: { rsc6: false } };
    const on: FrameStep = { set: { rsc6: true } };
    const two = [...run({}, {}), DPC];
    expect(played('I7-unit-lost@off-for-other-version', [off, ...two])).to.include({ seenBy: 'it' });
    expect(played('I7-unit-lost@off-for-other-version', [off, on, ...two])).to.include({ chances: 0 });
    expect(played('I7-unit-lost@off-and-on-again', [off, on, ...two])).to.include({ seenBy: 'it' });
    expect(played('I7-unit-lost@uro-is-on', [{ set: { uro: true } }, ...two])).to.include({ seenBy: 'it' });
    expect(played('I7-unit-lost@uro-is-on', two)).to.include({ chances: 0 });
    const fragment = run({ mf: true, df: false });
    expect(played('I7-unit-lost@fragment-earlier', [...fragment, ...run({}, {}), DPC])).to.include({ seenBy: 'it' });
    expect(played('I7-unit-lost@fragment-earlier', two)).to.include({ chances: 0 });
  });

  it('of tunnels take nothing from a vector without tunnels', () => {
    const plain = vectors.find(({ id }) => id.startsWith('coalescing/runs/'));
    expect(plain).not.to.equal(undefined);
    if (plain !== undefined) expect(played('I5-lost@always', expandVector(plain))).to.include({ chances: 0 });
  });
});
