import { expect } from 'chai';
import { DEFAULT_POLICY } from '../../../reference-impl/policy.ts';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { counterparts, policyFrom, referenceRun, type Scene, type SceneStep, type SceneUnit } from './scene.ts';
import { windowOf } from './scene-window.ts';

const ends = { src: '192.0.2.1', dst: '198.51.100.7', sport: 443, dport: 50_000 };
/** A run of segments, the ECN field of each given. */
function stepsWith(...ecn: number[]): SceneStep[] {
  const frames = ecn.map((field, i) =>
    buildFrame({ ...ends, id: i, seq: 100 * i, ecn: field, payload: new Uint8Array(100) }),
  );
  return [...frames.map((frame) => ({ frame })), { dpc: true }];
}
function sceneWith(...ecn: number[]): Scene {
  const steps = stepsWith(...ecn);
  const { units, decisions } = referenceRun(steps, DEFAULT_POLICY);
  const arrivals = steps.flatMap((step) => ('frame' in step ? [step.frame] : []));
  return { steps, arrivals, units, expected: units, decisions, findings: [] };
}
const unit = (...arrivals: number[]): SceneUnit => ({ dpc: 0, frame: new Uint8Array(0), oob: {}, arrivals });
const made = (units: readonly SceneUnit[]): (readonly number[])[] => units.map(({ arrivals }) => arrivals);

describe('scene', () => {
  it('is what the reference makes of the steps, with why each unit ended', () => {
    const { expected, decisions } = sceneWith(0, 0, 3);
    expect(expected.map(({ arrivals, endedBy }) => [arrivals, endedBy])).to.deep.equal([
      [[0, 1], 'E8a'],
      [[2], 'I2'],
    ]);
    expect(decisions.map(({ did }) => did)).to.deep.equal(['started', 'merged', 'restarted']);
  });

  it('holds a unit against what the rules make of its segments', () => {
    const scene = sceneWith(0, 0, 3);
    expect(made(counterparts(unit(0, 1), scene, DEFAULT_POLICY))).to.deep.equal([[0, 1]]);
    expect(made(counterparts(unit(0, 1, 2), scene, DEFAULT_POLICY))).to.deep.equal([[0, 1], [2]]);
    expect(made(counterparts(unit(), scene, DEFAULT_POLICY))).to.deep.equal([]);
    const long = sceneWith(0, 0, 0, 0);
    const [part] = counterparts(unit(1, 2), long, DEFAULT_POLICY);
    expect(part?.arrivals).to.deep.equal([1, 2]);
    expect(part?.oob['segCount']).to.equal(2);
  });

  it('reads a policy as a session tells it', () => {
    const policy = policyFrom({ maxSegments: 'none', maxBytes: 1000, tagged: 'alone', unheardOf: 1 });
    expect(policy).to.deep.equal({ ...DEFAULT_POLICY, maxBytes: 1000, tagged: 'alone' });
  });

  it('is drawn in parts whose numbers stay', () => {
    const steps = [...stepsWith(0, 0, 0), ...stepsWith(0, 0, 0)];
    const { units, decisions } = referenceRun(steps, DEFAULT_POLICY);
    const arrivals = steps.flatMap((step) => ('frame' in step ? [step.frame] : []));
    const finding = {
      rule: 'E8a',
      level: 'must',
      arrivals: [1, 2, 3],
      field: 'merge',
      expected: '',
      actual: '',
      message: '',
    };
    const scene: Scene = { steps, arrivals, units, expected: units, decisions, findings: [finding] };
    const part = windowOf(scene, 3, 6);
    expect(part.findings.map((one) => one.arrivals)).to.deep.equal([[-2, -1, 0]]);
    expect(windowOf(scene, 4, 6).findings).to.deep.equal([]);
    expect(part.decisions.map(({ arrival, did }) => [arrival, did])).to.deep.equal([
      [0, 'started'],
      [1, 'merged'],
      [2, 'merged'],
    ]);
    expect(part).to.deep.include({ firstArrival: 3, firstDpc: 1 });
    expect(part.arrivals).to.have.length(3);
    expect(part.units?.map(({ number, dpc, arrivals }) => [number, dpc, arrivals])).to.deep.equal([[1, 0, [0, 1, 2]]]);
    const middle = windowOf(scene, 2, 4);
    expect(middle.units?.map(({ number, dpc, arrivals }) => [number, dpc, arrivals])).to.deep.equal([
      [0, 0, [0]],
      [1, 1, [1]],
    ]);
  });
});
