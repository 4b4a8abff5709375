import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import { PACKAGE_ROOT } from '../../base/version.ts';
import { judge } from '../../judge/judge.ts';
import type { TargetAnswer } from '../target.ts';
import { ProgramTarget } from './program-target.ts';

/** The reference after rsc-line, URO included. `keys`: which of its out-of-band values it tells. */
function program(hello: string, keys: readonly string[]): string {
  return `
import { createInterface } from 'node:readline';
import { Coalescer } from ${JSON.stringify(pathToFileURL(join(PACKAGE_ROOT, 'dist/reference-impl/index.js')).href)};
const c = new Coalescer();
const say = (line) => process.stdout.write(line + '\\n');
const names = { seg: 'segCount', ipcsum: 'ipChecksum', tcpcsum: 'tcpChecksum', uroseg: 'uroSegCount', urosize: 'uroSegSize' };
const reported = ${JSON.stringify(keys)};
const answer = (due) => {
  for (const { frame, oob } of due) {
    const words = reported.filter((key) => oob[names[key]] !== undefined).map((key) => ' ' + key + '=' + oob[names[key]]);
    say('IND ' + Buffer.from(frame).toString('hex') + words.join(''));
  }
  say('.');
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const [command, ...words] = line.split(' ');
  if (command === 'HELLO') say('HELLO rsc-line 1 name=uro version=1 ${hello}');
  else if (command === 'RESET') { c.reset(); say('.'); }
  else if (command === 'RX') c.receive(Buffer.from(words[0], 'hex'));
  else if (command === 'DPC') answer(c.endOfDpc());
  else if (command === 'SET') {
    const on = (key) => words.includes(key + '=on') ? true : words.includes(key + '=off') ? false : undefined;
    const due = c.setRsc({ ipv4: on('rsc4'), ipv6: on('rsc6'), uro: on('uro') });
    answer([...due, ...(on('rxcsum') === undefined ? [] : c.setRxcsum(on('rxcsum')))]);
  } else if (command === 'STATS') {
    const { pkts, octets, events, aborts } = c.statistics;
    say('STATS pkts=' + pkts + ' octets=' + octets + ' events=' + events + ' aborts=' + aborts);
  } else if (command === 'BYE') process.exit(0);
  else say('UNSUPPORTED');
});`;
}

describe('program target, URO', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-uro-'));
  after(() => rmSync(folder, { recursive: true }));
  const ALL = ['seg', 'ipcsum', 'tcpcsum', 'uroseg', 'urosize'];
  const vectors = loadCorpus()
    .vectors.filter(({ id }) => id.startsWith('uro/'))
    .map((vector) => ({ id: vector.id, steps: expandVector(vector) }));
  let files = 0;

  async function started(hello: string, keys: readonly string[]): Promise<ProgramTarget> {
    const file = join(folder, `program-${files++}.mjs`);
    writeFileSync(file, program(hello, keys));
    return ProgramTarget.start({ command: `"${process.execPath}" "${file}"`, timeoutMs: 20_000 });
  }

  async function played(target: ProgramTarget, few = vectors): Promise<TargetAnswer[]> {
    const list: TargetAnswer[] = [];
    for await (const answer of target.run(few)) list.push(answer);
    await target.close();
    return list;
  }

  const keysOf = (answers: readonly TargetAnswer[]): Set<string> =>
    new Set(
      answers.flatMap((one) =>
        one.kind === 'indications' ? one.indications.flatMap(({ oob }) => Object.keys(oob)) : [],
      ),
    );

  it('switches URO and reads count and size: every vector passes', async () => {
    const target = await started('uro=on rxcsum=on', ALL);
    expect(target.capabilities.uro).to.equal(true);
    const answers = await played(target);
    answers.forEach((answer, i) => {
      const { id = '', steps = [] } = vectors[i] ?? {};
      expect(answer.kind, id).to.equal('indications');
      if (answer.kind !== 'indications') return;
      const { verdict, findings } = judge({ ...answer, steps, capabilities: target.capabilities });
      expect(findings, id).to.deep.equal([]);
      expect(verdict, id).to.equal('pass');
    });
    expect([...keysOf(answers)]).to.include.members(['uroSegCount', 'uroSegSize']);
  });

  it('counts keys as observed if they were seen in the calibration, or announced', async () => {
    const few = vectors.slice(0, 2);
    expect([...keysOf(await played(await started('uro=on', ['seg']), few))]).to.deep.equal(['segCount']);
    const announced = await started('uro=on metadata=uroseg,urosize', []);
    expect([...keysOf(await played(announced, few))].sort()).to.deep.equal(['uroSegCount', 'uroSegSize']);
    const without = await started('metadata=on', ['seg']);
    expect([...keysOf(await played(without, few))]).to.not.include('uroSegCount');
  });

  it('fails one whose segment size is wrong', async () => {
    const target = await started('uro=on', ['uroseg', 'urosize']);
    const three = vectors.find(({ id }) => id === 'uro/run/of-3/ipv4') as (typeof vectors)[number];
    const [answer] = await played(target, [three]);
    if (answer?.kind !== 'indications') throw new Error('no answer');
    const wrong = answer.indications.map((one) => ({ ...one, oob: { ...one.oob, uroSegSize: 108 } }));
    const { findings } = judge({
      ...answer,
      indications: wrong,
      steps: three.steps,
      capabilities: target.capabilities,
    });
    expect(findings.map(({ rule, field }) => [rule, field])).to.deep.equal([['U6', 'uroSegSize']]);
  });
});
