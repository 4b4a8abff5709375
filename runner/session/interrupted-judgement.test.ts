import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import type { RunEvent } from '../../reports/events.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import type { Vector } from '../../vectors/vector.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import type { Target, TargetAnswer, TargetVector } from '../targets/target.ts';
import { Session } from './session.ts';

/** As many equal ACKs as take seconds to be judged, where half of them never come out. */
const MANY = 400;

describe('a session that is interrupted', () => {
  it('ends within the judgement at hand', async () => {
    const ack = buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, seq: 1000, ack: 9, id: 7 });
    const steps = [...Array.from({ length: MANY }, () => ({ rx: ack })), { dpc: true as const }];
    const answer: TargetAnswer = {
      kind: 'indications',
      indications: Array.from({ length: MANY / 2 }, () => ({ step: MANY, frame: ack, oob: {} })),
      statistics: undefined,
    };
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
