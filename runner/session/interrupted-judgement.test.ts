import { expect } from 'chai';
import type { RunEvent } from '../../reports/events.ts';
import { slowJudgement } from '../../testing/slow-judgement.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import type { Target, TargetVector } from '../targets/target.ts';
import { Session } from './session.ts';

const { steps, answer } = slowJudgement;

describe('a session that is interrupted', () => {
  it('ends within the judgement at hand', async () => {
    const target: Target = {
      name: 'half',
      version: '1',
      capabilities: DEFAULT_CAPABILITIES,
      async *run(vectors: readonly TargetVector[]) {
        for (const _ of vectors) {
          // As a signal would, once the judgement has begun.
          setTimeout(() => session.interrupt(), 1);
          yield answer;
        }
      },
      close: async () => {},
    };
    const [vector] = loadCorpus().vectors as readonly [Vector, ...Vector[]];
    const events: RunEvent[] = [];
    const session: Session = new Session({
      target,
      planned: [vector],
      digest: '',
      sink: (event) => events.push(event),
      expand: () => steps,
    });
    await session.run();
    expect(events.map(({ type }) => type)).to.deep.equal(['session', 'end']);
  });
});
