import { expect } from 'chai';
import { buildFrame } from '../../../reference-impl/wire/build.ts';
import type { Capabilities } from '../../capabilities/capabilities.ts';
import type { TargetAnswer } from '../target.ts';
import type { Played } from './messages.ts';
import { playVector } from './play-vector.ts';
import type { CapturedFrame } from './wire.ts';
import { WireError } from './wire.ts';

const segment = (seq: number, fields = {}): Uint8Array =>
  buildFrame({ src: '10.0.0.1', dst: '192.0.2.1', sport: 7, dport: 8, seq, payload: new Uint8Array(100), ...fields });

const STEPS = [{ rx: segment(0) }, { rx: segment(100) }, { dpc: true }] as const;

interface Wire {
  readonly answer: TargetAnswer;
  readonly asked: number;
  readonly ignored: number;
}

/** Plays two segments on a wire that gives these answers, one for each try. */
async function play(
  tries: (
    sent: readonly Uint8Array[],
  ) => Partial<Played> & { readonly frames?: readonly (Uint8Array | CapturedFrame)[] },
  options: {
    readonly drops?: Capabilities['drops'];
    readonly steps?: Parameters<typeof playVector>[0]['steps'];
    readonly mtu?: number;
  } = {},
): Promise<Wire> {
  let asked = 0;
  let ignored = 0;
  const answer = await playVector(
    { id: 'v', steps: options.steps ?? STEPS },
    {
      play: async ({ bursts }) => {
        asked++;
        const { frames = [], ...rest } = tries(bursts.flat());
        const captured = frames.map((one) => ('isCut' in one ? one : { frame: one, isCut: false }));
        return { captured: [captured], drops: 0, voids: 0, ...rest };
      },
      pauseMs: 0,
      capabilities: { drops: options.drops ?? 'none' },
      mtu: options.mtu ?? 1500,
      readdress: (frame) => frame,
      restore: (frame) => frame,
      ignored: (count) => {
        ignored += count;
      },
    },
  );
  return { answer, asked, ignored };
}

const message = ({ answer }: Wire): string => (answer.kind === 'error' ? answer.message : answer.kind);

describe('playVector', () => {
  it('ends a burst where URO is switched, and says what holds for each', async () => {
    const asked: unknown[] = [];
    const steps = [STEPS[0], { set: { uro: true } }, STEPS[1], STEPS[2], { set: { uro: false } }, STEPS[0]];
    await playVector(
      { id: 'v', steps },
      {
        play: async ({ bursts, uro }) => {
          asked.push([bursts.map(({ length }) => length), uro]);
          return {
            captured: bursts.map((frames) => frames.map((frame) => ({ frame, isCut: false }))),
            drops: 0,
            voids: 0,
          };
        },
        pauseMs: 0,
        capabilities: { drops: 'none' },
        mtu: 1500,
        readdress: (frame) => frame,
        restore: (frame) => frame,
        ignored: () => {},
      },
    );
    expect(asked).to.deep.equal([
      [
        [1, 1, 1],
        [false, true, false],
      ],
    ]);
  });

  it('hands on what came out, at the step that ended its burst', async () => {
    const { answer, asked } = await play((frames) => ({ frames }));
    expect(asked).to.equal(1);
    expect(answer).to.deep.include({ kind: 'indications' });
    if (answer.kind === 'indications') expect(answer.indications.map(({ step }) => step)).to.deep.equal([2, 2]);
  });

  it('repeats what the capture lost, and takes what a repetition gives', async () => {
    let tries = 0;
    const { answer, asked } = await play((frames) =>
      tries++ === 0 ? { frames: frames.slice(1), drops: 1 } : { frames },
    );
    expect([answer.kind, asked]).to.deep.equal(['indications', 2]);
  });

  it('is an error, not a failure, where the capture loses each time', async () => {
    expect(message(await play((frames) => ({ frames: frames.slice(1), drops: 1 })))).to.match(
      /the capture lost 1 frame\b/,
    );
  });

  it('is an error where something is missing and the capture cannot count its losses', async () => {
    const wire = await play((frames) => ({ frames: frames.slice(1), drops: undefined }));
    expect(message(wire)).to.match(/less came out than went in/);
    expect(wire.asked).to.equal(3);
  });

  it('is an error where another frame is missing each time', async () => {
    let tries = 0;
    expect(message(await play((frames) => ({ frames: [frames[tries++ % 2] as Uint8Array] })))).to.match(
      /less came out/,
    );
  });

  it('is the device’s loss where the same is missing each time and the capture lost nothing', async () => {
    const { answer } = await play((frames) => ({ frames: frames.slice(1) }));
    expect(answer).to.have.property('kind', 'indications');
    if (answer.kind === 'indications') expect(answer.indications).to.have.length(1);
  });

  it('does not miss a malformed frame that the target may drop', async () => {
    const steps = [{ rx: segment(0) }, { rx: segment(100, { corrupt: { dataOffset: 2 } }) }, { dpc: true as const }];
    const wire = await play((frames) => ({ frames: frames.slice(0, 1), drops: undefined }), {
      steps,
      drops: 'malformed',
    });
    expect([wire.answer.kind, wire.asked]).to.deep.equal(['indications', 1]);
  });

  it('ignores and counts frames of others, and knows its own by connection or by MAC address', async () => {
    const other = segment(0, { srcMac: '02:00:00:00:00:99', sport: 99 });
    const readdressed = segment(100, { srcMac: '02:00:00:00:00:99' });
    const { answer, ignored } = await play((frames) => ({ frames: [frames[0] as Uint8Array, other, readdressed] }));
    expect(ignored).to.equal(1);
    if (answer.kind === 'indications') expect(answer.indications).to.have.length(2);
  });

  it('keeps frames of a vector that has several MAC addresses', async () => {
    const steps = [{ rx: segment(0) }, { rx: segment(100, { srcMac: '02:00:00:00:00:0b' }) }, { dpc: true as const }];
    const { answer, ignored } = await play((frames) => ({ frames }), { steps });
    expect(ignored).to.equal(0);
    if (answer.kind === 'indications') expect(answer.indications).to.have.length(2);
  });

  it('does not judge what the capture cannot hold', async () => {
    const { answer } = await play((frames) => ({ frames: [{ frame: frames[0] as Uint8Array, isCut: true }] }));
    expect(answer).to.have.property('kind', 'unsupported');
  });

  it('sends nothing that no interface would', async () => {
    const short = await play(() => ({}), { steps: [{ rx: new Uint8Array(13) }, { dpc: true }] });
    expect(short.answer).to.deep.equal({ kind: 'unsupported', reason: 'no interface sends a frame of 13 bytes' });
    const long = await play(() => ({}), { mtu: 100 });
    expect(long.answer).to.deep.equal({ kind: 'unsupported', reason: 'a packet of 140 bytes; the MTU is 100' });
    expect(short.asked + long.asked).to.equal(0);
  });

  it('is an error where the wire fails', async () => {
    const failing = await play(() => {
      throw new WireError('the interface is down');
    });
    expect(message(failing)).to.equal('the interface is down');
  });

  it('marks a TCP checksum that was never filled in', async () => {
    const merged = segment(0, { payload: new Uint8Array(200) });
    const frame = (isPartial: boolean): CapturedFrame => ({ frame: merged, isCut: false, isPartial });
    for (const isPartial of [true, false]) {
      const { answer } = await play(() => ({ frames: [frame(isPartial)] }));
      if (answer.kind !== 'indications') throw new Error(answer.kind);
      expect(answer.indications[0]?.oob).to.deep.equal(isPartial ? { tcpChecksum: 'partial' } : {});
    }
  });
});
