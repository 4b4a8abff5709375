import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { VerdictEvent } from '../../../reports/events.ts';
import { commandIn } from '../../../testing/command.ts';
import { MAIN } from '../../../testing/paths.ts';
import { representative } from '../../../testing/representative.ts';
import { sendSignal } from '../../../testing/send-signal.ts';
import { until } from '../../../testing/until.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import { packageRoot } from '../../../vectors/package-root.ts';
import type { Vector } from '../../../vectors/vector.ts';
import { UsageError } from '../../base/errors.ts';
import { Session } from '../../session/session.ts';
import type { TargetAnswer } from '../target.ts';
import { QemuTarget } from './qemu-target.ts';
import type { QemuSettings } from './settings.ts';

const { vectors, digest } = loadCorpus();

const chosen = (...starts: string[]): Vector[] =>
  vectors.filter(({ id }) => starts.some((start) => id.startsWith(start)));
const asked = (some: readonly Vector[]) => some.map((vector) => ({ id: vector.id, steps: expandVector(vector) }));

async function answersOf(target: QemuTarget, some: readonly Vector[]): Promise<TargetAnswer[]> {
  const answers: TargetAnswer[] = [];
  for await (const answer of target.run(asked(some))) answers.push(answer);
  return answers;
}

/** It writes past the end of the buffer of a unit (docs/field/qemu.md): the heap decides what comes of it. */
const OVERFLOWS = 'exceptions/length/mss-1448/limit/exact/ipv6';

/** A verdict as far as the vector and the device settle it. */
function settled({ vector, verdict, findings, reason }: VerdictEvent): string {
  // How the C library words it, the heap decides.
  return JSON.stringify([vector, verdict, findings, vector === OVERFLOWS ? undefined : reason]);
}

/** Verdicts as far as the vector and the device settle them. */
async function verdictsOf(planned: readonly Vector[], settings: Partial<QemuSettings> = {}): Promise<string[]> {
  const target = await QemuTarget.start({ settings });
  const verdicts: string[] = [];
  try {
    const sink = (event: { readonly type: string }): void => {
      if (event.type !== 'verdict') return;
      verdicts.push(settled(event as VerdictEvent));
    };
    await new Session({ target, planned, digest, sink }).run();
  } finally {
    await target.close();
  }
  return verdicts;
}

/** Process ids of what `pid` started and what those started. */
function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? [];
        return [[Number(name), Number(parent)] as const];
      } catch {
        return [];
      }
    });
  const children = parents.filter(([, parent]) => parent === pid).map(([child]) => child);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** Dead is enough: who reaps the orphans of a killed process is not ours to say. */
function isGone(pid: number): boolean {
  try {
    return / \(.*\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

/** Device files that a process has open. */
function tapsOf(pid: number): string[] {
  const files = readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });
  return files.filter((file) => /^\/dev\/tap\d+$/.test(file));
}

async function rejection(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

/** A report but for what names QEMU's package and the command. */
function body(report: string): string {
  return report.replace(/^Target: .*$/m, '').replaceAll(/^Again: .*$/gm, '');
}

/** Where QEMU or the rights are missing, only a CI has to have them. */
function canRun(): boolean {
  const hasQemu = spawnSync('qemu-system-x86_64', ['--version']).status === 0;
  return process.env['CI'] !== undefined || (process.getuid?.() === 0 && hasQemu);
}

/** The baseline of the QEMU that is installed. */
function ownBaseline(): string {
  const { stdout } = spawnSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' });
  const [, version] = /version (\d+\.\d+)/.exec(stdout) ?? [];
  const folder = join(packageRoot(), 'examples', 'qemu-baselines');
  const name = `${version}.json`;
  const names = readdirSync(folder);
  if (!names.includes(name))
    throw new Error(`QEMU ${version} has no baseline, only ${names.join(', ')}: CONTRIBUTING.md`);
  return join(folder, name);
}

/** Arguments of a run beside the baseline, with its events in this folder. */
function runInto(out: string): string[] {
  const baseline = ownBaseline();
  return [
    ...['run', '--target', 'qemu', '--no-config', '--baseline', baseline],
    ...['--reporter', 'none', '--out', out],
  ];
}

describe('target qemu', () => {
  before(function () {
    if (!canRun()) this.skip();
  });

  describe('over all vectors', () => {
    const out = mkdtempSync(join(tmpdir(), 'rsc-qemu-'));
    const verdicts = (folder: string): string[] =>
      readFileSync(join(folder, 'events.jsonl'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('{"type":"verdict"'))
        .map((line) => settled(JSON.parse(line) as VerdictEvent));
    let status: number;
    before(async () => {
      ({ status } = await commandIn(out, ...runInto('first')));
    });
    after(() => rmSync(out, { recursive: true }));

    it('finds what the report on it explains, and its baseline knows, and nothing else', async () => {
      expect(status).to.equal(0);
      const causes = join(packageRoot(), 'examples', 'qemu-causes.json');
      const report = await commandIn(out, 'causes', 'first/events.jsonl', '--causes', causes, '--out', 'qemu.md');
      expect(report.status, report.stderr).to.equal(0);
      expect(body(readFileSync(join(out, 'qemu.md'), 'utf8'))).to.equal(
        body(readFileSync(join(packageRoot(), 'docs', 'field', 'qemu.md'), 'utf8')),
      );
    });

    it('gives them the same verdicts again, although everything stops for a while', async () => {
      const chosen = new Set(representative(vectors));
      const again = vectors.filter((vector) => chosen.has(vector) || vector.id === OVERFLOWS).map(({ id }) => id);
      writeFileSync(join(out, 'again'), again.join('\n'));
      const args = [...runInto('second'), '--select-names', 'again'];
      const run = spawn(process.execPath, [MAIN, ...args], { cwd: out, stdio: 'ignore' });
      const ended = new Promise<number | null>((resolve) => run.on('exit', resolve));
      const pid = run.pid as number;
      // Its first events are in the file: it is in the middle of the vectors.
      const events = join(out, 'second', 'events.jsonl');
      await until(() => existsSync(events) && statSync(events).size > 0, 'the run is well on');
      const all = [pid, ...descendants(pid)];
      for (const each of all) sendSignal(each, 'SIGSTOP');
      // Longer than the device's timer, and than it takes for QEMU to count as hanging.
      await sleep(6000);
      for (const each of all) sendSignal(each, 'SIGCONT');
      expect(await ended).to.equal(status);
      const [first, second] = [verdicts(join(out, 'first')), verdicts(join(out, 'second'))];
      expect(first.length).to.equal(vectors.length);
      const played = new Set(again);
      expect(second).to.deep.equal(first.filter((_, i) => played.has((vectors[i] as Vector).id)));
      const died = first.filter((verdict) => verdict.includes('"error"'));
      expect(died.length).to.equal(1);
      expect(died[0]).to.include(OVERFLOWS);
    });
  });

  it('has the same answers on q35, on microvm with MMIO, and with merged buffers', async () => {
    const kinds = chosen('headers/', 'exceptions/length/', 'indication/switch/', 'out-of-band/');
    const some = representative(kinds).filter(({ id }) => id !== OVERFLOWS);
    expect(some.length).to.be.above(50);
    const first = await verdictsOf(some);
    expect(await verdictsOf(some, { machine: 'q35' })).to.deep.equal(first);
    expect(await verdictsOf(some, { machine: 'microvm' })).to.deep.equal(first);
    expect(await verdictsOf(some, { mergeable: true })).to.deep.equal(first);
  });

  it('has the same answers by the device’s own timer', async () => {
    const some = chosen('coalescing/runs/', 'indication/switch/off-mid-flow', 'out-of-band/count/mss');
    const expected = new Map((await verdictsOf(some)).map((verdict, i) => [some[i], verdict]));
    let left = some;
    // The timer may expire in the middle of a burst of a slow machine: what differs is played again with longer intervals.
    for (const intervalNs of [100_000_000, 500_000_000, 2_500_000_000]) {
      const verdicts = await verdictsOf(left, { clock: 'wall', intervalNs });
      left = left.filter((vector, i) => verdicts[i] !== expected.get(vector));
      if (left.length === 0) break;
    }
    expect(left.map(({ id }) => id)).to.deep.equal([]);
  });

  it('merges a run, and tells the count', async () => {
    const target = await QemuTarget.start();
    const [answer] = await answersOf(target, chosen('out-of-band/count/mss-1448/of-5/ipv4').slice(0, 1));
    await target.close();
    if (answer?.kind !== 'indications') throw new Error(JSON.stringify(answer));
    expect(answer.indications.map(({ frame, oob }) => [frame.length, oob.segCount, oob.dupAckCount])).to.deep.equal([
      [54 + 5 * 1448, 5, 0],
    ]);
  });

  it('survives QEMU’s death: an error with its last words, then on with another', async () => {
    const some = chosen('coalescing/runs/');
    const target = await QemuTarget.start();
    try {
      const whole = await answersOf(target, some);
      const dead = target.pid;
      sendSignal(dead, 'SIGKILL');
      const [first, ...rest] = await answersOf(target, some);
      expect(first?.kind === 'error' && first.message).to.match(/^QEMU ended by SIGKILL/);
      expect(rest).to.deep.equal(whole.slice(1));
      expect(target.pid).not.to.equal(dead);
      expect(isGone(dead)).to.equal(true);
    } finally {
      await target.close();
    }
  });

  it('calls a vector that QEMU hangs on an error', async () => {
    const some = chosen('coalescing/runs/').slice(0, 3);
    const target = await QemuTarget.start({ settings: { timeoutMs: 3000 } });
    try {
      const whole = await answersOf(target, some);
      sendSignal(target.pid, 'SIGSTOP');
      const [first, ...rest] = await answersOf(target, some);
      expect(first?.kind === 'error' && first.message).to.match(/^QEMU has not taken a frame for 3 s/);
      expect(rest).to.deep.equal(whole.slice(1));
    } finally {
      await target.close();
    }
  });

  it('says in one line why QEMU does not start', async () => {
    const absent = await rejection(QemuTarget.start({ settings: { path: '/nowhere/qemu' } }));
    expect((absent as UsageError).line).to.match(/there is no \/nowhere\/qemu \(.*apt-get install/);
    const other = await rejection(QemuTarget.start({ settings: { path: '/bin/echo' } }));
    expect((other as UsageError).line).to.match(/\/bin\/echo is not QEMU/);
    const refusing = await rejection(QemuTarget.start({ settings: { extra: ['-nonsense'] } }));
    expect(refusing).to.be.instanceOf(UsageError);
    expect((refusing as UsageError).line).to.match(/ended with status 1: .*-nonsense: invalid option/);
  });

  it('leaves nothing after, ended by SIGINT, SIGTERM or SIGKILL', async () => {
    const out = mkdtempSync(join(tmpdir(), 'rsc-qemu-'));
    const args = [MAIN, 'run', '--target', 'qemu', '--clock', 'wall', '--rsc-interval', '1000000', '--out', out];
    for (const [signal, status] of [
      ['SIGINT', 130],
      ['SIGTERM', 130],
      ['SIGKILL', null],
    ] as const) {
      const run = spawn(process.execPath, args, { stdio: 'ignore' });
      try {
        const ended = new Promise<number | null>((resolve) => run.on('exit', resolve));
        const pid = run.pid as number;
        // The first vector takes a second of the device's timer: the run is before it or in the middle of it.
        const hasBegun = (): boolean => descendants(pid).length > 1 && tapsOf(pid).length === 2;
        await until(() => existsSync(join(out, 'events.jsonl')) && hasBegun(), 'the run has begun');
        const started = descendants(pid);
        const taps = tapsOf(pid);
        run.kill(signal);
        expect(await ended).to.equal(status);
        await until(() => started.every(isGone), `${signal} ends all that was started`);
        await until(() => !taps.some((tap) => existsSync(tap)), 'the devices are gone');
      } finally {
        run.kill('SIGKILL');
        rmSync(join(out, 'events.jsonl'), { force: true });
      }
    }
    rmSync(out, { recursive: true });
  });
});
