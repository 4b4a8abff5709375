import { expect } from 'chai';
import { TUNNEL_KINDS } from '../../reference-impl/wire/tunnel.ts';
import { judged, judgedThrough, rulesOf, verdictOf } from '../../testing/capture-pair-scene.ts';
import { implementationNamed } from '../../testing/implementation-named.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { coalescerSubject, type Implementation } from '../selfcheck/subject.ts';
import { TUNNEL_FAULTS } from '../selfcheck/tunnel-faults.ts';
import type { ConnectionResult } from './connection.ts';

const LOOKING: Implementation = {
  name: 'looking',
  summary: '',
  subject: coalescerSubject({ tunnels: TUNNEL_KINDS }),
  capabilities: { tunnels: TUNNEL_KINDS },
};

describe('two captures of segments inside tunnels', () => {
  const { vectors } = loadCorpus();
  const runs = vectors.filter(({ id }) => /^indication\/tunnels\/\w+\/run\//.test(id)).map(expandVector);
  const all = vectors.filter(({ id }) => id.startsWith('indication/tunnels/')).map(expandVector);

  it('say that a target coalesces there, where it does not announce it', async () => {
    const results = await judgedThrough(runs, { ...LOOKING, capabilities: {} });
    expect(results).to.have.length(runs.length);
    expect([...new Set(rulesOf(results))]).to.deep.equal(['I5 merge']);
    expect(results.every((result) => verdictOf(result) === 'fail')).to.equal(true);
  });

  it('fail no device that announces them, or does not merge in them', async () => {
    expect(rulesOf(await judgedThrough(all, LOOKING))).to.deep.equal([]);
    expect(
      rulesOf(await judgedThrough(all, { ...LOOKING, subject: coalescerSubject(), capabilities: {} })),
    ).to.deep.equal([]);
  });

  it('show lengths that were not updated', async () => {
    const stale = implementationNamed(TUNNEL_FAULTS, 'tunnel/length-stale');
    const rules = new Set(rulesOf(await judgedThrough(runs, stale, { checksums: 'unknown' })));
    expect([...rules]).to.deep.equal(['I5 outer.length']);
  });

  it('warn where a data segment came late on the way, as outside of tunnels', async () => {
    const seen = { boundary: 'none', metadata: 'off', checksums: 'unknown' } as const;
    const capabilities = { ...DEFAULT_CAPABILITIES, ...seen, tunnels: TUNNEL_KINDS };
    for (const steps of runs) {
      const [late, ...others] = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
      const indicated = (frames: readonly Uint8Array[]): Uint8Array[] =>
        LOOKING.subject([...frames.map((rx) => ({ rx })), { dpc: true }]).indications.map(({ frame }) => frame);
      const sent = [late as Uint8Array, ...others];
      const [result] = await judged(sent, [...indicated(others), late as Uint8Array], { capabilities });
      expect(rulesOf([result as ConnectionResult])).to.deep.equal(['I1 order']);
      expect(verdictOf(result)).to.equal('warn');
    }
  });

  it('cut longer frames as the sender’s NIC does', async () => {
    const [frames = []] = all.map((steps) => steps.flatMap((step) => ('rx' in step ? [step.rx] : [])));
    const capabilities = { ...DEFAULT_CAPABILITIES, tunnels: TUNNEL_KINDS, boundary: 'none', metadata: 'off' } as const;
    const merged = LOOKING.subject([...frames.map((rx) => ({ rx })), { dpc: true }]).indications.map(
      ({ frame }) => frame,
    );
    expect(merged).to.have.length(1);
    const results = await judged(merged, merged, { capabilities, allowsSenderOffload: true, mtu: 300 });
    expect(results.map(verdictOf)).to.deep.equal(['pass']);
  });
});
