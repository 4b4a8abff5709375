import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import { judge } from '../../judge/judge.ts';
import type { Judgement } from '../../judge/types.ts';
import { startDpdkGro } from './dpdk-gro-target.ts';

describe('dpdk-gro', () => {
  before(function () {
    if (spawnSync('pkg-config', ['--exists', 'libdpdk']).status === 0) return;
    if (process.env['CI'] !== undefined) throw new Error('libdpdk-dev is missing: CI has to install it');
    this.skip();
  });

  async function judged(...ids: string[]): Promise<Judgement[]> {
    const target = await startDpdkGro({});
    try {
      const { vectors } = loadCorpus();
      const chosen = ids.map((id) => {
        const vector = vectors.find((one) => one.id === id);
        if (vector === undefined) throw new Error(`there is no vector ${id}`);
        return { id, steps: expandVector(vector) };
      });
      const judgements: Judgement[] = [];
      for await (const answer of target.run(chosen)) {
        if (answer.kind !== 'indications') throw new Error(`${answer.kind}: ${JSON.stringify(answer)}`);
        const steps = chosen[judgements.length]?.steps ?? [];
        judgements.push(judge({ steps, ...answer, capabilities: target.capabilities }));
      }
      return judgements;
    } finally {
      await target.close();
    }
  }

  it('merges what lies in a row', async () => {
    const [gap, ipv6] = await judged('coalescing/sequence/gap/ipv4', 'coalescing/sequence/gap/ipv6');
    expect(gap?.verdict).to.equal('pass');
    // DPDK 22.11 merges IPv4 only.
    expect(ipv6?.verdict).to.be.oneOf(['pass', 'pass-less']);
  });

  it('cuts the header of the wrong length off a segment with IP options', async () => {
    const judgements = await judged(
      ...['first', 'second', 'middle', 'last'].map((place) => `exceptions/ip-options/nop/${place}/ipv4`),
    );
    const found = judgements.map(({ findings }) => findings.map(({ rule, field }) => `${rule} ${field}`));
    expect(found.some((all) => all.includes('E5 merge') && all.includes('H1 payload'))).to.equal(true);
  });

  it('looks into VXLAN, and does not compare the outer header', async () => {
    const [jumbo, dscp] = await judged(
      'indication/tunnels/vxlan/jumbo/ipv4',
      'indication/tunnels/vxlan/outer-dscp/ipv4',
    );
    expect(jumbo?.findings).to.deep.equal([]);
    expect(dscp?.findings.map(({ rule, field }) => `${rule} ${field}`)).to.include('I5 merge');
  });

  it('takes frames of any size', async () => {
    const [long] = await judged('exceptions/length/mss-8948/limit/exact/ipv4');
    expect(long?.findings).to.deep.equal([]);
  });
});
