/** Two captures of a device that conforms, with packets missing in either: nothing fails. */

import { expect } from 'chai';
import fc from 'fast-check';
import type { FrameStep } from '../../reference-impl/step.ts';
import { parseSegment, Segment } from '../../reference-impl/wire/segment.ts';
import { failureTextsOf, judged } from '../../testing/capture-pair-scene.ts';
import { OFFLOADED_MTU, offloaded, offloadedFlows } from '../../testing/offloaded-flows.ts';
import { receivedOf, type Sent, sentDatagrams, sentSegments, tcpFlows, udpFlows } from '../../testing/sent-flows.ts';
import { loadCorpus } from '../../vectors/corpus.ts';
import { expandVector } from '../../vectors/expand.ts';
import { coalescerSubject } from '../selfcheck/subject.ts';
import type { ConnectionResult } from './connection.ts';
import { howFarJudged } from './how-far-judged.ts';
import { pairEvents } from './pair-events.ts';

/**
 * Vectors as pairs of captures, without those in which a frame has out-of-band values: they are in no capture. Nor those
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

interface Holes {
  readonly sent: readonly number[];
  readonly received: readonly number[];
}

const dice = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 60, maxLength: 60 });
const bothHoles: fc.Arbitrary<Holes> = fc.record({ sent: dice, received: dice });
const without = <T>(all: readonly T[], rolled: readonly number[]): T[] => all.filter((_, i) => rolled[i % 60] !== 0);

/** With packets missing in the sent capture, in the received one, and of a single connection, `isFlow`, in both. */
async function expectNoFailure(
  sent: readonly Uint8Array[],
  received: readonly Uint8Array[],
  holes: Holes,
  { mtu = 1500, isFlow = false, isDirect = false, allowsSenderOffload = false } = {},
): Promise<void> {
  const [fewerSent, fewerReceived] = [without(sent, holes.sent), without(received, holes.received)];
  for (const [a, b] of [
    [fewerSent, received],
    [sent, fewerReceived],
    ...(isFlow ? [[fewerSent, fewerReceived] as const] : []),
  ] as const) {
    const results = await judged(a, b, { mtu, isDirect, allowsSenderOffload });
    expect(failureTextsOf(results)).to.deep.equal([]);
    const isLess = received.some((frame) => !b.includes(frame) && parseSegment(frame, new Segment()).payloadLength > 0);
    if (isFlow && a === sent && isLess) for (const result of results) expectNotWhole(result);
  }
}

/** What is missing in the received capture is reported; a segment without payload may have joined another. */
function expectNotWhole(result: ConnectionResult): void {
  const { verdict } = pairEvents('x', result, []).verdict;
  expect(verdict !== 'pass' || howFarJudged(result).extent !== 'judged').to.equal(true, JSON.stringify(result.counts));
}

/** A flow as both captures saw it: the law, and where nothing was late on the way, also of captures between which nothing reorders. */
async function expectLaw(sent: readonly Sent[], received: readonly Uint8Array[], holes: Holes): Promise<void> {
  const frames = sent.map(({ frame }) => frame);
  expect(failureTextsOf(await judged(frames, received))).to.deep.equal([]);
  await expectNoFailure(frames, received, holes, { isFlow: true });
  const isDirect = sent.every(({ late }) => late === 0);
  if (isDirect) await expectNoFailure(frames, received, holes, { isDirect, isFlow: true });
}

describe('packets that a capture lacks', () => {
  const seed = Number(process.env['RSC_SEED'] ?? 1);
  const numRuns = Number(process.env['RSC_REMOVALS'] ?? 15);

  it('are never held against the device: TCP with loss, retransmissions and packets that are late', async () => {
    const law = fc.asyncProperty(tcpFlows, bothHoles, async (flow, holes) => {
      const sent = sentSegments(flow);
      await expectLaw(sent, receivedOf(sent, flow), holes);
    });
    await fc.assert(law, { seed, numRuns });
  });

  it('are never held against the device: TCP that the sender’s NIC segments, BIG TCP among it', async () => {
    const law = fc.asyncProperty(offloadedFlows, bothHoles, async (flow, holes) => {
      const { before, wire } = offloaded(flow);
      const received = receivedOf(wire);
      const options = { mtu: OFFLOADED_MTU, allowsSenderOffload: true };
      const results = await judged(before, received, options);
      expect(failureTextsOf(results)).to.deep.equal([]);
      for (const { counts } of results) expect(counts.unsent).to.equal(0);
      await expectNoFailure(before, received, holes, options);
      await expectNoFailure(before, received, holes, { mtu: OFFLOADED_MTU });
    });
    await fc.assert(law, { seed, numRuns });
  });

  it('are never held against the device: UDP, payloads that are alike among it', async () => {
    const law = fc.asyncProperty(udpFlows, bothHoles, async (flow, holes) => {
      const sent = sentDatagrams(flow);
      await expectLaw(sent, receivedOf(sent, { ...flow, uro: true }), holes);
    });
    await fc.assert(law, { seed, numRuns });
  });

  it('are never held against the device: the vectors', async () => {
    const reference = coalescerSubject();
    const law = fc.asyncProperty(fc.nat(corpus.length - 1), bothHoles, async (index, holes) => {
      const { steps, id } = corpus[index] as (typeof corpus)[number];
      const sent = steps.flatMap((step) => ('rx' in step ? [step.rx] : []));
      const received = reference(steps).indications.map(({ frame }) => frame);
      try {
        await expectNoFailure(sent, received, holes, { mtu: 9216 });
      } catch (error) {
        throw new Error(`${id}: ${(error as Error).message}`);
      }
    });
    await fc.assert(law, { seed, numRuns });
  });
});
