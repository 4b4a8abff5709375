import { expect } from 'chai';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import type { Vector } from '../../../vectors/vector.ts';
import { judge } from '../../judge/judge.ts';
import type { ObservedIndication } from '../../judge/types.ts';
import type { ReferenceOptions } from './reference-options.ts';
import { ReferenceTarget } from './reference-target.ts';

const { vectors } = loadCorpus();
const virtio = vectors.filter(({ id }) => id.startsWith('virtio/'));
const others = vectors.filter(({ id }, i) => !id.startsWith('virtio/') && i % 25 === 0);

/** Findings, and what came out. */
async function played(
  options: ReferenceOptions,
  some: readonly Vector[],
): Promise<{ findings: string[]; indications: ObservedIndication[] }> {
  const target = new ReferenceTarget(options);
  const steps = some.map(expandVector);
  const findings: string[] = [];
  const indications: ObservedIndication[] = [];
  let at = 0;
  for await (const answer of target.run(some.map(({ id }, i) => ({ id, steps: steps[i] ?? [] })))) {
    const vector = some[at] as Vector;
    if (answer.kind !== 'indications') throw new Error(`${vector.id}: ${answer.kind}`);
    const { capabilities } = target;
    const judgement = judge({ ...answer, steps: steps[at] ?? [], capabilities, rules: vector.rules });
    findings.push(...judgement.findings.map(({ rule, message }) => `${vector.id} ${rule} ${message}`));
    indications.push(...answer.indications);
    at++;
  }
  return { findings, indications };
}

describe('the reference as a target', () => {
  it('is a virtio device where a vector negotiates its features', async () => {
    const { findings, indications } = await played({}, virtio);
    expect(findings).to.deep.equal([]);
    expect(indications.every((indication) => indication.virtio !== undefined)).to.equal(true);
    const { indications: plain } = await played({}, others);
    expect(plain.some((indication) => indication.virtio !== undefined)).to.equal(false);
  });

  it('is one throughout if asked, and as right', async () => {
    const { findings, indications } = await played({ device: 'virtio' }, [...virtio, ...others]);
    expect(findings).to.deep.equal([]);
    expect(indications.every((indication) => indication.virtio !== undefined)).to.equal(true);
    expect(indications.some(({ virtio: shown }) => shown?.header.gsoType === 4)).to.equal(true);
  });

  it('counts duplicates in the header as well', async () => {
    const duplicates = vectors.filter(({ id }) => id.startsWith('coalescing/duplicate/'));
    const { findings } = await played({ device: 'virtio', policy: { duplicateAcks: 'counted' } }, duplicates);
    expect(findings).to.deep.equal([]);
  });

  it('ends units by a timer instead of the DPC, if asked', async () => {
    const cadence = vectors.filter(({ id }) => id === 'indication/dpc/cadence-100us/ipv4');
    for (const [interval, sizes] of [
      [50, Array.from({ length: 10 }, () => 1)],
      [300, [3, 3, 3, 1]],
      [500, [5, 5]],
    ] as const) {
      const { findings, indications } = await played({ capabilities: { boundary: 'timer', interval } }, cadence);
      expect(findings).to.deep.equal([]);
      expect(indications.map(({ oob }) => Math.max(1, oob.segCount ?? 0))).to.deep.equal([...sizes]);
    }
  });
});
