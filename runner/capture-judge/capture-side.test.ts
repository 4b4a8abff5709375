import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { type Captured, coalesced, failuresOf, judged, MSS, run, verdictOf } from '../../testing/capture-pair-scene.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { PcapngWriter } from '../captures/pcapng-writer.ts';
import { CapturePair } from './capture-pair.ts';
import type { ConnectionResult } from './connection.ts';
import { howFarJudged } from './how-far-judged.ts';
import { pairEvents } from './pair-events.ts';

interface Shot {
  readonly at: string;
  readonly frame: Uint8Array;
  readonly microseconds: number;
}

describe('a side of a pair of captures', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rsc-side-'));
  after(() => rmSync(folder, { recursive: true }));

  async function pcapng(name: string, shots: readonly Shot[]): Promise<string> {
    const path = join(folder, name);
    const writer = await PcapngWriter.create(path);
    const ids = new Map<string, number>();
    for (const { at } of shots) if (!ids.has(at)) ids.set(at, writer.addInterface(at));
    for (const { at, frame, microseconds } of shots)
      writer.write(frame, 1_700_000_000 + Math.floor(microseconds / 1e6), (microseconds % 1e6) * 1000, {
        from: ids.get(at) as number,
      });
    await writer.close();
    return path;
  }

  async function pcap(name: string, frames: readonly Captured[], seconds: number): Promise<string> {
    const path = join(folder, name);
    const writer = await PcapWriter.create(path);
    for (const frame of frames) writer.write(frame as Uint8Array, seconds, 0);
    await writer.close();
    return path;
  }

  const seenAt = (points: readonly string[], frames: readonly Uint8Array[]): Shot[] =>
    frames.flatMap((frame, i) => points.map((at, k) => ({ at, frame, microseconds: 1000 * i + k })));

  /** What the host sends back: pure ACKs that all differ. */
  const acks = (count: number): Uint8Array[] =>
    Array.from({ length: count }, (_, i) =>
      buildFrame({
        ...{ src: '10.0.0.2', dst: '10.0.0.1', sport: 80, dport: 5000, seq: 1, id: 900 + i, window: 500 },
        ack: (0xffff_f000 + (i + 1) * MSS) >>> 0,
      }),
    );

  it('takes a frame that a bond and its member both show for one, and two that are equal for two', async () => {
    const sent = run(24);
    const twice = buildFrame({
      src: '10.0.0.1',
      dst: '10.0.0.2',
      sport: 5000,
      dport: 80,
      id: 0,
      seq: 7,
      ack: 1,
      window: 9,
    });
    const received = coalesced(sent);
    const all = [twice, twice, ...sent];
    const shots = seenAt(['eth0', 'bond0'], [...[twice, twice], ...received]);
    const [result] = await judged(all, [], { received: [await pcapng('bond.pcapng', shots)] });
    expect(result?.counts).to.include({ frames: received.length + 2, unsent: 0, merged: 21 });
    expect(failuresOf([result as ConnectionResult])).to.deep.equal([]);
  });

  it('takes every frame of a packet monitor for one, where all appear several times both ways', async () => {
    const sent = run(32);
    const received = coalesced(sent, 4);
    const host = acks(8);
    const traffic = received.flatMap((frame, i) => [frame, host[i] as Uint8Array]);
    const shots = traffic.flatMap((frame, i) =>
      Array.from({ length: 3 }, (_, k) => ({ at: 'pktmon', frame, microseconds: 100 * i + k })),
    );
    const results = await judged([...sent, ...host], [], { received: [await pcapng('pktmon.pcapng', shots)] });
    expect(results.map(({ counts }) => counts.frames)).to.deep.equal([8, 8]);
    expect(failuresOf(results)).to.deep.equal([]);
    expect(results.map(verdictOf)).to.deep.equal(['pass', 'pass']);
  });

  it('still finds a device that repeats every frame: what the host sends is there once', async () => {
    const sent = run(32);
    const host = acks(8);
    const traffic = coalesced(sent, 4).flatMap((frame, i) => [frame, frame, host[i] as Uint8Array]);
    const results = await judged([...sent, ...host], traffic, { isDirect: true });
    expect(failuresOf(results)).to.include('I7 indications');
  });

  it('judges nothing that two interfaces show in different forms, and says how to choose', async () => {
    const sent = run(16);
    const received = coalesced(sent);
    const shots = [...seenAt(['raw'], sent), ...seenAt(['merged'], received)];
    shots.sort((a, b) => a.microseconds - b.microseconds);
    const file = await pcapng('forms.pcapng', shots);
    const [both] = await judged(sent, [], { received: [file] });
    expect(howFarJudged(both as ConnectionResult).extent).to.equal('not');
    expect(howFarJudged(both as ConnectionResult).left[0]).to.include('--received-interface chooses one');
    expect(failuresOf([both as ConnectionResult])).to.deep.equal([]);
    for (const [choice, frames] of [
      ['merged', received.length],
      ['0', sent.length],
    ] as const) {
      const [one] = await judged(sent, [], { received: [file], receivedInterfaces: [choice] });
      expect(one?.counts.frames, choice).to.equal(frames);
      expect(verdictOf(one), choice).to.equal('pass');
    }
  });

  it('refuses an interface that no file has, and one of a format that names none', async () => {
    const sent = run(2);
    const named = await pcapng('named.pcapng', seenAt(['eth0', 'eth1'], sent));
    const refused = async (options: object): Promise<string> =>
      judged(sent, sent, options).then(
        () => 'nothing',
        (error: Error) => error.message,
      );
    expect(await refused({ received: [named], receivedInterfaces: ['eth7'] })).to.match(
      /--received-interface eth7.*no such interface/,
    );
    expect(await refused({ sentInterfaces: ['eth0'] })).to.match(/classic pcap, which names no interfaces/);
  });

  it('names packets of rotated files by file, and judges across the cut', async () => {
    const sent = run(24);
    const received = coalesced(sent);
    const lost = received.filter((_, i) => i !== 1);
    const files = [await pcap('late.pcap', sent.slice(10), 60), await pcap('early.pcap', sent.slice(0, 10), 30)];
    const places: string[] = [];
    const results: ConnectionResult[] = [];
    const pair = new CapturePair({
      ...{
        sent: files,
        received: [await pcap('r.pcap', lost, 61)],
        allowsSenderOffload: false,
        mtu: 1500,
        stripTags: false,
      },
      capabilities: (await import('../capture-judge/capture-capabilities.ts')).captureCapabilities(
        (await import('../capabilities/capabilities.ts')).DEFAULT_CAPABILITIES,
      ),
      result: (result) => results.push(result),
    });
    await pair.run();
    const { verdict } = pairEvents('x', results[0] as ConnectionResult, [], { places: pair.places });
    places.push(...verdict.findings.map(({ message }) => message));
    expect(verdict.verdict).to.equal('warn');
    expect(places[0]).to.include('sent packets 9 of early.pcap to 6 of late.pcap');
    expect(pair.totals.sent).to.deep.include({ files, packets: 24, interfaces: [] });
    expect(pair.totals.sent.time).to.deep.include({ seconds: 30 });
  });

  it('bounds how far apart the clocks are, by what goes to the host and what comes from it', async () => {
    const sent = run(16);
    const received = coalesced(sent, 4);
    const host = acks(4);
    const shifted = (shots: readonly Shot[], by: number): Shot[] =>
      shots.map((shot) => ({ ...shot, microseconds: shot.microseconds + by }));
    // 200 us on the way, 50 us until the host answers; the received capture's clock is 3 s ahead.
    const data = sent.map((frame, i) => ({ at: 'a', frame, microseconds: 1000 * i }));
    const units = received.map((frame, i) => ({ at: 'b', frame, microseconds: 1000 * (4 * i + 3) + 200 }));
    const answers = host.map((frame, i) => ({ at: 'b', frame, microseconds: 1000 * (4 * i + 3) + 250 }));
    const byTime = (shots: Shot[]): Shot[] => shots.sort((x, y) => x.microseconds - y.microseconds);
    const one = (shots: readonly Shot[], at: string): Shot[] => shots.map((shot) => ({ ...shot, at }));
    const results = await judged([], [], {
      sent: [await pcapng('clock-s.pcapng', byTime([...data, ...one(shifted(answers, 200), 'a')]))],
      received: [await pcapng('clock-r.pcapng', byTime(shifted([...units, ...answers], 3_000_000)))],
    });
    const [towards, back] = results.map(({ clock }) => clock);
    expect(towards?.least).to.be.closeTo(3.0002, 1e-6);
    expect(back?.most).to.be.closeTo(2.9998, 1e-6);
  });
});
