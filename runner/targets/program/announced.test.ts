/** What a program announces beside the ordinary: virtio headers and features, packets without link-layer header. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { TUNNEL_KINDS } from '../../../reference-impl/wire/tunnel.ts';
import { passThroughProgram } from '../../../testing/pass-through-program.ts';
import { referenceCommand } from '../../../testing/rsc-line-reference.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import type { Vector } from '../../../vectors/vector.ts';
import { UsageError } from '../../base/errors.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import { whyUnsupported } from '../../capabilities/unsupported.ts';
import { judge } from '../../judge/judge.ts';
import type { Judgement } from '../../judge/types.ts';
import { ProgramTarget } from './program-target.ts';

const { vectors } = loadCorpus();
const virtio = vectors.filter(({ id }) => id.startsWith('virtio/'));
const TIMEOUT = 60_000;

interface Outcome {
  readonly unsupported: readonly string[];
  readonly judgements: ReadonlyMap<string, Judgement>;
}

async function played(hello: string, some: readonly Vector[]): Promise<Outcome> {
  const target = await ProgramTarget.start({ command: referenceCommand(hello), timeoutMs: TIMEOUT });
  try {
    const { capabilities } = target;
    const all = some.map((vector) => ({ vector, steps: expandVector(vector) }));
    const asked = all.filter(({ vector, steps }) => whyUnsupported(vector, steps, capabilities) === undefined);
    const judgements = new Map<string, Judgement>();
    const rest = asked.values();
    for await (const answer of target.run(asked.map(({ vector, steps }) => ({ id: vector.id, steps })))) {
      const { vector, steps } = rest.next().value as (typeof asked)[number];
      if (answer.kind !== 'indications') throw new Error(`${vector.id}: ${JSON.stringify(answer)}`);
      judgements.set(vector.id, judge({ ...answer, steps, capabilities, rules: vector.rules }));
    }
    return { unsupported: all.filter((one) => !asked.includes(one)).map(({ vector }) => vector.id), judgements };
  } finally {
    await target.close();
  }
}

function findingsOf({ judgements }: Outcome): string[] {
  return [...judgements].flatMap(([id, { findings }]) =>
    findings.map(({ rule, message }) => `${id} ${rule} ${message}`),
  );
}

describe('what a program announces', () => {
  it('is a virtio device, header and features', async () => {
    const outcome = await played('vnet=on features=on csum=on', virtio);
    expect(outcome.unsupported).to.deep.equal([]);
    expect(findingsOf(outcome)).to.deep.equal([]);
    const [unseen = ''] = [...outcome.judgements].flatMap(([id, { notObserved }]) =>
      notObserved.some((what) => what.includes('virtio')) ? [id] : [],
    );
    expect(unseen).to.equal('');
  });

  it('is judged on other families with partial checksums, too', async () => {
    const some = vectors.filter(({ id }, i) => !id.startsWith('virtio/') && !id.startsWith('uro/') && i % 40 === 0);
    const outcome = await played('vnet=on csum=on rxcsum=on ipsec=on', some);
    expect(outcome.judgements.size).to.be.greaterThan(50);
    expect(findingsOf(outcome)).to.deep.equal([]);
  });

  it('coalesces inside tunnels, with and without link-layer header', async () => {
    const inTunnels = vectors.filter(({ id }) => id.startsWith('indication/tunnels/'));
    const whole = await played(`uro=on tunnels=${TUNNEL_KINDS.join(',')}`, inTunnels);
    expect(whole.unsupported).to.deep.equal([]);
    expect(findingsOf(whole)).to.deep.equal([]);
    expect([...whole.judgements.values()].every(({ ratio }) => ratio === 1)).to.equal(true);
    const packets = await played('link=off tunnels=gre,vxlan,ipip,6in4', inTunnels);
    expect(findingsOf(packets)).to.deep.equal([]);
    expect(packets.judgements.size).to.be.greaterThan(100);
  });

  it('takes and gives packets without link-layer header', async () => {
    const some = vectors.filter(
      ({ id }, i) => id.startsWith('indication/frames/') || /\/ack\/|padding/.test(id) || i % 40 === 0,
    );
    const outcome = await played('link=off', some);
    expect(outcome.unsupported.filter((id) => /tags|mac/.test(id))).to.not.deep.equal([]);
    expect(outcome.judgements.size).to.be.greaterThan(50);
    expect(findingsOf(outcome)).to.deep.equal([]);
  });

  it('is believed of virtio only if it says so itself', async () => {
    for (const key of ['vnet', 'features'] as const) {
      const overrides: Partial<Capabilities> = { [key]: true };
      const start = ProgramTarget.start({ command: referenceCommand(''), timeoutMs: TIMEOUT, overrides });
      const error = await start.then(
        async (target) => void (await target.close()),
        (reason: unknown) => reason,
      );
      expect(error).to.be.instanceOf(UsageError);
      expect(String(error)).to.match(new RegExp(`${key}=on: program .* does not announce it`));
    }
  });

  it('is an error where a header that was announced is missing', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rsc-announced-'));
    const file = join(folder, 'program.cjs');
    writeFileSync(file, passThroughProgram('', 'vnet=on'));
    const target = await ProgramTarget.start({ command: `"${process.execPath}" "${file}"`, timeoutMs: TIMEOUT });
    try {
      const [vector] = vectors.filter(({ id }) => id.startsWith('headers/'));
      for await (const answer of target.run([{ id: 'any', steps: expandVector(vector as Vector) }]))
        expect(answer).to.deep.equal({ kind: 'error', message: 'IND has no vnet, which was announced' });
    } finally {
      await target.close();
      rmSync(folder, { recursive: true });
    }
  });
});
