import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { expect } from 'chai';
import { parseSegment, Segment } from '../../../reference-impl/wire/segment.ts';
import { loadCorpus } from '../../../vectors/corpus.ts';
import { expandVector } from '../../../vectors/expand.ts';
import { parsed } from '../../judge/arrival.ts';
import { outOfBandOf } from '../../rsc-line/virtio-oob.ts';
import { GuestMemory } from './guest-memory.ts';
import { whyNotCarried } from './macvtap-pair.ts';
import { fenceFrame, readMarker, resetFrames } from './marker-frames.ts';
import { Qtest, QtestError } from './qtest.ts';
import { scriptOf } from './script.ts';
import { Virtqueue } from './virtqueue.ts';

describe('qtest client', () => {
  const pair = (): { qtest: Qtest; peer: ReturnType<typeof duplexPair>[1] } => {
    const [ours, peer] = duplexPair();
    return { qtest: new Qtest(ours), peer };
  };

  it('takes answers in the order asked, in any pieces, and leaves interrupts out', async () => {
    const { qtest, peer } = pair();
    const answers = Promise.all([qtest.read32(0x10), qtest.ask('endianness')]);
    peer.write('OK 0x1f');
    peer.write('2\nIRQ raise 4\nOK litt');
    peer.write('le\n');
    expect(await answers).to.deep.equal([0x1f2, 'little']);
  });

  it('tells a refusal with what was asked, and an end to all who wait', async () => {
    const { qtest, peer } = pair();
    const refused = qtest.ask('clock_step 5').catch((error: unknown) => error);
    peer.write('FAIL Unknown command\n');
    expect(await refused).to.be.instanceOf(QtestError);
    expect(((await refused) as Error).message).to.match(/FAIL Unknown command.*clock_step 5/);
    const waiting = qtest.ask('endianness').catch((error: unknown) => error);
    peer.end();
    expect(await waiting).to.be.instanceOf(QtestError);
    expect(qtest.failure).to.be.instanceOf(QtestError);
  });
});

describe('virtqueue', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rsc-ring-'));
  const memory = new GuestMemory(join(directory, 'memory'), 0x10_000);
  after(() => {
    memory.close();
    rmSync(directory, { recursive: true });
  });

  /** As a device does it. */
  function use(ring: Virtqueue, at: number, id: number, length: number): void {
    const element = Buffer.alloc(8);
    element.writeUInt32LE(id, 0);
    element.writeUInt32LE(length, 4);
    memory.write(ring.used + 4 + 8 * (at % ring.size), element);
    memory.write16(ring.used + 2, at + 1);
  }

  it('follows its running numbers around the ring and around 2^16', () => {
    const ring = new Virtqueue(memory, 0x1000, 8);
    const all = [0, 1, 2, 3, 4, 5, 6, 7];
    for (let at = 0; at < 66_000; at += 8) {
      ring.offer(all);
      for (const id of all) use(ring, at + id, id, at);
      if (ring.reap().length !== 8) throw new Error(`not all at ${at}`);
    }
    expect(memory.read16(ring.available + 2)).to.equal(66_000 & 0xffff);
    use(ring, 66_000, 5, 77);
    expect(ring.reap()).to.deep.equal([{ id: 5, length: 77 }]);
    expect(ring.reap()).to.deep.equal([]);
  });

  it('reaps what was used across the end of the ring', () => {
    const ring = new Virtqueue(memory, 0x1000, 8);
    for (let at = 0; at < 6; at++) use(ring, at, at, 1);
    ring.reap();
    for (let at = 6; at < 12; at++) use(ring, at, at % 8, 1);
    expect(ring.reap().map(({ id }) => id)).to.deep.equal([6, 7, 0, 1, 2, 3]);
  });
});

describe('frames of our own', () => {
  const frames = loadCorpus().vectors.flatMap((vector) =>
    expandVector(vector).flatMap((step) => ('rx' in step ? [step.rx] : [])),
  );

  it('are distinguished from every frame of the corpus', () => {
    expect(readMarker(fenceFrame(77, false))).to.deep.equal({ fence: 77 });
    expect(readMarker(fenceFrame(0xffff_ffff, true))).to.deep.equal({ fence: 0xffff_ffff });
    for (const frame of frames) expect(readMarker(frame)).to.equal(undefined);
  });

  it('end each connection once, with a plain reset whose checksums are right', () => {
    const vector = loadCorpus().vectors.find(({ connections }) => connections.length > 3);
    const own = expandVector(vector as NonNullable<typeof vector>).flatMap((step) => ('rx' in step ? [step.rx] : []));
    const resets = resetFrames(own);
    expect(resets.length).to.equal(vector?.connections.length);
    for (const frame of [...resets, ...resetFrames(frames.slice(0, 500))]) {
      expect(readMarker(frame)).to.equal('reset');
      const segment = parsed(frame);
      expect([segment.kind, segment.ipChecksum, segment.tcpChecksum]).to.deep.equal([
        'segment',
        segment.ipVersion === 4 ? 'right' : segment.ipChecksum,
        'right',
      ]);
    }
    expect(parseSegment(resets[0] as Uint8Array, new Segment()).payloadLength).to.equal(0);
  });
});

describe('script', () => {
  it('refuses what the wire does not carry', () => {
    expect(scriptOf([{ rx: new Uint8Array(13) }, { dpc: true }])).to.match(/13 bytes/);
    expect(whyNotCarried(new Uint8Array(65_550))).to.match(/longer/);
    expect(whyNotCarried(new Uint8Array(65_549))).to.equal(undefined);
  });

  it('knows which frames are marked partial, and refuses what cannot be marked', () => {
    const [plain, marked] = [new Uint8Array(60), new Uint8Array(60)];
    const script = scriptOf([{ rx: plain }, { rx: marked, csum: 'partial' }, { dpc: true }]);
    if (typeof script === 'string') throw new Error(script);
    expect([script.partial.has(plain), script.partial.has(marked)]).to.deep.equal([false, true]);
    expect(scriptOf([{ rx: plain, csum: 'unnecessary' }, { dpc: true }])).to.match(/DATA_VALID/);
  });

  it('ends a section at a DPC and at a setting, and a DPC of its own where the vector has none', () => {
    const frame = new Uint8Array(60);
    const script = scriptOf([{ rx: frame }, { set: { rsc4: false } }, { rx: frame }, { dpc: true }, { rx: frame }]);
    if (typeof script === 'string') throw new Error(script);
    expect(script.isPlain).to.equal(false);
    expect(script.sections.map(({ step, endsDpc, frames: { length } }) => [step, endsDpc, length])).to.deep.equal([
      [1, false, 1],
      [3, true, 1],
      [5, true, 1],
    ]);
  });
});

describe('out-of-band data of a virtio header', () => {
  const header = { flags: 0, gsoType: 0, hdrLen: 0, gsoSize: 0, csumStart: 9, csumOffset: 3, numBuffers: 1 };

  it('has counts only with RSC_INFO, and a verdict only on what is no unit', () => {
    expect(outOfBandOf(header, true)).to.deep.equal({ segCount: 0, dupAckCount: 0, tcpChecksum: 'none' });
    expect(outOfBandOf({ ...header, flags: 4, gsoType: 1 }, true)).to.deep.equal({ segCount: 9, dupAckCount: 3 });
    expect(outOfBandOf({ ...header, flags: 2 }, false)).to.deep.equal({ tcpChecksum: 'ok' });
    expect(outOfBandOf({ ...header, flags: 1 }, false)).to.deep.equal({ tcpChecksum: 'partial' });
  });
});
