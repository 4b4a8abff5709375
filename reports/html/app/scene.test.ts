import { expect } from 'chai';
import { DEFAULT_POLICY } from '../../../reference-impl/policy.ts';
import { referenceRun } from '../../../reference-impl/reference-run.ts';
import type { FrameStep } from '../../../reference-impl/step.ts';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { toHex } from '../../../reference-impl/wire/bytes.ts';
import type { PackedCase } from '../packed.ts';
import {
  counterparts,
  decisionEvents,
  policyFrom,
  type Scene,
  type SceneIndication,
  sceneIndications,
  sceneOf,
} from './scene.ts';
import { windowOf } from './scene-window.ts';

const ends = { src: '192.0.2.1', dst: '198.51.100.7', sport: 443, dport: 50_000 };
/** A run of segments, the ECN field of each given. */
function stepsWith(...ecn: number[]): FrameStep[] {
  const frames = ecn.map((field, i) =>
    buildFrame({ ...ends, id: i, seq: 100 * i, ecn: field, payload: new Uint8Array(100) }),
  );
  return [...frames.map((rx) => ({ rx })), { dpc: true }];
}
function sceneWith(...ecn: number[]): Scene {
  const steps = stepsWith(...ecn);
  const reference = referenceRun(steps);
  const indications = sceneIndications(reference, steps);
  const decisions = decisionEvents(reference);
  const arrivals = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
  return { steps, arrivals, indications, expected: indications, decisions, findings: [] };
}
const indication = (...arrivals: number[]): SceneIndication => ({
  dpc: 0,
  frame: new Uint8Array(0),
  oob: {},
  arrivals,
});
const made = (indications: readonly SceneIndication[]): (readonly number[])[] =>
  indications.map(({ arrivals }) => arrivals);

describe('scene', () => {
  it('is what the reference makes of the steps, with why each indication ended', () => {
    const { expected, decisions } = sceneWith(0, 0, 3);
    expect(expected.map(({ arrivals, endedBy }) => [arrivals, endedBy])).to.deep.equal([
      [[0, 1], 'E8a'],
      [[2], 'I2'],
    ]);
    expect(decisions.map(({ did }) => did)).to.deep.equal(['started', 'merged', 'restarted']);
  });

  it('holds a indication against what the rules make of its segments', () => {
    const scene = sceneWith(0, 0, 3);
    expect(made(counterparts(indication(0, 1), scene, DEFAULT_POLICY))).to.deep.equal([[0, 1]]);
    expect(made(counterparts(indication(0, 1, 2), scene, DEFAULT_POLICY))).to.deep.equal([[0, 1], [2]]);
    expect(made(counterparts(indication(), scene, DEFAULT_POLICY))).to.deep.equal([]);
    const long = sceneWith(0, 0, 0, 0);
    const [part] = counterparts(indication(1, 2), long, DEFAULT_POLICY);
    expect(part?.arrivals).to.deep.equal([1, 2]);
    expect(part?.oob['segCount']).to.equal(2);
  });

  it('shows what the events say that the reference makes, and plays it itself only where they do not', () => {
    const streams = { fill: () => {} };
    const steps = stepsWith(0, 0).map((step) => ('rx' in step ? { rx: [toHex(step.rx)] } : step));
    const one = {
      ...{ vector: 'a/b', title: '', rules: [], level: '', flags: [], verdict: 'fail', findings: [], decisions: [] },
      ...{ ratio: 1, notObserved: [], ms: 0, steps },
      indications: [{ step: 2, dpc: 0, frame: ['00'], oob: {}, arrivals: [0, 1] }],
    } as unknown as PackedCase;
    const alone = { step: 2, oob: { segCount: 0 }, endedBy: 'X1', endedByName: 'other' };
    const other = [
      { ...alone, arrivals: [0] },
      { ...alone, arrivals: [1], frame: ['ff'] },
    ];
    const expectedWith = (expected: PackedCase['expected'] | undefined): readonly SceneIndication[] =>
      sceneOf({ ...one, ...(expected === undefined ? {} : { expected }) }, DEFAULT_POLICY, streams).expected;
    expect(expectedWith(other).map(({ frame, endedBy, dpc }) => [toHex(frame), endedBy, dpc])).to.deep.equal([
      [steps[0] !== undefined && 'rx' in steps[0] ? steps[0].rx[0] : '', 'X1', 0],
      ['ff', 'X1', 0],
    ]);
    expect(expectedWith('as-indicated').map(({ frame }) => toHex(frame))).to.deep.equal(['00']);
    expect(made(expectedWith(undefined))).to.deep.equal([[0, 1]]);
  });

  it('reads a policy as a session tells it', () => {
    const policy = policyFrom({ maxSegments: 'none', maxBytes: 1000, tagged: 'alone', unheardOf: 1 });
    expect(policy).to.deep.equal({ ...DEFAULT_POLICY, maxBytes: 1000, tagged: 'alone' });
  });

  it('is drawn in parts whose numbers stay', () => {
    const steps = [...stepsWith(0, 0, 0), ...stepsWith(0, 0, 0)];
    const reference = referenceRun(steps);
    const indications = sceneIndications(reference, steps);
    const decisions = decisionEvents(reference);
    const arrivals = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
    const finding = {
      rule: 'E8a',
      level: 'must',
      arrivals: [1, 2, 3],
      field: 'merge',
      expected: '',
      actual: '',
      message: '',
    };
    const scene: Scene = { steps, arrivals, indications, expected: indications, decisions, findings: [finding] };
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
    expect(part.indications?.map(({ number, dpc, arrivals }) => [number, dpc, arrivals])).to.deep.equal([
      [1, 0, [0, 1, 2]],
    ]);
    const middle = windowOf(scene, 2, 4);
    expect(middle.indications?.map(({ number, dpc, arrivals }) => [number, dpc, arrivals])).to.deep.equal([
      [0, 0, [0]],
      [1, 1, [1]],
    ]);
  });
});
