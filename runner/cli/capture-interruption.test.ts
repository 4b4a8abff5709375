/** A signal ends the commands that read captures, also while they wait for more, and what was done by then is written. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import type { RunEvent } from '../../reports/events.ts';
import { pcapBytes, plain, readAll, testFolder } from '../../testing/capture-fixtures.ts';
import { MAIN } from '../../testing/paths.ts';
import { until } from '../../testing/until.ts';

const MICROSECONDS = 0xa1b2_c3d4;

describe('a signal while captures are read', () => {
  if (process.platform !== 'linux') return;
  const folder = testFolder();
  const pipe = join(folder, 'pipe');
  let feed: number | undefined;
  let running: ChildProcess | undefined;

  beforeEach(() => {
    rmSync(pipe, { force: true });
    execFileSync('mkfifo', [pipe]);
  });
  afterEach(() => {
    if (feed !== undefined) closeSync(feed);
    feed = undefined;
    if (running?.exitCode === null && running.signalCode === null) running.kill('SIGKILL');
  });

  const bytes = pcapBytes(
    true,
    MICROSECONDS,
    1,
    [0, 1, 2, 3].map((i) =>
      plain([
        ...buildFrame({
          ...{ src: '10.0.0.1', dst: '10.0.0.2', sport: 7, dport: 80, id: i + 1, seq: 100 * i, ack: 1, window: 9 },
          payload: new Uint8Array(100).fill(i),
        }),
      ]),
    ),
  );

  /** Starts a command that reads the pipe, which holds four segments, or nothing, and is never closed. */
  function started(
    args: readonly string[],
    held: Uint8Array = bytes,
  ): Promise<{ status: number | null; out: string; err: string }> {
    const child = spawn(process.execPath, [MAIN, ...args], { cwd: folder });
    running = child;
    const output = { out: '', err: '' };
    child.stdout.on('data', (chunk) => {
      output.out += chunk;
    });
    child.stderr.on('data', (chunk) => {
      output.err += chunk;
    });
    feed = openSync(pipe, 'r+');
    writeSync(feed, held);
    return new Promise((resolve) => child.once('close', (status) => resolve({ status, ...output })));
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends coalesce (${signal}), and writes what it merged`, async () => {
      const out = join(folder, 'out.pcap');
      rmSync(out, { force: true });
      const ended = started(['coalesce', pipe, '--out', out]);
      // It creates the file when it has the first packets.
      await until(() => existsSync(out), 'the output is begun');
      running?.kill(signal);
      const { status, err } = await ended;
      expect({ status, packets: (await readAll(out)).packets.length }).to.deep.equal({ status: 130, packets: 1 });
      expect(err)
        .to.match(/4 frames in, in 1 DPC; 1 frame out/)
        .and.match(/Interrupted/);
    });
  }

  it('ends judge, and writes its reports', async () => {
    const events = join(folder, 'rsc-results/events.jsonl');
    writeFileSync(join(folder, 'received.pcap'), bytes);
    const ended = started(['judge', '--sent', pipe, '--received', 'received.pcap']);
    await until(() => existsSync(events), 'the session is begun');
    running?.kill('SIGTERM');
    const { status } = await ended;
    expect(status).to.equal(130);
    const lines = readFileSync(events, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent);
    expect(lines[0])
      .to.have.property('partial')
      .that.matches(/^interrupted after/);
    expect(lines.at(-1)?.type).to.equal('end');
    expect(existsSync(join(folder, 'rsc-results/junit.xml'))).to.equal(true);
  });

  /** Pure ACKs with SACK among them, two by two in another order: no frame is explained without a closer look. */
  function swappedAcks(): { sent: Uint8Array; received: Uint8Array } {
    const frames = Array.from({ length: 4000 }, (_, i) =>
      buildFrame({
        ...{ src: '10.0.0.1', dst: '10.0.0.2', sport: 7, dport: 80, id: 0, seq: 1000 },
        ...{ ack: 1 + Math.floor(i / 6), window: 500 + (i % 2) },
        ...(i % 2 === 0 ? { options: '0101050a0000100000001100' } : {}),
      }),
    );
    const capture = (all: readonly Uint8Array[]): Uint8Array =>
      pcapBytes(
        true,
        MICROSECONDS,
        1,
        all.map((frame) => plain([...frame])),
      );
    return { sent: capture(frames), received: capture(frames.map((_, i) => frames[i ^ 1] as Uint8Array)) };
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    it(`ends judge (${signal}) within a closer look at a connection, and writes its reports`, async () => {
      const { sent, received } = swappedAcks();
      writeFileSync(join(folder, 'acks.pcap'), sent);
      writeFileSync(join(folder, 'swapped.pcap'), received);
      // Says when each look begins.
      const transport = pathToFileURL(join(dirname(MAIN), '../capture-judge/tcp-transport.js')).href;
      writeFileSync(
        join(folder, 'looks.mjs'),
        `import { writeSync } from 'node:fs';
         import { tcpTransport } from ${JSON.stringify(transport)};
         const { explain } = tcpTransport;
         tcpTransport.explain = (...question) => { writeSync(1, '<look>'); return explain(...question); };`,
      );
      const args = ['judge', '--sent', 'acks.pcap', '--received', 'swapped.pcap', '--out', signal];
      const child = spawn(
        process.execPath,
        ['--import', pathToFileURL(join(folder, 'looks.mjs')).href, MAIN, ...args],
        {
          cwd: folder,
        },
      );
      running = child;
      let looks = 0;
      let atSignal = 0;
      child.stdout.on('data', (chunk) => {
        looks += String(chunk).split('<look>').length - 1;
        if (atSignal > 0 || looks === 0) return;
        atSignal = looks;
        child.kill(signal);
      });
      child.stderr.resume();
      const [status] = await once(child, 'close');
      expect(status).to.equal(130);
      // All would be over a hundred.
      expect(looks - atSignal).to.be.lessThan(20);
      const events = readFileSync(join(folder, signal, 'events.jsonl'), 'utf8')
        .trimEnd()
        .split('\n');
      expect((JSON.parse(events[0] as string) as RunEvent & { partial?: string }).partial).to.match(
        /^interrupted after/,
      );
      expect(existsSync(join(folder, signal, 'junit.xml'))).to.equal(true);
    });
  }

  /** It has opened the pipe, and waits for what is not there. */
  async function waits(): Promise<void> {
    const folderOf = `/proc/${running?.pid}/fd`;
    const isOpen = (): boolean => readdirSync(folderOf).some((one) => linkOf(join(folderOf, one)) === pipe);
    await until(isOpen, 'the pipe is open');
  }

  for (const [name, args] of [
    ['judge, and writes its reports', ['judge', '--sent', pipe, '--received', 'received.pcap', '--out', 'opening']],
    ['judge, which opens the second', ['judge', '--sent', 'received.pcap', '--received', pipe, '--out', 'second']],
    ['inspect', ['inspect', pipe]],
  ] as const) {
    it(`ends ${name}, while captures are opened`, async () => {
      writeFileSync(join(folder, 'received.pcap'), bytes);
      const ended = started(args, new Uint8Array(0));
      await waits();
      running?.kill('SIGINT');
      const { status } = await ended;
      expect(status).to.equal(130);
      const out = args.at(args.indexOf('--out') + 1);
      if (args[0] === 'judge')
        expect(readFileSync(join(folder, `${out}/events.jsonl`), 'utf8')).to.match(/interrupted after 0 packets/);
    });
  }
});

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    // It was closed since it was listed.
    return undefined;
  }
}
