/** A session that takes seconds to judge: equal ACKs, half of which never come out. */

import type { FrameStep } from '../reference-impl/step.ts';
import { buildFrame } from '../reference-impl/wire/build.ts';
import type { TargetAnswer } from '../runner/targets/target.ts';

const MANY = 400;
const ACK = buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 1, dport: 2, seq: 1000, ack: 9, id: 7 });

export const slowJudgement: { readonly steps: readonly FrameStep[]; readonly answer: TargetAnswer } = {
  steps: [...Array.from({ length: MANY }, () => ({ rx: ACK })), { dpc: true }],
  answer: {
    kind: 'indications',
    indications: Array.from({ length: MANY / 2 }, () => ({ step: MANY, frame: ACK, oob: {} })),
    statistics: undefined,
  },
};
