import { join } from 'node:path';
import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import { setU16 } from '../../reference-impl/wire/bytes.ts';
import { fold } from '../../reference-impl/wire/checksum.ts';
import { TcpAt } from '../../reference-impl/wire/fields.ts';
import { parseSegment, pseudoHeaderSum, Segment } from '../../reference-impl/wire/segment.ts';
import type { RunEvent, VerdictEvent } from '../../reports/events.ts';
import { testFolder } from '../../testing/capture-fixtures.ts';
import { Capture } from '../captures/capture.ts';
import { PcapWriter } from '../captures/pcap-writer.ts';
import { Session } from '../session/session.ts';
import { ReferenceTarget } from '../targets/reference/reference-target.ts';
import type { Target } from '../targets/target.ts';
import { type CaptureVectors, type CaptureVectorsOptions, captureVectors } from './capture-vectors.ts';

const ALL: CaptureVectorsOptions = { dpc: { frames: 3 }, most: 1000, takesPartial: false };

function segment(index: number): Uint8Array {
  const payload = new Uint8Array(100).fill(index);
  return buildFrame({ src: '10.0.0.1', dst: '10.0.0.2', sport: 1000, dport: 80, seq: index * 100, payload });
}

/** As a sender with checksum offload leaves it. */
function unfilled(frame: Uint8Array): Uint8Array {
  const parsed = parseSegment(frame, new Segment());
  setU16(frame, parsed.tcpOffset + TcpAt.checksum, fold(pseudoHeaderSum(parsed, parsed.ipEnd - parsed.tcpOffset)));
  return frame;
}

describe('a capture as vectors', () => {
  const folder = testFolder();

  async function read(
    frames: readonly { frame: Uint8Array; length?: number }[],
    options: Partial<CaptureVectorsOptions> = {},
  ): Promise<CaptureVectors> {
    const file = join(folder, 'in.pcap');
    const writer = await PcapWriter.create(file);
    for (const [i, { frame, length = frame.length }] of frames.entries()) writer.write(frame, 10, i * 1000, length);
    await writer.close();
    return captureVectors(await Capture.open(file), { ...ALL, ...options });
  }

  async function play(target: Target, { vectors, steps }: CaptureVectors): Promise<VerdictEvent[]> {
    const verdicts: VerdictEvent[] = [];
    const sink = (event: RunEvent): void => {
      if (event.type === 'verdict') verdicts.push(event);
    };
    await new Session({ target, planned: vectors, expand: ({ id }) => steps.get(id) ?? [], digest: '', sink }).run();
    return verdicts;
  }

  const seven = [0, 1, 2, 3, 4, 5, 6].map((i) => ({ frame: segment(i) }));

  it('is a vector a DPC, named by its packets', async () => {
    const { vectors, steps, frames, isCut } = await read(seven);
    expect({ frames, isCut }).to.deep.equal({ frames: 7, isCut: false });
    expect(vectors.map(({ id }) => id)).to.deep.equal([
      'replay/000001-000003',
      'replay/000004-000006',
      'replay/000007-000007',
    ]);
    expect(steps.get('replay/000004-000006')).to.deep.equal([
      ...[3, 4, 5].map((i) => ({ rx: Uint8Array.from(segment(i)) })),
      { dpc: true },
    ]);
  });

  it('leaves out what the capture cut, and says that there is more', async () => {
    const cut = await read([
      { frame: segment(0) },
      { frame: segment(1).slice(0, 60), length: 154 },
      { frame: segment(2) },
    ]);
    expect(cut.cutFrames).to.equal(1);
    expect(cut.steps.get('replay/000001-000003')).to.have.length(3);
    const more = await read(seven, { most: 4 });
    expect(more).to.deep.include({ frames: 4, isCut: true });
    expect(more.vectors.at(-1)?.id).to.equal('replay/000004-000004');
  });

  it('marks a checksum that was never filled in, if asked', async () => {
    const left = [{ frame: unfilled(segment(0)) }, { frame: segment(1) }];
    expect((await read(left)).unfilled).to.equal(1);
    expect((await read(left)).steps.get('replay/000001-000002')?.[0]).not.to.have.property('csum');
    const marked = await read(left, { takesPartial: true });
    expect(marked.steps.get('replay/000001-000002')?.[0]).to.have.property('csum', 'partial');
  });

  it('is judged: the reference conforms, a target that loses a frame does not', async () => {
    const recorded = await read(seven);
    expect((await play(new ReferenceTarget(), recorded)).map(({ verdict }) => verdict)).to.deep.equal([
      'pass',
      'pass',
      'pass',
    ]);
    const reference = new ReferenceTarget();
    const loses: Target = {
      name: 'loses',
      version: '1',
      capabilities: reference.capabilities,
      run: (vectors) => reference.run(vectors.map(({ id, steps }) => ({ id, steps: steps.slice(1) }))),
      close: async () => {},
    };
    const verdicts = await play(loses, recorded);
    expect(verdicts.map(({ verdict }) => verdict)).to.deep.equal(['fail', 'fail', 'fail']);
    expect(verdicts.flatMap(({ findings }) => findings.map(({ rule }) => rule))).to.include('I7');
  });
});
