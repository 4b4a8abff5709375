import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import type { Target, TargetAnswer, TargetVector } from '../targets/target.ts';
import { Player } from './player.ts';

/** As many equal ACKs as take seconds to be judged, where half of them never come out. */
const MANY = 400;

describe('a player that is stopped', () => {
  it('ends within the judgement at hand, and plays nothing more', async () => {
    const ack = buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, seq: 1000, ack: 9, id: 7 });
    const steps = [...Array.from({ length: MANY }, () => ({ rx: ack })), { dpc: true as const }];
    const answer: TargetAnswer = {
      kind: 'indications',
      indications: Array.from({ length: MANY / 2 }, () => ({ step: MANY, frame: ack, oob: {} })),
      statistics: undefined,
    };
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
