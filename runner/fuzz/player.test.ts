import { expect } from 'chai';
import { slowJudgement } from '../../testing/slow-judgement.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import type { Target, TargetVector } from '../targets/target.ts';
import { Player } from './player.ts';

const { steps, answer } = slowJudgement;

describe('a player that is stopped', () => {
  it('ends within the judgement at hand, and plays nothing more', async () => {
    let isFirst = true;
    const target: Target = {
      name: 'half',
      version: '1',
      capabilities: DEFAULT_CAPABILITIES,
      async *run(vectors: readonly TargetVector[]) {
        for (const _ of vectors) {
          // As a signal would, once the judgement has begun.
          if (!isFirst) setTimeout(() => player.stop(), 1);
          yield isFirst ? { kind: 'unsupported' as const, reason: 'none' } : answer;
          isFirst = false;
        }
      },
      close: async () => {},
    };
    const player: Player = await Player.start({ open: async () => target });
    const played = await player.play([1, 2, 3].map((number) => ({ id: `${number}`, steps })));
    expect(played.map((one) => one.answer.kind)).to.deep.equal(['unsupported']);
    await player.close();
  });
});
