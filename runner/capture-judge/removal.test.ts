/** Two captures of a device that conforms, with packets missing in either: nobody is accused. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { CapturePair } from './capture-pair.ts';
import { pairEvents } from './pair-events.ts';

const LENGTH = 40;

/** One packet on the sender's side: what it carries, whether it got lost on the way, whether a DPC ends behind it. */
interface Sent {
  readonly frame: Uint8Array;
  readonly isLost: boolean;
  readonly endsDpc: boolean;
}

interface Flow {
  readonly ipv6: boolean;
  readonly timestamps: boolean;
  /** A lost segment is sent again so many packets later. */
  readonly later: number;
  readonly packets: readonly { readonly isLost: boolean; readonly endsDpc: boolean; readonly wait: number }[];
}

const flows: fc.Arbitrary<Flow> = fc.record({
  ipv6: fc.boolean(),
  timestamps: fc.boolean(),
  later: fc.integer({ min: 1, max: 6 }),
  packets: fc.array(
    fc.record({
      isLost: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
      endsDpc: fc.integer({ min: 0, max: 3 }).map((die) => die === 0),
      wait: fc.integer({ min: 0, max: 3 }),
    }),
    { minLength: 2, maxLength: 40 },
  ),
});

/** A sender that sends anew what got lost; every packet has an Identification of its own, and later ones a later time. */
function sentBy({ ipv6, timestamps, later, packets }: Flow): Sent[] {
  const sent: Sent[] = [];
  const again: { readonly index: number; readonly at: number }[] = [];
  let next = 0;
  let time = 1000;
  const send = (index: number, isLost: boolean, endsDpc: boolean): void => {
    const payload = Uint8Array.from({ length: LENGTH }, (_, i) => (index * 31 + i * 7) & 0xff);
    const frame = buildFrame({
      ...(ipv6
        ? { src: '2001:db8::1', dst: '2001:db8::2' }
        : { src: '10.0.0.1', dst: '10.0.0.2', id: 100 + sent.length }),
      ...{ sport: 5000, dport: 80, seq: (0xffff_ff00 + index * LENGTH) >>> 0, ack: 1, window: 500, payload },
      ...(timestamps ? { timestamps: [time, 7] as const } : {}),
    });
    sent.push({ frame, isLost, endsDpc });
  };
  for (const { isLost, endsDpc, wait } of packets) {
    time += wait;
    while (again[0] !== undefined && sent.length >= again[0].at) {
      time += 1;
      send((again.shift() as { readonly index: number }).index, false, true);
    }
    if (isLost) again.push({ index: next, at: sent.length + later });
    send(next++, isLost, endsDpc);
  }
  // A timer at the end of the flow.
  time += 200;
  for (const { index } of again) send(index, false, true);
  return sent;
}

function receivedOf(sent: readonly Sent[]): Uint8Array[] {
  const coalescer = new Coalescer();
  const received: Uint8Array[] = [];
  for (const { frame, isLost, endsDpc } of sent) {
    if (!isLost) coalescer.receive(frame);
    if (endsDpc) received.push(...coalescer.endOfDpc().map((indication) => indication.frame));
  }
  return [...received, ...coalescer.endOfDpc().map((indication) => indication.frame)];
}

describe('packets that a capture lacks', function () {
  this.timeout(600_000);
  const folder = mkdtempSync(join(tmpdir(), 'rsc-removal-'));
  after(() => rmSync(folder, { recursive: true }));

  async function capture(name: string, frames: readonly Uint8Array[]): Promise<string> {
    const path = join(folder, name);
    const writer = await PcapWriter.create(path);
    for (const frame of frames) writer.write(frame, 0, 0);
    await writer.close();
    return path;
  }

  async function verdictOn(sent: readonly Uint8Array[], received: readonly Uint8Array[]): Promise<string> {
    const said: string[] = [];
    const pair = new CapturePair({
      sent: await capture('sent.pcap', sent),
      received: await capture('received.pcap', received),
      capabilities: { ...DEFAULT_CAPABILITIES, checksums: 'unknown', boundary: 'none', metadata: 'off' },
      allowsSenderOffload: false,
      mtu: 1500,
      stripTags: false,
      result: (result) => {
        const { verdict } = pairEvents('x', result, []).verdict;
        const { findings } = pairEvents('x', result, []).verdict;
        if (verdict === 'fail')
          said.push(
            ...findings
              .filter(({ level }) => level !== 'should')
              .map((one) => `${one.rule} ${one.field}: ${one.message}`),
          );
      },
    });
    await pair.run();
    return said.join('\n');
  }

  it('are never held against the device', async () => {
    const holes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 60, maxLength: 60 });
    const without = <T>(all: readonly T[], dice: readonly number[]): T[] => all.filter((_, i) => dice[i % 60] !== 0);
    await fc.assert(
      fc.asyncProperty(flows, holes, holes, async (flow, sentHoles, receivedHoles) => {
        const sent = sentBy(flow);
        const frames = sent.map(({ frame }) => frame);
        expect(await verdictOn(without(frames, sentHoles), receivedOf(sent))).to.equal('');
        expect(await verdictOn(frames, without(receivedOf(sent), receivedHoles))).to.equal('');
        expect(await verdictOn(without(frames, sentHoles), without(receivedOf(sent), receivedHoles))).to.equal('');
      }),
      {
        interruptAfterTimeLimit: 120_000,
        markInterruptAsFailure: false,
        numRuns: Number(process.env['RSC_REMOVALS'] ?? 40),
      },
    );
  });
});
