/** How much is looked at, counted and not timed: it grows with the session, not with its square. */

import { expect } from 'chai';
import { type JudgeLoad, judgeLoads } from '../../../testing/judge-loads.ts';
import { accept } from '../acceptance/accept.ts';
import { arrivalsOf } from '../arrival.ts';
import { observe } from '../observed.ts';
import { tcpProtocol } from '../tcp/tcp-protocol.ts';
import { explain } from './explain.ts';

interface Work {
  /** Runs of arrivals that an indication was compared with. */
  readonly compared: number;
  readonly nodes: number;
}

function workOn({ input }: JudgeLoad): Work {
  const arrivals = arrivalsOf(input.steps, false);
  const observed = input.indications.map((one, number) => observe(one, number, false));
  const plain = tcpProtocol(input.capabilities, arrivals);
  let compared = 0;
  const protocol: typeof plain = {
    ...plain,
    findingsOf: (...question) => {
      compared++;
      return plain.findingsOf(...question);
    },
  };
  if (accept([arrivals], observed, protocol) !== undefined) return { compared, nodes: 0 };
  const { nodes } = explain({ arrivals, observed, everything: arrivals, settled: [], protocol });
  return { compared, nodes };
}

describe('work of the judge', () => {
  const twice = judgeLoads(2);
  for (const [i, load] of judgeLoads().entries()) {
    it(`grows with the session: ${load.name}`, () => {
      const { compared, nodes } = workOn(load);
      const more = workOn(twice[i] as JudgeLoad);
      const { steps, indications } = load.input;
      expect(compared, 'comparisons').to.be.at.most(8 * (steps.length + indications.length));
      expect(nodes, 'nodes').to.be.at.most(4 * (steps.length + indications.length));
      expect(more.compared, 'comparisons of twice as long a session').to.be.at.most(2.5 * compared + 50);
      expect(more.nodes, 'nodes of twice as long a session').to.be.at.most(2.5 * nodes + 50);
    });
  }
});
