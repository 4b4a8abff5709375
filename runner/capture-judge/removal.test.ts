/** Two captures of a device that conforms, with packets missing in either: nobody is accused. */

import { expect } from 'chai';
import fc from 'fast-check';
import { Coalescer } from '../../reference-impl/coalescer.ts';
import type { FrameStep } from '../../reference-impl/step.ts';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { failureTextsOf, judged } from '../../testing/capture-pair-scene.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { coalescerSubject } from '../selfcheck/subject.ts';

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
  coalescer.setRsc({ uro: true });
  const received: Uint8Array[] = [];
  for (const { frame, isLost, endsDpc } of sent) {
    if (!isLost) coalescer.receive(frame);
    if (endsDpc) received.push(...coalescer.endOfDpc().map((indication) => indication.frame));
  }
  return [...received, ...coalescer.endOfDpc().map((indication) => indication.frame)];
}

interface DatagramFlow {
  readonly ipv6: boolean;
  /** Whether the IPv4 Identification counts up, or is 0. */
  readonly isNumbered: boolean;
  readonly packets: readonly {
    readonly length: number;
    readonly isLost: boolean;
    readonly endsDpc: boolean;
    /** Its payload is that of another one. */
    readonly isAlike: boolean;
  }[];
}

const datagramFlows: fc.Arbitrary<DatagramFlow> = fc.record({
  ipv6: fc.boolean(),
  isNumbered: fc.boolean(),
  packets: fc.array(
    fc.record({
      length: fc.constantFrom(40, 40, 40, 40, 20, 0),
      isLost: fc.integer({ min: 0, max: 9 }).map((die) => die === 0),
      endsDpc: fc.integer({ min: 0, max: 3 }).map((die) => die === 0),
      isAlike: fc.integer({ min: 0, max: 4 }).map((die) => die === 0),
    }),
    { minLength: 2, maxLength: 40 },
  ),
});

function sentDatagrams({ ipv6, isNumbered, packets }: DatagramFlow): Sent[] {
  return packets.map(({ length, isLost, endsDpc, isAlike }, index) => {
    const place = isAlike ? 7 : index;
    const payload = Uint8Array.from({ length }, (_, i) => (place * 31 + i * 7) & 0xff);
    const hosts = ipv6
      ? { src: '2001:db8::1', dst: '2001:db8::2' }
      : { src: '10.0.0.1', dst: '10.0.0.2', id: isNumbered ? 100 + index : 0 };
    return { frame: buildFrame({ transport: 'udp', ...hosts, sport: 5000, dport: 443, payload }), isLost, endsDpc };
  });
}

/**
 * Vectors as pairs of captures, without those in which something is told beside a frame: that is in no capture. Nor those
 * of senders that use an Identification twice: what comes out twice then is held against the device.
 */
const corpus = loadCorpus()
  .vectors.map((vector) => ({ id: vector.id, steps: expandVector(vector) }))
  .filter(({ steps }) => !steps.some((step) => 'rx' in step && step.csum !== undefined) && !repeatsIds(steps));

function repeatsIds(steps: readonly FrameStep[]): boolean {
  const ids = steps
    .flatMap((step) => ('rx' in step ? [parseSegment(step.rx, new Segment())] : []))
    .filter(({ ipVersion, ipId }) => ipVersion === 4 && ipId !== 0)
    .map((segment) => `${segment.key.subarray(0, segment.hostWords).join()} ${segment.ipId}`);
  return new Set(ids).size < ids.length;
}

const holes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 60, maxLength: 60 });
const without = <T>(all: readonly T[], dice: readonly number[]): T[] => all.filter((_, i) => dice[i % 60] !== 0);

/** Each with packets missing in the sent capture, in the received one, and `isBoth`, in both. */
async function expectNoFailure(
  sent: readonly Uint8Array[],
  received: readonly Uint8Array[],
  sentHoles: readonly number[],
  receivedHoles: readonly number[],
  { mtu = 1500, isBoth = false }: { readonly mtu?: number; readonly isBoth?: boolean } = {},
): Promise<void> {
  const [fewerSent, fewerReceived] = [without(sent, sentHoles), without(received, receivedHoles)];
  for (const [a, b] of [
    [fewerSent, received],
    [sent, fewerReceived],
    ...(isBoth ? [[fewerSent, fewerReceived] as const] : []),
  ] as const) {
    expect(failureTextsOf(await judged(a, b, { mtu }))).to.deep.equal([]);
  }
}

describe('packets that a capture lacks', function () {
  this.timeout(0);
  const seed = Number(process.env['RSC_SEED'] ?? 1);
  const numRuns = Number(process.env['RSC_REMOVALS'] ?? 15);

  it('are never held against the device: TCP with loss and retransmissions', async () => {
    const law = fc.asyncProperty(flows, holes, holes, async (flow, sentHoles, receivedHoles) => {
      const sent = sentBy(flow);
      const frames = sent.map(({ frame }) => frame);
      await expectNoFailure(frames, receivedOf(sent), sentHoles, receivedHoles, { isBoth: true });
    });
    await fc.assert(law, { seed, numRuns });
  });

  it('are never held against the device: UDP, payloads that are alike among it', async () => {
    const law = fc.asyncProperty(datagramFlows, holes, holes, async (flow, sentHoles, receivedHoles) => {
      const sent = sentDatagrams(flow);
      const frames = sent.map(({ frame }) => frame);
      await expectNoFailure(frames, receivedOf(sent), sentHoles, receivedHoles, { isBoth: true });
    });
    await fc.assert(law, { seed, numRuns });
  });

  it('are never held against the device: the vectors', async () => {
    const reference = coalescerSubject();
    const law = fc.asyncProperty(fc.nat(corpus.length - 1), holes, holes, async (index, sentHoles, receivedHoles) => {
      const { steps, id } = corpus[index] as (typeof corpus)[number];
      const sent = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
      const received = reference(steps).indications.map(({ frame }) => frame);
      try {
        await expectNoFailure(sent, received, sentHoles, receivedHoles, { mtu: 9216 });
      } catch (error) {
        throw new Error(`${id}: ${(error as Error).message}`);
      }
    });
    await fc.assert(law, { seed, numRuns });
  });
});
