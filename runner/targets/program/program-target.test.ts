import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import { passThroughProgram } from '../../../testing/pass-through-program.ts';
import { UsageError } from '../../base/errors.ts';
import { judge } from '../../judge/judge.ts';
import { parseMessage } from '../../rsc-line/answers.ts';
import { parseHello } from '../../rsc-line/hello.ts';
import { LineSplitter } from '../../rsc-line/line-splitter.ts';
import { readOob } from '../../rsc-line/oob-keys.ts';
import type { TargetAnswer, TargetVector } from '../target.ts';
import { ProgramTarget } from './program-target.ts';

const frame = (seq: number, sport = 9): Uint8Array =>
  buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport, dport: 5, seq, payload: new Uint8Array(40).fill(seq) });

const vector = (id: string, sport = 9): TargetVector => ({
  id,
  steps: [{ rx: frame(1, sport) }, { rx: frame(41, sport) }, { dpc: true }],
});

const VECTORS = ['a', 'b', 'c', 'd'].map((id, i) => vector(id, i === 1 ? 666 : 9));
/** In the quirks: the second vector's frames. */
const IS_B = `line.includes(${JSON.stringify(Buffer.from(frame(1, 666)).toString('hex').slice(68, 72))})`;

describe('program target', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-program-'));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;

  async function started(quirk: string, hello?: string, timeoutMs = 5000): Promise<ProgramTarget> {
    const file = join(folder, `program-${files++}.cjs`);
    writeFileSync(file, passThroughProgram(quirk, hello));
    return ProgramTarget.start({ command: `"${process.execPath}" "${file}"`, timeoutMs });
  }

  async function answers(target: ProgramTarget, vectors = VECTORS): Promise<TargetAnswer[]> {
    const list: TargetAnswer[] = [];
    for await (const answer of target.run(vectors)) list.push(answer);
    await target.close();
    return list;
  }

  const kinds = (list: readonly TargetAnswer[]): string => list.map(({ kind }) => kind).join(' ');
  const errorOf = (list: readonly TargetAnswer[]): string =>
    list.flatMap((one) => (one.kind === 'error' ? [one.message] : [])).join();

  it('plays vectors', async () => {
    const target = await started('');
    const list = await answers(target);
    expect(kinds(list)).to.equal('indications indications indications indications');
    const [first] = list;
    if (first?.kind !== 'indications') return;
    expect(first.indications.map(({ step }) => step)).to.deep.equal([2, 2]);
    const { verdict } = judge({
      ...first,
      steps: (VECTORS[0] as TargetVector).steps,
      capabilities: target.capabilities,
    });
    expect(verdict).to.equal('pass-less');
  });

  it('takes a death as an error of the vector at hand, with its last words, and goes on', async () => {
    const list = await answers(await started(`if (${IS_B}) { process.stderr.write('aargh'); process.exit(7); }`));
    expect(kinds(list)).to.equal('indications error indications indications');
    expect(errorOf(list)).to.match(/status 7.*aargh/);
  });

  it('shows the last lines that it wrote to stderr before it died', async () => {
    const trace = `${'x'.repeat(500)}\\n  at ünit\\nTypeError: no unit`;
    const list = await answers(await started(`if (${IS_B}) { process.stderr.write('${trace}'); process.exit(7); }`));
    expect(errorOf(list)).to.match(/status 7; on stderr: "\.\.\.x+ \/ at ünit \/ TypeError: no unit"$/);
  });

  it('takes a hang likewise', async () => {
    const list = await answers(await started(`if (${IS_B}) due = 0; if (due === 0) return true;`, '', 2000));
    expect(kinds(list)).to.equal('indications error indications indications');
    expect(errorOf(list)).to.include('no answer within 2 s');
  });

  it('takes nonsense likewise', async () => {
    const list = await answers(await started(`if (${IS_B}) { say('what?'); }`));
    expect(kinds(list)).to.equal('indications error indications indications');
    expect(errorOf(list)).to.include('what?');
  });

  it('takes a flood likewise', async () => {
    const list = await answers(await started(`if (${IS_B}) for (let i = 0; i < 30000; i++) say('IND 00');`));
    expect(kinds(list)).to.equal('indications error indications indications');
  });

  it('takes ERR as an error without a restart', async () => {
    const list = await answers(
      await started(
        `if (${IS_B}) due = 'x'; if (due === 'x' && command === 'DPC') { due = []; say('ERR no memory'); return true; } if (due === 'x') return command === 'RX';`,
      ),
    );
    expect(kinds(list)).to.equal('indications error indications indications');
    expect(errorOf(list)).to.include('no memory');
  });

  it('takes UNSUPPORTED as unsupported', async () => {
    const list = await answers(await started(`if (command === 'SET') { say('UNSUPPORTED'); return true; }`), [
      { id: 'a', steps: [{ set: { rsc4: false } }, { dpc: true }] },
      vector('b'),
    ]);
    expect(kinds(list)).to.equal('unsupported indications');
  });

  it('tells marks only to a program that announced them', async () => {
    const steps = [
      { rx: frame(1), csum: 'partial' as const },
      { rx: frame(41), csum: 'unnecessary' as const, ipsec: true },
      { set: { rxcsum: false } },
      { dpc: true as const },
    ];
    const heard = `if (command === 'RX' || command === 'SET') { due.push('x'); require('node:fs').appendFileSync(process.argv[1] + '.heard', line.replace(/ [0-9a-f]{60,}/, '') + '\\n'); return command === 'RX'; } if (command === 'DPC') due = [];`;
    const lines = async (hello: string): Promise<string> => {
      const target = await started(heard, `${hello} metadata=off`);
      const [answer] = await answers(target, [{ id: 'a', steps }]);
      expect(answer?.kind).to.equal('indications');
      return readFileSync(join(folder, `program-${files - 1}.cjs.heard`), 'utf8');
    };
    expect(await lines('csum=on rxcsum=on ipsec=on')).to.equal(
      'RX csum=partial\nRX csum=unnecessary ipsec=1\nSET rxcsum=off\n',
    );
    expect(await lines('rxcsum=on')).to.equal('RX\nRX\nSET rxcsum=off\n');
  });

  it('gives a program up after ten restarts', async () => {
    const list = await answers(
      await started(`if (${IS_B}) process.exit(1);`),
      Array.from({ length: 14 }, (_, i) => vector(`v${i}`, 666)),
    );
    expect(list.length).to.equal(14);
    expect(new Set(list.map(({ kind }) => kind))).to.deep.equal(new Set(['error']));
    expect(errorOf(list.slice(-1))).to.include('10 restarts');
  });

  it('takes a failure as that of the vector that it is about, though answers come with it', async () => {
    const corked = 'process.stdout.cork(); setImmediate(() => process.stdout.uncork());';
    const list = await answers(
      await started(`${corked} if (${IS_B}) { say('what?'); }`),
      Array.from({ length: 16 }, (_, i) => vector(`v${i}`, i % 2 === 0 ? 9 : 666)),
    );
    expect(kinds(list)).to.equal(Array(8).fill('indications error').join(' '));
    expect(errorOf(list)).not.to.include('given up');
  });

  it('does not blame the first vector of a batch for the death of the last of the batch before', async () => {
    const target = await started(`if (${IS_B}) process.exit(7);`);
    const kindsOf: (string | undefined)[] = [];
    for (const batch of [VECTORS.slice(0, 2), VECTORS.slice(2)]) {
      const iterator = target.run(batch)[Symbol.asyncIterator]();
      // As a session does: it takes what it asked for, and does not ask whether there is more.
      for (const _ of batch) kindsOf.push((await iterator.next()).value?.kind);
    }
    await target.close();
    expect(kindsOf).to.deep.equal(['indications', 'error', 'indications', 'indications']);
  });

  it('restarts a program that does not take RESET', async () => {
    const stuck = `if (globalThis.stuck && command === 'RESET') { say('ERR stuck'); return true; }`;
    const list = await answers(await started(`${stuck} if (${IS_B}) globalThis.stuck = true;`));
    expect(kinds(list)).to.equal('indications indications error indications');
    expect(errorOf(list)).to.include('RESET was answered ERR stuck');
  });

  it('does not restart what has been closed', async () => {
    const file = join(folder, 'dies.cjs');
    const starts = join(folder, 'starts');
    writeFileSync(file, passThroughProgram(`if (${IS_B}) process.exit(1);`));
    const command = `echo >> "${starts}"; exec "${process.execPath}" "${file}"`;
    const target = await ProgramTarget.start({ command });
    const iterator = target.run(VECTORS.slice(1))[Symbol.asyncIterator]();
    await iterator.next();
    const next = iterator.next();
    await target.close();
    expect((await next).value).to.include({ kind: 'error' });
    expect(readFileSync(starts, 'utf8').length).to.be.at.most(2);
  });

  it('sees what comes after its DPC as held back', async () => {
    const target = await started(
      `if (command === 'DPC') { const now = due.length > 2 ? due.splice(0) : []; if (now.length === 0 && seen++ % 9 === 8) due.forEach(say), due = []; now.forEach(say); say('.'); return true; }`,
    );
    const [first] = await answers(target, [vector('a')]);
    if (first?.kind !== 'indications') expect.fail('no indications');
    const { findings } = judge({ ...first, steps: vector('a').steps, capabilities: target.capabilities });
    expect(findings.map(({ rule }) => rule)).to.include.oneOf(['I2', 'I7']);
  });

  it('refuses who pretends to know every command', async () => {
    let error: unknown;
    await started(`if (command.startsWith('PROBE')) { say('.'); return true; }`).catch((thrown: unknown) => {
      error = thrown;
    });
    expect(error).to.be.instanceOf(UsageError);
  });

  it('takes capabilities from the greeting, and refuses values that are none', () => {
    const hello = parseHello('HELLO rsc-line 1 name=n version=2 ipv6=off metadata=seg,dup colour=red maxsegments=4');
    expect(hello).to.include({ name: 'n', version: '2' });
    expect(typeof hello === 'string' ? {} : hello.capabilities).to.deep.include({
      ipv6: false,
      metadata: ['seg', 'dup'],
      maxsegments: 4,
    });
    expect(parseHello('HELLO rsc-line 1 ipv6=maybe')).to.match(/ipv6 cannot be "maybe"/);
    expect(parseHello('HELLO rsc-line 2')).to.include('rsc-line 2');
  });

  it('reads IND lines', () => {
    const message = parseMessage('IND 00fF seg=3 tcpcsum=ok later=1');
    expect(message.kind).to.equal('ind');
    if (message.kind !== 'ind') return;
    expect([...message.frame]).to.deep.equal([0, 255]);
    expect(readOob(message.keys, new Set(['seg', 'dup', 'tcpcsum']))).to.deep.equal({
      segCount: 3,
      dupAckCount: 0,
      tcpChecksum: 'ok',
    });
    expect(readOob(new Map([['seg', 'many']]), new Set(['seg']))).to.equal('seg=many');
    for (const line of ['IND', 'IND 0', 'IND 0g', 'STATS pkts=1', '', 'OK'])
      expect(parseMessage(line).kind).to.equal('nonsense');
  });

  it('cuts lines wherever the pieces end, within its bounds', () => {
    const splitter = new LineSplitter();
    const lines: string[] = [];
    for (const byte of Buffer.from('one\r\ntwo\n\nrest')) lines.push(...(splitter.push(Buffer.from([byte])) ?? []));
    expect(lines).to.deep.equal(['one', 'two', '']);
    expect(splitter.rest).to.equal('rest');
    expect(splitter.push(Buffer.alloc(300_000, 65))).to.equal(undefined);
  });
});
