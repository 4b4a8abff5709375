import { expect } from 'chai';
import { buildFrame } from '../../reference-impl/wire/build.ts';
import type { CapturesEvent } from '../../reports/events.ts';
import { captureOf, coalesced, LINK, MSS, partial, run, type Shot } from '../../testing/capture-pair-scene.ts';
import { DEFAULT_CAPABILITIES } from '../capabilities/capabilities.ts';
import { captureCapabilities } from './capture-capabilities.ts';
import { CaptureSession } from './capture-session.ts';

/** Eight segments each 1 ms, merged by fours, and what the host answers 20 us after each unit; 10 ms lie between the two. */
const PATH = 10_000;

describe('captures given the wrong way round', () => {
  const data = run(16);
  const units = coalesced(data, 4);
  const acks = units.map((_, i) =>
    buildFrame({
      ...{ src: '10.0.0.2', dst: '10.0.0.1', sport: 80, dport: 5000, seq: 1, id: 900 + i, window: 500 },
      ack: (0xffff_f000 + 4 * (i + 1) * MSS) >>> 0,
    }),
  );
  const sentAt = (i: number): number => 1000 * i;
  const unitAt = (i: number): number => sentAt(4 * i + 3) + PATH;

  function atSender(frames: readonly Uint8Array[] = data): Shot[] {
    const own = frames.map((frame, i) => ({ frame, microseconds: sentAt(i) }));
    return inOrder([...own, ...acks.map((frame, i) => ({ frame, microseconds: unitAt(i) + 20 + PATH }))]);
  }
  function atHost(): Shot[] {
    const own = units.map((frame, i) => ({ frame, microseconds: unitAt(i) }));
    return inOrder([...own, ...acks.map((frame, i) => ({ frame, microseconds: unitAt(i) + 20 }))]);
  }
  const inOrder = (shots: readonly Shot[]): Shot[] => [...shots].sort((a, b) => a.microseconds - b.microseconds);

  async function session(
    sent: readonly Shot[],
    received: readonly Shot[],
  ): Promise<{
    session: CaptureSession;
    captures: Partial<CapturesEvent>;
    verdicts: string[];
    reasons: string[];
    exit: number;
  }> {
    const verdicts: string[] = [];
    const reasons: string[] = [];
    let captures: Partial<CapturesEvent> = {};
    const one = await CaptureSession.open({
      sent: [await captureOf('exchanged-a.pcap', sent)],
      received: [await captureOf('exchanged-b.pcap', received)],
      ...{ capabilities: captureCapabilities(DEFAULT_CAPABILITIES), allowsSenderOffload: false, mtu: 1500 },
      ...{ hosts: [], strict: false, command: '' },
    });
    const exit = await one.run((event) => {
      if (event.type === 'session') captures = event.captures ?? {};
      if (event.type !== 'verdict') return;
      verdicts.push(event.verdict);
      reasons.push(event.reason ?? '');
    });
    return { session: one, captures, verdicts, reasons, exit };
  }

  it('are recognised by how soon the host answers, and fail nothing', async () => {
    const { session: one, captures, verdicts, reasons, exit } = await session(atHost(), atSender());
    expect(captures.exchanged).to.equal('yes');
    expect(verdicts).to.include('unsupported').and.not.include('fail');
    expect(reasons[0]).to.match(
      /the two captures are exchanged: .* acknowledged after 0\.000020 s there, and after 0\.020020 s/,
    );
    expect(one.summary).to.include('Nothing was judged: the two captures are exchanged');
    expect(exit).to.equal(1);
  });

  it('are recognised where the host leaves the checksums of its units to the pseudo-header, as Linux does', async () => {
    const half = coalesced(data, 4).map((frame, i) => (i % 2 === 0 ? partial(frame) : frame));
    const host = atHost().map((shot) => ({ ...shot, frame: half[units.indexOf(shot.frame)] ?? shot.frame }));
    const { captures, verdicts } = await session(host, atSender());
    expect(captures.exchanged).to.equal('yes');
    expect(verdicts).to.not.include('pass');
  });

  it('are judged as ever the right way round', async () => {
    const { captures, verdicts } = await session(atSender(), atHost());
    expect(captures.exchanged).to.equal(undefined);
    expect(verdicts).to.deep.equal(['pass']);
  });

  it('are not taken for a sender that leaves segmentation to its NIC', async () => {
    // Long frames at the sender, segments at a host that merges nothing.
    const long = units.map((frame, i) => ({ frame: partial(frame), microseconds: sentAt(4 * i) }));
    const sent = inOrder([...long, ...acks.map((frame, i) => ({ frame, microseconds: unitAt(i) + 20 + PATH }))]);
    const host = inOrder([
      ...data.map((frame, i) => ({ frame, microseconds: sentAt(i) + PATH })),
      ...acks.map((frame, i) => ({ frame, microseconds: unitAt(i) + 20 })),
    ]);
    const { captures, reasons } = await session(sent, host);
    expect(captures.exchanged).to.equal(undefined);
    expect(reasons[0]).to.include('the sender’s NIC segmented them after the capture');
  });

  it('may be, where one direction alone was captured', async () => {
    const only = (shots: readonly Shot[]): Shot[] => shots.filter(({ frame }) => frame.length > LINK + 60);
    const { captures, reasons } = await session(only(atHost()), only(atSender()));
    expect(captures.exchanged).to.equal('maybe');
    expect(reasons[0]).to.match(/exchanged, or the sender’s NIC segmented/);
  });

  it('are recognised where units are shorter than the link’s frames', async () => {
    const small = run(16).map((_, i) =>
      buildFrame({
        ...{ src: '10.0.0.1', dst: '10.0.0.2', sport: 5000, dport: 80, id: 100 + i, ack: 1, window: 500 },
        ...{ seq: 1 + 100 * i, payload: new Uint8Array(100).fill(i) },
      }),
    );
    const merged = coalesced(small, 4);
    const times = (frames: readonly Uint8Array[], step: number): Shot[] =>
      frames.map((frame, i) => ({ frame, microseconds: step * i }));
    const { verdicts, captures } = await session(times(merged, 4000), times(small, 1000));
    expect(captures.exchanged).to.equal('maybe');
    expect(verdicts).to.deep.equal(['unsupported']);
  });
});
