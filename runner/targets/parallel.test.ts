import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { RunEvent } from '../../reports/events.ts';
import { passThroughProgram } from '../../testing/pass-through-program.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { UsageError } from '../base/errors.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { Session } from '../session/session.ts';
import { type CopyOptions, ParallelTarget } from './parallel.ts';
import { ProgramTarget } from './program/program-target.ts';
import type { Target, TargetAnswer, TargetVector } from './target.ts';

const { vectors, digest } = loadCorpus();

describe('copies of a program side by side', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-parallel-'));
  after(() => rmSync(folder, { recursive: true }));
  let files = 0;

  function program(quirk: string, hello?: string): (copy?: CopyOptions) => Promise<Target> {
    const file = join(folder, `program-${files++}.cjs`);
    writeFileSync(file, passThroughProgram(quirk, hello));
    const command = `"${process.execPath}" "${file}"`;
    return (copy) => ProgramTarget.start({ command, timeoutMs: 20_000, ...copy });
  }

  /** Everything that a session reports, except times. */
  async function events(target: Target, count: number): Promise<unknown[]> {
    const seen: unknown[] = [];
    const sink = (event: RunEvent): void =>
      void seen.push({
        ...event,
        ...('ms' in event ? { ms: 0 } : {}),
        ...('started' in event ? { started: '' } : {}),
      });
    await new Session({ target, planned: vectors.slice(0, count), digest, sink }).run();
    await target.close();
    return seen;
  }

  const quirks: [string, string][] = [
    ['lets every frame through', ''],
    ['wears out now and then', `if (command === 'RX' && words[0].endsWith('7')) { say('what?'); }`],
    ['wears out too often', `if (command === 'RX' && words[0].endsWith('e')) { say('what?'); }`],
  ];
  for (const [what, quirk] of quirks) {
    it(`say what one says, of a program that ${what}`, async () => {
      const start = program(quirk);
      const one = await events(await start(), 200);
      const three = await events(await ParallelTarget.start(3, start), 200);
      expect(three.length).to.equal(402);
      for (const [i, event] of three.entries()) expect(event).to.deep.equal(one[i]);
    });
  }

  it('start together or not at all', async () => {
    let started = 0;
    let closed = 0;
    const start = async (): Promise<Target> => {
      if (started++ === 1) throw new UsageError('no', 'no');
      return made({ close: async () => void closed++ });
    };
    const error = await ParallelTarget.start(3, start).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UsageError);
    expect({ started, closed }).to.deep.equal({ started: 3, closed: 2 });
  });

  it('have to be alike', () => {
    const other = { ...DEFAULT_CAPABILITIES, ipv6: false };
    expect(() => new ParallelTarget([made({}), made({ capabilities: other })])).to.throw(UsageError, 'different');
  });

  it('go on while one is slow', async () => {
    let release = (): void => {};
    let ahead = 0;
    const slow = made({
      run: async function* (list) {
        await new Promise<void>((resolve) => {
          release = resolve;
        });
        yield* list.map(answer);
      },
    });
    const fast = made({
      run: async function* (list) {
        for (const vector of list) {
          ahead++;
          yield answer(vector);
        }
        release();
      },
    });
    const target = new ParallelTarget([slow, fast]);
    const order: string[] = [];
    const list = Array.from({ length: 20 }, (_, i): TargetVector => ({ id: String(i), steps: [] }));
    for await (const answer of target.run(list)) if (answer.kind === 'error') order.push(answer.message);
    expect(order).to.deep.equal(list.map(({ id }) => id));
    expect(ahead).to.equal(10);
  });

  it('fail as one does that throws', async () => {
    const broken = made({
      run: async function* () {
        yield answer({ id: '0', steps: [] });
        throw new Error('broken pipe');
      },
    });
    const answers: TargetAnswer[] = [];
    const list = Array.from({ length: 4 }, (_, i): TargetVector => ({ id: String(i), steps: [] }));
    const running = (async () => {
      for await (const one of new ParallelTarget([broken, made({})]).run(list)) answers.push(one);
    })();
    expect(String(await running.catch((error: unknown) => error))).to.include('broken pipe');
    expect(answers).to.have.length(2);
  });
});

function answer({ id }: TargetVector): TargetAnswer {
  return { kind: 'error', message: id };
}

function made(more: Partial<Target>): Target {
  return {
    name: 'made up',
    version: '1',
    capabilities: DEFAULT_CAPABILITIES,
    run: async function* (list: readonly TargetVector[]) {
      yield* list.map(answer);
    },
    close: async () => {},
    ...more,
  };
}
